/**
 * Signs and neighbours of floating-point numbers.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, type Expression } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { negative } from "./arithmetic.ts";
import { isNaN, less } from "./comparison.ts";
import { numbers, promotedFloats, together } from "./convert.ts";
import { where } from "./selection.ts";
import { abs } from "./sign.ts";

const NONE = {};

/** Whether a number is negative or -0; the sign of NaN is not seen. */
function negativeExpression(x: Expression): Expression {
  const zero = binary("and", binary("equal", x, 0), binary("less", binary("divide", 1, x), 0));
  return binary("or", binary("less", x, 0), zero);
}

const signBitPrimitive: Primitive = defineElementwise({
  name: "signBit",
  arity: 1,
  expression: ([x], _, dtype) => isFloating(dtype) ? negativeExpression(x) : binary("less", x, 0),
  dtype: () => "bool",
  pullback: null,
});

/**
 * Whether elements are negative, -0 too; false for NaN, whose sign JavaScript does not keep.
 *
 * @example
 * ```ts
 * import { signBit, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(signBit(tensor([-1, -0, 0])).toArray(), [true, true, false]);
 * ```
 */
export function signBit(x: TensorLike): Tensor {
  return apply(signBitPrimitive, [numbers("signBit", x)], NONE);
}

/**
 * The magnitude of x with the sign of y, elementwise with broadcasting; no gradient flows to y.
 *
 * @example
 * ```ts
 * import { copySign } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(copySign(3, -0).item(), -3);
 * ```
 */
export function copySign(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = together("copySign", promotedFloats("copySign", x, y));
  const size = abs(a);
  return where(signBit(b), negative(size), size);
}

const nextAfterPrimitive: Primitive = defineElementwise({
  name: "nextAfter",
  arity: 2,
  expression: ([x, y], _, dtype) =>
    binary(dtype === "float64" ? "nextAfterFloat64" : "nextAfterFloat32", x, y),
  dtype: sameDType("nextAfter", isFloating, "floats"),
  pullback: null,
});

/**
 * The number of the dtype next to x in the direction of y, elementwise with broadcasting; NaN where either is.
 * Its gradient is 0.
 *
 * @example
 * ```ts
 * import { nextAfter } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(nextAfter(1, 2).item(), 1 + 2 ** -23);
 * ```
 */
export function nextAfter(x: TensorLike, y: TensorLike): Tensor {
  return apply(nextAfterPrimitive, promotedFloats("nextAfter", x, y), NONE);
}

/**
 * 0 where x is negative, 1 where it is positive, and y where it is 0, elementwise with broadcasting; NaN stays.
 *
 * @example
 * ```ts
 * import { heaviside, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(heaviside(tensor([-2, 0, 2]), 0.5).toArray(), [0, 0.5, 1]);
 * ```
 */
export function heaviside(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = together("heaviside", promotedFloats("heaviside", x, y));
  return where(less(a, 0), 0, where(less(0, a), 1, where(isNaN(a), a, b)));
}
