/**
 * The cross entropy of classification.
 *
 * @module
 */
import {
  any,
  arange,
  cast,
  equal,
  exp,
  expandDims,
  log,
  logicalAnd,
  max,
  multiply,
  reshape,
  stopGradient,
  subtract,
  sum,
  type Tensor,
  where,
} from "../tensor/mod.ts";
import { checkLabels } from "./labels.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";

/** Options of `softmaxCrossEntropy`. */
export interface SoftmaxCrossEntropyOptions extends LossOptions {
  /** The axis of the classes; the last by default. For images of shape [n, classes, rows, columns] it is 1. */
  readonly axis?: number;
}

/**
 * `-sum over classes of label log(softmax(logits))`, reduced over all inputs, as
 * torch.nn.functional.cross_entropy and optax.softmax_cross_entropy. Labels are integer class indices, with the
 * logits' shape without the axis of the classes, or distributions of the logits' shape. Logits of any size keep
 * their precision, and a label of 0 makes a logit of -Infinity count nothing.
 *
 * A class index outside of the classes gives NaN: it is known too late for an error where the loss is compiled.
 *
 * @returns A scalar, or with reduction "none" one loss for each input.
 * @throws {RangeError} If the shapes do not fit, or the reduction is not known.
 * @throws {TypeError} If logits are not floating point, indices not integers, or distributions not floating point.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { softmaxCrossEntropy } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const logits = tensor([[0, 0], [1e4, 0]]);
 * const labels = tensor([1, 0], { dtype: "int32" });
 * assertAlmostEquals(softmaxCrossEntropy(logits, labels).item(), Math.LN2 / 2, 1e-6);
 * ```
 */
export function softmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  options: SoftmaxCrossEntropyOptions = {},
): Tensor {
  const { axis, indices } = checkLabels("softmaxCrossEntropy", logits, labels, options.axis ?? -1);
  // With the greatest logit at 0, neither the exponentials nor the logarithm of their sum lose digits.
  const shifted = subtract(logits, stopGradient(max(logits, { axes: axis, keepDims: true })));
  const normalizer = log(sum(exp(shifted), { axes: axis, keepDims: true }));
  const losses = indices
    ? indexLosses(shifted, reshape(normalizer, labels.shape), labels, axis)
    : sum(multiply(labels, subtract(normalizer, finite(shifted, labels))), { axes: axis });
  return reduceLosses("softmaxCrossEntropy", losses, options.reduction ?? "mean");
}

/** `normalizer - shifted[label]`, the element picked by comparison so that it fuses; NaN where there is none. */
function indexLosses(shifted: Tensor, normalizer: Tensor, labels: Tensor, axis: number): Tensor {
  const classes = shifted.shape.map((extent, i) => i === axis ? extent : 1);
  const numbers = reshape(arange(shifted.shape[axis], { dtype: "int32" }), classes);
  const picked = equal(expandDims(cast(labels, "int32"), axis), numbers);
  const own = sum(where(picked, shifted, 0), { axes: axis });
  return where(any(picked, { axes: axis }), subtract(normalizer, own), NaN);
}

/** The logits with 0 for -Infinity where the label is 0 too, since their product is to be 0 and not NaN. */
function finite(shifted: Tensor, labels: Tensor): Tensor {
  return where(logicalAnd(equal(shifted, -Infinity), equal(labels, 0)), 0, shifted);
}
