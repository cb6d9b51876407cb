/**
 * Floats taken apart and put together, and extremes that pass over NaN.
 *
 * @module
 */
import type { Tensor, TensorLike } from "../tensor.ts";
import { divide, multiply } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { equal, greaterEqual, isFinite, isNaN, less, logicalNot, logicalOr } from "./comparison.ts";
import { floating, promoted, promotedFloats, together } from "./convert.ts";
import { add, subtract } from "./arithmetic.ts";
import { exp2, log2 } from "./logarithm.ts";
import { floor } from "./rounding.ts";
import { maximum, minimum, where } from "./selection.ts";
import { abs } from "./sign.ts";
import { power } from "./power.ts";
import { stopGradient } from "./stop_gradient.ts";
import { clip } from "./selection.ts";

/** A power of 2 as a product of two, neither of which leaves the range. */
function scaled(x: Tensor, exponent: Tensor): Tensor {
  const half = floor(divide(exponent, 2));
  return multiply(multiply(x, exp2(half)), exp2(subtract(exponent, half)));
}

/**
 * Floats as a fraction from 1/2 to 1 times a power of 2, as `jnp.frexp`; what is not finite, and 0, has the exponent 0.
 *
 * @returns The fractions, and the exponents (int32).
 *
 * @example
 * ```ts
 * import { frexp } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [fraction, exponent] = frexp(12);
 * assertEquals([fraction.item(), exponent.item()], [0.75, 4]);
 * ```
 */
export function frexp(x: TensorLike): [fraction: Tensor, exponent: Tensor] {
  const tensor = floating("frexp", x);
  const plain = logicalOr(equal(tensor, 0), logicalNot(isFinite(tensor)));
  const size = stopGradient(abs(where(plain, 1, tensor)));
  // The logarithm may be rounded over a power of 2.
  const first = add(floor(log2(size)), 1);
  const tried = scaled(size, multiply(first, -1));
  const exponent = where(
    less(tried, 0.5),
    subtract(first, 1),
    where(greaterEqual(tried, 1), add(first, 1), first),
  );
  const known = where(plain, 0, exponent);
  return [scaled(tensor, multiply(known, -1)), cast(known, "int32")];
}

/**
 * `x 2^exponent`, elementwise with broadcasting.
 *
 * @example
 * ```ts
 * import { ldexp } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ldexp(0.75, 4).item(), 12);
 * ```
 */
export function ldexp(x: TensorLike, exponent: TensorLike): Tensor {
  const [a, b] = together("ldexp", promotedFloats("ldexp", x, exponent));
  return scaled(a, stopGradient(clip(b, { min: -2200, max: 2200 })));
}

/**
 * The greater of two numbers, the other one where one is NaN, elementwise with broadcasting.
 *
 * @example
 * ```ts
 * import { fmax } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fmax(NaN, 2).item(), 2);
 * ```
 */
export function fmax(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = together("fmax", promoted("fmax", x, y));
  return where(isNaN(a), b, where(isNaN(b), a, maximum(a, b)));
}

/**
 * The lesser of two numbers, the other one where one is NaN, elementwise with broadcasting.
 *
 * @example
 * ```ts
 * import { fmin } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fmin(NaN, 2).item(), 2);
 * ```
 */
export function fmin(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = together("fmin", promoted("fmin", x, y));
  return where(isNaN(a), b, where(isNaN(b), a, minimum(a, b)));
}

/**
 * `x^y` in floating point, for integers too, elementwise with broadcasting.
 *
 * @example
 * ```ts
 * import { floatPower, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(floatPower(tensor([2, 4], { dtype: "int32" }), -1).toArray(), [0.5, 0.25]);
 * ```
 */
export function floatPower(x: TensorLike, y: TensorLike): Tensor {
  return power(...together("floatPower", promotedFloats("floatPower", x, y)));
}
