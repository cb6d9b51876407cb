/**
 * Arithmetic: sums, products, quotients, powers and rounding.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { type DType, isFloating, isInteger } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, cast as castTo, type Expression, select, unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import { constantTensor, describe, type Tensor, type TensorLike } from "../tensor.ts";
import { logicalAnd, logicalOr } from "./comparison.ts";
import { floating, numbers, numeric, promoted, promotedFloats } from "./convert.ts";

const NONE = {};

function isNumber(dtype: string): boolean {
  return dtype !== "bool" && dtype !== "key";
}

/** An operand of numbers: bools have no sign and no opposite. */
function signed(operation: string, x: TensorLike): Tensor {
  const tensor = numbers(operation, x);
  if (tensor.dtype === "bool") {
    throw new TypeError(`${operation} expects numbers but got ${describe(tensor)}`);
  }
  return tensor;
}

const addPrimitive: Primitive = defineElementwise({
  name: "add",
  arity: 2,
  expression: ([x, y]) => binary("add", x, y),
  dtype: sameDType("add", isNumber, "numbers"),
  pullback: [(g) => g, (g) => g],
});

/**
 * The sum `x + y`, elementwise with broadcasting; integers wrap around, and of bools it is whether either is true.
 *
 * @example
 * ```ts
 * import { add, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(add(tensor([1, 2]), 3).toArray(), [4, 5]);
 * ```
 */
export function add(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = promoted("add", x, y);
  return a.dtype === "bool" ? logicalOr(a, b) : apply(addPrimitive, [a, b], NONE);
}

const subtractPrimitive: Primitive = defineElementwise({
  name: "subtract",
  arity: 2,
  expression: ([x, y]) => binary("subtract", x, y),
  dtype: sameDType("subtract", isNumber, "numbers"),
  pullback: [(g) => g, (g) => negative(g)],
});

/**
 * The difference `x - y`, elementwise with broadcasting.
 *
 * @throws {TypeError} If both are bools.
 *
 * @example
 * ```ts
 * import { subtract, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(subtract(tensor([1, 2]), 3).toArray(), [-2, -1]);
 * ```
 */
export function subtract(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = promoted("subtract", x, y);
  return apply(subtractPrimitive, [signed("subtract", a), b], NONE);
}

const multiplyPrimitive: Primitive = defineElementwise({
  name: "multiply",
  arity: 2,
  expression: ([x, y]) => binary("multiply", x, y),
  dtype: sameDType("multiply", isNumber, "numbers"),
  pullback: [(g, [_, y]) => multiply(g, y), (g, [x]) => multiply(g, x)],
});

/**
 * The product `x * y`, elementwise with broadcasting; of bools it is whether both are true.
 *
 * @example
 * ```ts
 * import { multiply, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(multiply(tensor([1, 2]), 3).toArray(), [3, 6]);
 * ```
 */
export function multiply(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = promoted("multiply", x, y);
  return a.dtype === "bool" ? logicalAnd(a, b) : apply(multiplyPrimitive, [a, b], NONE);
}

const dividePrimitive: Primitive = defineElementwise({
  name: "divide",
  arity: 2,
  expression: ([x, y]) => binary("divide", x, y),
  dtype: sameDType("divide", isFloating, "float32 or float64"),
  pullback: [(g, [_, y]) => divide(g, y), (g, [_, y], output) => negative(divide(multiply(g, output), y))],
});

/**
 * The quotient `x / y`, elementwise with broadcasting; integers are divided as float32.
 *
 * @example
 * ```ts
 * import { divide, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(divide(tensor([1, 3], { dtype: "int32" }), 2).toArray(), [0.5, 1.5]);
 * ```
 */
export function divide(x: TensorLike, y: TensorLike): Tensor {
  return apply(dividePrimitive, promotedFloats("divide", x, y), NONE);
}

const negativePrimitive: Primitive = defineElementwise({
  name: "negative",
  arity: 1,
  expression: ([x]) => unary("negative", x),
  dtype: sameDType("negative", isNumber, "numbers"),
  pullback: [(g) => negative(g)],
});

/**
 * `-x`, elementwise.
 *
 * @throws {TypeError} If x is of bools.
 *
 * @example
 * ```ts
 * import { negative, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(negative(tensor([1, -2])).toArray(), [-1, 2]);
 * ```
 */
export function negative(x: TensorLike): Tensor {
  return apply(negativePrimitive, [signed("negative", x)], NONE);
}

const absPrimitive: Primitive = defineElementwise({
  name: "abs",
  arity: 1,
  expression: ([x]) => unary("abs", x),
  dtype: sameDType("abs", isNumber, "numbers"),
  pullback: [(g, [x]) => multiply(g, slope(x))],
});

/**
 * The absolute value, elementwise; its gradient at 0 is 1, as in JAX.
 *
 * @example
 * ```ts
 * import { abs, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(abs(tensor([1, -2])).toArray(), [1, 2]);
 * ```
 */
export function abs(x: TensorLike): Tensor {
  const tensor = numbers("abs", x);
  return tensor.dtype === "bool" ? tensor : apply(absPrimitive, [tensor], NONE);
}

const slopePrimitive: Primitive = defineElementwise({
  name: "slope",
  arity: 1,
  expression: ([x], _, dtype) => select(binary("lessEqual", 0, x), castTo(1, dtype), castTo(-1, dtype)),
  dtype: sameDType("slope", isFloating, "float32 or float64"),
  pullback: null,
});

