/**
 * The cross entropy of classification, one for each example.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { isInteger } from "../../tensor/dtype.ts";
import { describe } from "../../tensor/tensor.ts";
import { checkFloats, checkTensors } from "./check.ts";
import type { MaskOptions } from "./masked.ts";
import { type ExampleLossOptions, reduceLosses } from "./reduction.ts";
import { crossEntropy } from "./softmax_cross_entropy.ts";

/**
 * `softmaxCrossEntropy` with one loss for each example unless told otherwise, as
 * `optax.losses.softmax_cross_entropy_with_integer_labels`.
 *
 * @returns One loss for each label, or with a reduction a scalar.
 * @throws {RangeError} If the shapes do not fit, or the reduction is not known.
 * @throws {TypeError} If logits are not floating point or labels not integers.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { softmaxCrossEntropyWithIntegerLabels } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = tensor([1, 0], { dtype: "int32" });
 * const losses = softmaxCrossEntropyWithIntegerLabels(tensor([[0, 0], [1e4, 0]]), labels);
 * assertEquals(losses.shape, [2]);
 * ```
 */
export function softmaxCrossEntropyWithIntegerLabels(
  logits: Tensor,
  labels: Tensor,
  options: MaskOptions & ExampleLossOptions = {},
): Tensor {
  checkOptionNames("softmaxCrossEntropyWithIntegerLabels", options, SAFE_SOFTMAX_CROSS_ENTROPY_OPTIONS);
  const name = "softmaxCrossEntropyWithIntegerLabels";
  checkTensors(name, { labels });
  if (!isInteger(labels.dtype)) {
    throw new TypeError(`${name} expects integer labels but got ${describe(labels)}`);
  }
  return reduceLosses(name, crossEntropy(name, logits, labels, options), options, "none");
}

const SAFE_SOFTMAX_CROSS_ENTROPY_OPTIONS = { axis: true, where: true, reduction: true, mask: true } as const;

/**
 * `softmaxCrossEntropy` of distributions with one loss for each example unless told otherwise, as
 * `optax.losses.safe_softmax_cross_entropy`: a logit of -Infinity where the label is 0 counts nothing.
 *
 * @returns One loss for each example, or with a reduction a scalar.
 * @throws {RangeError} If the shapes do not fit, or the reduction is not known.
 * @throws {TypeError} If an operand is not floating point.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { safeSoftmaxCrossEntropy } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(safeSoftmaxCrossEntropy(tensor([[0, -Infinity]]), tensor([[1, 0]])).toArray(), [0]);
 * ```
 */
export function safeSoftmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  options: MaskOptions & ExampleLossOptions = {},
): Tensor {
  checkOptionNames("safeSoftmaxCrossEntropy", options, SAFE_SOFTMAX_CROSS_ENTROPY_OPTIONS);
  checkFloats("safeSoftmaxCrossEntropy", { logits, labels });
  const losses = crossEntropy("safeSoftmaxCrossEntropy", logits, labels, options);
  return reduceLosses("safeSoftmaxCrossEntropy", losses, options, "none");
}
