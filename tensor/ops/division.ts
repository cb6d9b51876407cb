/**
 * Division with a remainder.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { type DType, isFloating, isInteger } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, type Expression, select, unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { divide, multiply, negative, subtract } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { equal, notEqual } from "./comparison.ts";
import { numeric, promoted, together } from "./convert.ts";
import { trunc } from "./rounding.ts";
import { where } from "./selection.ts";

const NONE = {};

function isNumber(dtype: DType): boolean {
  return isFloating(dtype) || isInteger(dtype);
}

/** Operands of one number type; two bools are int32. */
export function operands(operation: string, x: TensorLike, y: TensorLike): readonly [Tensor, Tensor] {
  const [a, b] = together(operation, promoted(operation, x, y));
  return a.dtype === "bool" ? [cast(a, "int32"), cast(b, "int32")] : [a, b];
}

/** Whether the remainder of a division towards 0 has the other sign than the divisor, neither being 0. */
function crossed(rest: Expression, y: Expression): Expression {
  const above = binary("and", binary("less", rest, 0), binary("less", 0, y));
  return binary("or", above, binary("and", binary("less", 0, rest), binary("less", y, 0)));
}

const floorDividePrimitive: Primitive = defineElementwise({
  name: "floorDivide",
  arity: 2,
  expression([x, y], _, dtype) {
    if (isFloating(dtype)) {
      const rest = binary("remainder", x, y);
      const whole = select(binary("equal", y, 0), x, binary("subtract", x, rest));
      const quotient = binary("divide", whole, y);
      return unary("round", select(crossed(rest, y), binary("subtract", quotient, 1), quotient));
    }
    const quotient = binary("divide", x, y);
    if (dtype !== "int32") return quotient;
    const rest = binary("subtract", x, binary("multiply", quotient, y));
    return select(crossed(rest, y), binary("subtract", quotient, 1), quotient);
  },
  dtype: sameDType("floorDivide", isNumber, "numbers"),
  pullback: null,
});

/**
 * The largest integer not above `x / y`, elementwise with broadcasting, in the dtype that both promote to; the
 * gradient is 0. A float divided by 0 is infinite or NaN; an integer divided by 0 has no meaning.
 *
 * @example
 * ```ts
 * import { floorDivide, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(floorDivide(tensor([7, -7]), 2).toArray(), [3, -4]);
 * ```
 */
export function floorDivide(x: TensorLike, y: TensorLike): Tensor {
  return apply(floorDividePrimitive, operands("floorDivide", x, y), NONE);
}

const fmodPrimitive: Primitive = defineElementwise({
  name: "fmod",
  arity: 2,
  expression: ([x, y]) => binary("remainder", x, y),
  dtype: sameDType("fmod", isNumber, "numbers"),
  pullback: [(g) => g, (g, [x, y]) => negative(multiply(g, trunc(divide(x, y))))],
});

/**
 * The remainder of `x / y` rounded towards 0, elementwise with broadcasting: it has the sign of x, as `%` of
 * JavaScript. An integer divided by 0 leaves 0.
 *
 * @example
 * ```ts
 * import { fmod, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fmod(tensor([7, -7]), 3).toArray(), [1, -1]);
 * ```
 */
export function fmod(x: TensorLike, y: TensorLike): Tensor {
  return apply(fmodPrimitive, operands("fmod", x, y), NONE);
}

const remainderPrimitive: Primitive = defineElementwise({
  name: "remainder",
  arity: 2,
  expression([x, y]) {
    const rest = binary("remainder", x, y);
    return select(crossed(rest, y), binary("add", rest, y), rest);
  },
  dtype: sameDType("remainder", isNumber, "numbers"),
  pullback: [
    (g) => g,
    (g, [x, y], output) => {
      const moved = where(notEqual(output, fmod(x, y)), g, 0);
      return subtract(moved, multiply(g, trunc(divide(x, y))));
    },
  ],
});

/**
 * The remainder of `x / y` rounded down, elementwise with broadcasting: it has the sign of y, as `%` of Python.
 * An integer divided by 0 leaves 0.
 *
 * @example
 * ```ts
 * import { remainder, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(remainder(tensor([7, -7]), 3).toArray(), [1, 2]);
 * ```
 */
export function remainder(x: TensorLike, y: TensorLike): Tensor {
  return apply(remainderPrimitive, operands("remainder", x, y), NONE);
}

/**
 * `floorDivide` and `remainder` of the same operands: `[quotient, remainder]`.
 *
 * @example
 * ```ts
 * import { divmod } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(divmod(-7, 3).map((x) => x.item()), [-3, 2]);
 * ```
 */
export function divmod(x: TensorLike, y: TensorLike): [quotient: Tensor, remainder: Tensor] {
  const [a, b] = operands("divmod", x, y);
  return [floorDivide(a, b), remainder(a, b)];
}

/**
 * The fraction and the whole part of each element, both with its sign: `[x - trunc(x), trunc(x)]`.
 *
 * @example
 * ```ts
 * import { modf } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(modf(-2.5).map((x) => x.item()), [-0.5, -2]);
 * ```
 */
export function modf(x: TensorLike): [fraction: Tensor, whole: Tensor] {
  const tensor = numeric("modf", x);
  const float = isFloating(tensor.dtype) ? tensor : cast(tensor, "float32");
  const whole = trunc(float);
  return [where(equal(float, whole), multiply(float, 0), subtract(float, whole)), whole];
}