/** 1 from 0 on and -1 elsewhere: the derivative of `abs`. */
function slope(x: Tensor): Tensor {
  return apply(slopePrimitive, [x], NONE);
}

const signPrimitive: Primitive = defineElementwise({
  name: "sign",
  arity: 1,
  expression: ([x]) => select(binary("less", 0, x), 1, select(binary("less", x, 0), -1, x)),
  dtype: sameDType("sign", isNumber, "numbers"),
  pullback: null,
});

/**
 * -1, 0 or 1 by the sign of x, elementwise; NaN and signed zeros stay.
 *
 * @example
 * ```ts
 * import { sign, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sign(tensor([-3, 0, 5])).toArray(), [-1, 0, 1]);
 * ```
 */
export function sign(x: TensorLike): Tensor {
  return apply(signPrimitive, [signed("sign", x)], NONE);
}

const squarePrimitive: Primitive = defineElementwise({
  name: "square",
  arity: 1,
  expression: ([x]) => binary("multiply", x, x),
  dtype: sameDType("square", isNumber, "numbers"),
  pullback: [(g, [x]) => multiply(g, multiply(x, 2))],
});

/**
 * `x * x`, elementwise.
 *
 * @example
 * ```ts
 * import { square, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(square(tensor([1, -3])).toArray(), [1, 9]);
 * ```
 */
export function square(x: TensorLike): Tensor {
  return apply(squarePrimitive, [numeric("square", x)], NONE);
}

const reciprocalPrimitive: Primitive = defineElementwise({
  name: "reciprocal",
  arity: 1,
  expression: ([x]) => binary("divide", 1, x),
  dtype: sameDType("reciprocal", isFloating, "float32 or float64"),
  pullback: [(g, _, y) => negative(multiply(g, multiply(y, y)))],
});

/**
 * `1 / x`, elementwise.
 *
 * @example
 * ```ts
 * import { reciprocal } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(reciprocal(4).item(), 0.25);
 * ```
 */
export function reciprocal(x: TensorLike): Tensor {
  return apply(reciprocalPrimitive, [floating("reciprocal", x)], NONE);
}

/** A rounding of floats; integers and bools are whole already. */
function rounded(primitive: Primitive, x: Tensor): Tensor {
  return isFloating(x.dtype) ? apply(primitive, [x], NONE) : x;
}

const floorPrimitive: Primitive = defineElementwise({
  name: "floor",
  arity: 1,
  expression: ([x]) => unary("floor", x),
  dtype: sameDType("floor", isFloating, "float32 or float64"),
  pullback: null,
});

/**
 * The largest integer not above x, elementwise; its gradient is 0.
 *
 * @example
 * ```ts
 * import { floor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(floor(-1.5).item(), -2);
 * ```
 */
export function floor(x: TensorLike): Tensor {
  return rounded(floorPrimitive, numbers("floor", x));
}

const ceilPrimitive: Primitive = defineElementwise({
  name: "ceil",
  arity: 1,
  expression: ([x]) => unary("ceil", x),
  dtype: sameDType("ceil", isFloating, "float32 or float64"),
  pullback: null,
});

/**
 * The smallest integer not below x, elementwise; its gradient is 0.
 *
 * @example
 * ```ts
 * import { ceil } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ceil(1.2).item(), 2);
 * ```
 */
export function ceil(x: TensorLike): Tensor {
  return rounded(ceilPrimitive, numbers("ceil", x));
}

const roundPrimitive: Primitive = defineElementwise({
  name: "round",
  arity: 1,
  expression: ([x]) => unary("round", x),
  dtype: sameDType("round", isFloating, "float32 or float64"),
  pullback: null,
});

/** Options of `round`. */
export interface RoundOptions {
  /** How many decimal places stay; a negative one rounds to tens, hundreds and so on. 0 by default. */
  readonly decimals?: number;
}

/**
 * The nearest integer, or number of so many decimals, halves to even, elementwise; its gradient is 0.
 *
 * @throws {RangeError} If the decimals are not an integer, or negative for integers.
 *
 * @example
 * ```ts
 * import { round, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(round(tensor([0.5, 1.5])).toArray(), [0, 2]);
 * ```
 */
export function round(x: TensorLike, options: RoundOptions = {}): Tensor {
  const tensor = numbers("round", x);
  const { decimals = 0 } = options;
  if (!Number.isInteger(decimals) || (decimals < 0 && !isFloating(tensor.dtype))) {
    throw new RangeError(
      `round expects an integer of decimals, not negative for integers, but got ${String(decimals)}`,
    );
  }
  if (decimals === 0 || !isFloating(tensor.dtype)) return rounded(roundPrimitive, tensor);
  const factor = 10 ** Math.abs(decimals);
  return decimals > 0
    ? divide(round(multiply(tensor, factor)), factor)
    : multiply(round(divide(tensor, factor)), factor);
}

const truncPrimitive: Primitive = defineElementwise({
  name: "trunc",
  arity: 1,
  expression: ([x]) => unary("trunc", x),
  dtype: sameDType("trunc", isFloating, "float32 or float64"),
  pullback: null,
});

/**
 * x without its fraction, elementwise; its gradient is 0.
 *
 * @example
 * ```ts
 * import { trunc } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(trunc(-1.5).item(), -1);
 * ```
 */
export function trunc(x: TensorLike): Tensor {
  return rounded(truncPrimitive, numbers("trunc", x));
}

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
