/**
 * Modified Bessel functions of the first kind.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import type { Primitive } from "../../primitive.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { add, divide, multiply, subtract } from "../arithmetic.ts";
import { equal } from "../comparison.ts";
import { floating } from "../convert.ts";
import { where } from "../selection.ts";
import { sign } from "../sign.ts";
import { defineSpecial } from "./define_special.ts";

const NONE = {};

const i0Primitive: Primitive = defineSpecial("i0", [(g, [x]) => multiply(g, i1(x))]);

/**
 * The modified Bessel function of the first kind of order 0, elementwise: the sum of `(x / 2)^(2 k) / k!^2`.
 *
 * @example
 * ```ts
 * import { i0 } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(i0(1).item(), Math.fround(1.2660658777520084));
 * ```
 */
export function i0(x: TensorLike): Tensor {
  return apply(i0Primitive, [floating("i0", x)], NONE);
}

const i0ePrimitive: Primitive = defineSpecial("i0e", [
  (g, [x], y) => multiply(g, subtract(i1e(x), multiply(sign(x), y))),
]);

/**
 * `exp(-|x|) i0(x)`, elementwise, which does not overflow.
 *
 * @example
 * ```ts
 * import { i0e } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(i0e(0).item(), 1);
 * ```
 */
export function i0e(x: TensorLike): Tensor {
  return apply(i0ePrimitive, [floating("i0e", x)], NONE);
}

/** `y / x`, and 1/2 at 0, where y is an odd function of slope 1/2. */
function quotient(y: Tensor, x: Tensor): Tensor {
  const atZero = equal(x, 0);
  return where(atZero, 0.5, divide(y, where(atZero, 1, x)));
}

const i1Primitive: Primitive = defineSpecial("i1", [
  (g, [x], y) => multiply(g, subtract(i0(x), quotient(y, x))),
]);

/**
 * The modified Bessel function of the first kind of order 1, elementwise: the derivative of `i0`.
 *
 * @example
 * ```ts
 * import { i1 } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(i1(1).item(), Math.fround(0.565159103992485));
 * ```
 */
export function i1(x: TensorLike): Tensor {
  return apply(i1Primitive, [floating("i1", x)], NONE);
}

const i1ePrimitive: Primitive = defineSpecial("i1e", [
  (g, [x], y) => multiply(g, subtract(i0e(x), add(multiply(sign(x), y), quotient(y, x)))),
]);

/**
 * `exp(-|x|) i1(x)`, elementwise, which does not overflow.
 *
 * @example
 * ```ts
 * import { i1e } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(i1e(0).item(), 0);
 * ```
 */
export function i1e(x: TensorLike): Tensor {
  return apply(i1ePrimitive, [floating("i1e", x)], NONE);
}
