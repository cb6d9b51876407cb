/**
 * The incomplete gamma functions.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import type { Primitive } from "../../primitive.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { multiply, negative, subtract } from "../arithmetic.ts";
import { promotedFloats } from "../convert.ts";
import { exp, log } from "../exponential.ts";
import { digamma, lgamma } from "../gamma.ts";
import { defineSpecial, noGradient } from "./define_special.ts";
import { xLogY } from "../logarithm.ts";

const NONE = {};

/** The density of the gamma distribution of concentration a. */
function density(a: Tensor, x: Tensor): Tensor {
  return exp(subtract(subtract(xLogY(subtract(a, 1), x), x), lgamma(a)));
}

const gammaincByAPrimitive: Primitive = defineSpecial("gammaincByA", [
  noGradient("gammainc", "a twice"),
  (g, [a, x]) => multiply(g, multiply(density(a, x), subtract(log(x), digamma(a)))),
]);

function byA(a: Tensor, x: Tensor): Tensor {
  return apply(gammaincByAPrimitive, [a, x], NONE);
}

const gammaincPrimitive: Primitive = defineSpecial("gammainc", [
  (g, [a, x]) => multiply(g, byA(a, x)),
  (g, [a, x]) => multiply(g, density(a, x)),
]);

/**
 * The regularized lower incomplete gamma function, elementwise with broadcasting: the integral of `t^(a - 1) e^-t` from
 * 0 to x over `gamma(a)`. NaN unless a is positive and x not negative.
 *
 * @example
 * ```ts
 * import { gammainc } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(gammainc(1, 2).item(), Math.fround(1 - Math.exp(-2)));
 * ```
 */
export function gammainc(a: TensorLike, x: TensorLike): Tensor {
  return apply(gammaincPrimitive, promotedFloats("gammainc", a, x), NONE);
}

const gammainccPrimitive: Primitive = defineSpecial("gammaincc", [
  (g, [a, x]) => negative(multiply(g, byA(a, x))),
  (g, [a, x]) => negative(multiply(g, density(a, x))),
]);

/**
 * The regularized upper incomplete gamma function, elementwise with broadcasting: `1 - gammainc(a, x)` without
 * cancellation.
 *
 * @example
 * ```ts
 * import { gammaincc } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(gammaincc(1, 2).item(), Math.fround(Math.exp(-2)));
 * ```
 */
export function gammaincc(a: TensorLike, x: TensorLike): Tensor {
  return apply(gammainccPrimitive, promotedFloats("gammaincc", a, x), NONE);
}
