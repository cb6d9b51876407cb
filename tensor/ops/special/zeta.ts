/**
 * The zeta function of Hurwitz.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import type { Primitive } from "../../primitive.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { add, multiply, negative } from "../arithmetic.ts";
import { promotedFloats } from "../convert.ts";
import { defineSpecial, noGradient } from "./define_special.ts";

const zetaPrimitive: Primitive = defineSpecial("zeta", [
  noGradient("zeta", "s"),
  (g, [s, q]) => multiply(g, negative(multiply(s, zeta(add(s, 1), q)))),
]);

/**
 * The zeta function of Hurwitz, elementwise with broadcasting: the sum of `(q + i)^-s` over i = 0, 1, ... for s above 1;
 * that of Riemann by default. As in JAX, it has a gradient by q alone: one by s is an error.
 *
 * @example
 * ```ts
 * import { zeta } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(zeta(2).item(), Math.fround(Math.PI ** 2 / 6));
 * ```
 */
export function zeta(s: TensorLike, q: TensorLike = 1): Tensor {
  return apply(zetaPrimitive, promotedFloats("zeta", s, q), {});
}
