/**
 * The norm and the root mean square of one tensor.
 *
 * @module
 */

import { greater, mean, sqrt, square, sum, type Tensor, where } from "../tensor/mod.ts";

/** The root, with a gradient of 0 where it has none. */
function safeRoot(x: Tensor): Tensor {
  const isPositive = greater(x, 0);
  // NaN is not positive, and has to come out.
  return where(isPositive, sqrt(where(isPositive, x, 1)), x);
}

/** `sqrt(sum(x^2))`, a scalar; its gradient at 0 is 0. */
export function leafNorm(x: Tensor): Tensor {
  return safeRoot(sum(square(x)));
}

/** `sqrt(mean(x^2))`, a scalar; its gradient at 0 is 0. */
export function leafRms(x: Tensor): Tensor {
  return safeRoot(mean(square(x)));
}
