/**
 * The beta function, complete and incomplete.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import type { Primitive } from "../../primitive.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { add, multiply, negative, subtract } from "../arithmetic.ts";
import { promotedFloats } from "../convert.ts";
import { exp } from "../exponential.ts";
import { digamma } from "../gamma.ts";
import { xLog1pY, xLogY } from "../logarithm.ts";
import { defineSpecial, noGradient, threeFloats } from "./define_special.ts";

const NONE = {};

const betalnPrimitive: Primitive = defineSpecial("betaln", [
  (g, [a, b]) => multiply(g, subtract(digamma(a), digamma(add(a, b)))),
  (g, [a, b]) => multiply(g, subtract(digamma(b), digamma(add(a, b)))),
]);

/**
 * The logarithm of the beta function, elementwise with broadcasting: `lgamma(a) + lgamma(b) - lgamma(a + b)`.
 *
 * @example
 * ```ts
 * import { betaln } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(betaln(1, 2).item(), Math.fround(-Math.LN2));
 * ```
 */
export function betaln(a: TensorLike, b: TensorLike): Tensor {
  return apply(betalnPrimitive, promotedFloats("betaln", a, b), NONE);
}

const betaincPrimitive: Primitive = defineSpecial("betainc", [
  noGradient("betainc", "a"),
  noGradient("betainc", "b"),
  (g, [a, b, x]) => {
    const powers = add(xLogY(subtract(a, 1), x), xLog1pY(subtract(b, 1), negative(x)));
    return multiply(g, exp(subtract(powers, betaln(a, b))));
  },
]);

/**
 * The regularized incomplete beta function, elementwise with broadcasting: the integral of `t^(a - 1) (1 - t)^(b - 1)`
 * from 0 to x over that from 0 to 1. NaN unless a and b are positive and x from 0 to 1. As in JAX, it has a gradient by x
 * alone: one by a or b is an error.
 *
 * @example
 * ```ts
 * import { betainc } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(betainc(2, 2, 0.5).item(), 0.5);
 * ```
 */
export function betainc(a: TensorLike, b: TensorLike, x: TensorLike): Tensor {
  return apply(betaincPrimitive, threeFloats("betainc", a, b, x), NONE);
}
