/**
 * Logarithms of probabilities of which nothing counts.
 *
 * @module
 */
import { equal, logicalAnd, type Tensor, where } from "../../tensor/mod.ts";

/** Logarithms with 0 for -Infinity where their share is 0 too, since the product of both is to be 0 and not NaN. */
export function withoutInfinity(logarithms: Tensor, shares: Tensor): Tensor {
  return where(logicalAnd(equal(logarithms, -Infinity), equal(shares, 0)), 0, logarithms);
}
