/**
 * Rounding to half precision.
 *
 * @module
 */

import { cast, greater, less, multiply, round, subtract, type Tensor, where } from "../tensor/mod.ts";

/** The smallest number of half precision that has all of its 11 bits. */
const SMALLEST_NORMAL = 2 ** -14;

/** What the smaller numbers of half precision are multiples of. */
const QUANTUM = 2 ** -24;

/** Half way from the largest number of half precision to the next that there would be. */
const OVERFLOW = 65520;

/**
 * Numbers that are not negative, rounded to half precision, in the dtype that they have. Casts round in place of
 * arithmetic in single precision, so that no fused multiplication takes the rounding away. Veltkamp 1968.
 */
export function toHalfPrecision(x: Tensor): Tensor {
  const wide = cast(x, "float64");
  const scaled = cast(cast(multiply(wide, 2 ** 13 + 1), "float32"), "float64");
  const low = cast(cast(subtract(scaled, wide), "float32"), "float64");
  const normal = subtract(scaled, low);
  const small = multiply(round(multiply(wide, 1 / QUANTUM)), QUANTUM);
  const rounded = where(less(wide, SMALLEST_NORMAL), small, normal);
  return cast(where(greater(wide, OVERFLOW - 1), Infinity, rounded), x.dtype);
}
