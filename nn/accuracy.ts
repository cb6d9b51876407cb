/**
 * The share of right answers.
 *
 * @module
 */
import { argmax, cast, equal, mean, type Tensor } from "../tensor/mod.ts";
import { checkLabels } from "./losses/labels.ts";

/** Options of `accuracy`. */
export interface AccuracyOptions {
  /** The axis of the classes; the last by default. */
  readonly axis?: number;
}

/**
 * The share of inputs whose greatest logit is that of the label, a float32 scalar from 0 to 1. Labels are class
 * indices or distributions, as for `softmaxCrossEntropy`; of equal logits the first counts. It has no gradient.
 *
 * @throws {RangeError} If the shapes do not fit.
 * @throws {TypeError} If logits are not floating point, indices not integers, or distributions not floating point.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { accuracy } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = tensor([0, 0], { dtype: "int32" });
 * assertEquals(accuracy(tensor([[2, 1], [1, 2]]), labels).item(), 0.5);
 * ```
 */
export function accuracy(logits: Tensor, labels: Tensor, options: AccuracyOptions = {}): Tensor {
  const { axis, indices } = checkLabels("accuracy", logits, labels, options.axis ?? -1);
  const expected = indices ? labels : argmax(labels, { axis });
  return mean(cast(equal(argmax(logits, { axis }), expected), "float32"));
}
