/**
 * Powers of any exponent.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { type DType, isFloating, isInteger } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, cast as castTo, type Expression, select, unary } from "../kernels/expression.ts";
import { divide, multiply, subtract } from "./arithmetic.ts";
import { floating, numeric, promoted, promotedFloats } from "./convert.ts";
import type { Primitive } from "../primitive.ts";
import { constantTensor } from "../make_tensor.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

const NONE = {};

const powerPrimitive: Primitive = defineElementwise({
  name: "power",
  arity: 2,
  expression: ([x, y]) => binary("power", x, y),
  dtype: sameDType("power", isFloating, "float32 or float64"),
  pullback: [
    (g, [x, y]) => multiply(g, multiply(y, power(x, subtract(y, 1)))),
    (g, [x], output) => multiply(g, multiply(output, logOfBase(x))),
  ],
});

const logOfBasePrimitive: Primitive = defineElementwise({
  name: "logOfBase",
  arity: 1,
  expression: ([x]) => select(binary("equal", x, 0), 0, unary("log", x)),
  dtype: sameDType("logOfBase", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => divide(g, x)],
});

/** log(x), and 0 at 0, where the power does not change with its exponent. */
function logOfBase(x: Tensor): Tensor {
  return apply(logOfBasePrimitive, [x], NONE);
}

const constantPowerPrimitive: Primitive<{ readonly exponent: number }> = defineElementwise({
  name: "constantPower",
  arity: 1,
  expression: ([x], { exponent }, dtype) => constantPowerExpression(x, exponent, dtype),
  dtype: ([dtype]) => dtype,
  pullback: [
    (g, [x], _, { exponent }) =>
      // 0 also where x is 0, at which x^-1 is infinite.
      exponent === 0
        ? constantTensor(g.dtype, g.shape, 0)
        : multiply(g, multiply(power(x, exponent - 1), exponent)),
  ],
});

const integerPowerPrimitive: Primitive = defineElementwise({
  name: "integerPower",
  arity: 2,
  expression: ([x, y]) => binary("integerPower", x, y),
  dtype: sameDType("power", isInteger, "integers"),
  pullback: null,
});

/** Small whole powers by repeated squaring, as exact as multiplication is. */
function constantPowerExpression(x: Expression, exponent: number, dtype: DType): Expression {
  if (Number.isInteger(exponent) && Math.abs(exponent) <= 64 && (isFloating(dtype) || exponent >= 0)) {
    let result: Expression | null = null;
    let factor = x;
    for (let rest = Math.abs(exponent); rest > 0; rest >>= 1) {
      if (rest & 1) result = result === null ? factor : binary("multiply", result, factor);
      if (rest > 1) factor = binary("multiply", factor, factor);
    }
    if (result === null) return castTo(1, dtype);
    return exponent < 0 ? binary("divide", 1, result) : result;
  }
  return binary("power", x, exponent);
}

/**
 * `x` to the power `y`, elementwise with broadcasting. A plain number as exponent is a constant: whole ones are
 * repeated products with the gradient `y * x^(y - 1)` everywhere. Integers to the power of integers wrap around.
 *
 * @throws {RangeError} If an integer is raised to a negative number.
 *
 * @example
 * ```ts
 * import { power, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(power(tensor([2, -3]), 2).toArray(), [4, 9]);
 * ```
 */
export function power(x: TensorLike, y: TensorLike): Tensor {
  if (typeof y === "number") {
    const base = numeric("power", x);
    if (!isFloating(base.dtype) && Number.isInteger(y)) {
      if (y < 0) throw new RangeError(`power expects a non-negative exponent for integers but got ${y}`);
      if (y > 64) throw new RangeError(`power expects an exponent of at most 64 for integers but got ${y}`);
    }
    const float = isFloating(base.dtype) || Number.isInteger(y) ? base : floating("power", base);
    return apply(constantPowerPrimitive, [float], { exponent: y });
  }
  const [a, b] = promoted("power", x, y);
  if (isInteger(a.dtype)) return apply(integerPowerPrimitive, [a, b], NONE);
  return apply(powerPrimitive, promotedFloats("power", a, b), NONE);
}
