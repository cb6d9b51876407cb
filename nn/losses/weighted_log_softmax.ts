/**
 * Weighted logarithms of the softmax.
 *
 * @module
 */
import { logSoftmax, multiply, notEqual, type Tensor, where } from "../../tensor/mod.ts";
import { checkFloats, checkSameShape } from "./check.ts";

/**
 * `weights logSoftmax(logits)` along the last axis, with 0 where a weight is 0, also for a logit of minus infinity, as
 * `optax.losses.weighted_logsoftmax`: `0 log 0` counts as 0, and so does its gradient.
 *
 * @returns A tensor of the logits' shape.
 * @throws {TypeError} If an operand is not floating point.
 * @throws {RangeError} If the shapes differ.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { weightedLogSoftmax } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const logits = tensor([0, -Infinity]);
 * assertEquals(weightedLogSoftmax(logits, tensor([2, 0])).toArray(), [0, 0]);
 * ```
 */
export function weightedLogSoftmax(logits: Tensor, weights: Tensor): Tensor {
  checkFloats("weightedLogSoftmax", { logits, weights });
  checkSameShape("weightedLogSoftmax", { logits, weights });
  return multiply(weights, where(notEqual(weights, 0), logSoftmax(logits), 0));
}
