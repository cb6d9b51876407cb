/**
 * The normal distribution function and its relatives.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import type { Primitive } from "../../primitive.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { add, multiply, negative, square, subtract } from "../arithmetic.ts";
import { floating } from "../convert.ts";
import { exp } from "../exponential.ts";
import { defineSpecial } from "./define_special.ts";

const NONE = {};
const HALF_LOG_2_PI = 0.9189385332046728;

/** The logarithm of the density. */
function logDensity(x: Tensor): Tensor {
  return negative(add(multiply(square(x), 0.5), HALF_LOG_2_PI));
}

const erfcxPrimitive: Primitive = defineSpecial("erfcx", [
  (g, [x], y) => multiply(g, subtract(multiply(multiply(x, y), 2), 2 / Math.sqrt(Math.PI))),
]);

/**
 * The scaled complementary error function `exp(x^2) erfc(x)`, elementwise, which does not underflow for large x.
 *
 * @example
 * ```ts
 * import { erfcx } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(erfcx(0).item(), 1);
 * ```
 */
export function erfcx(x: TensorLike): Tensor {
  return apply(erfcxPrimitive, [floating("erfcx", x)], NONE);
}

const ndtrPrimitive: Primitive = defineSpecial("ndtr", [(g, [x]) => multiply(g, exp(logDensity(x)))]);

/**
 * The share of a standard normal distribution below x, elementwise: `erfc(-x / sqrt(2)) / 2`.
 *
 * @example
 * ```ts
 * import { ndtr } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ndtr(0).item(), 0.5);
 * ```
 */
export function ndtr(x: TensorLike): Tensor {
  return apply(ndtrPrimitive, [floating("ndtr", x)], NONE);
}

const logNdtrPrimitive: Primitive = defineSpecial("logNdtr", [
  (g, [x], y) => multiply(g, exp(subtract(logDensity(x), y))),
]);

/**
 * The logarithm of the share of a standard normal distribution below x, elementwise, without underflow.
 *
 * @example
 * ```ts
 * import { logNdtr } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(logNdtr(0).item(), Math.fround(-Math.LN2));
 * ```
 */
export function logNdtr(x: TensorLike): Tensor {
  return apply(logNdtrPrimitive, [floating("logNdtr", x)], NONE);
}

const ndtriPrimitive: Primitive = defineSpecial("ndtri", [
  (g, _, y) => multiply(g, exp(negative(logDensity(y)))),
]);

/**
 * Where a standard normal distribution has a share p below, elementwise: the inverse of `ndtr`; NaN outside of [0, 1].
 *
 * @example
 * ```ts
 * import { ndtri } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ndtri(0.5).item(), 0);
 * ```
 */
export function ndtri(p: TensorLike): Tensor {
  return apply(ndtriPrimitive, [floating("ndtri", p)], NONE);
}
