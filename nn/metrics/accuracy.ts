/**
 * The share of right answers.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  arange,
  argmax,
  cast,
  equal,
  expandDims,
  greater,
  less,
  logicalAnd,
  logicalOr,
  notEqual,
  reshape,
  sum,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { checkPositiveInteger } from "../check.ts";
import { checkLabelRange } from "../losses/check.ts";
import { checkLabels } from "../losses/labels.ts";
import { type LossOptions, reduceLosses } from "../losses/reduction.ts";

/** Options of `accuracy`. */
export interface AccuracyOptions extends LossOptions {
  /** The axis of the classes; the last by default. */
  readonly axis?: number;
  /** A label that counts nothing, of class indices; none by default. */
  readonly ignoreIndex?: number;
}

const ACCURACY_OPTIONS = { axis: true, ignoreIndex: true, reduction: true, mask: true } as const;

/**
 * The share of inputs whose greatest logit is that of the label, a float32 scalar from 0 to 1. Labels are class
 * indices or distributions, as for `softmaxCrossEntropy`; of equal logits the first counts. It has no gradient.
 *
 * @returns A scalar; with reduction "none" 1 for each right answer and 0 for the others, with "sum" their number.
 * @throws {RangeError} If the shapes do not fit, or a known label is no class.
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
  checkOptionNames("accuracy", options, ACCURACY_OPTIONS);
  const { axis, expected } = wanted("accuracy", logits, labels, options);
  return shareOf("accuracy", equal(argmax(logits, { axis }), expected), expected, options);
}

/** Options of `topKAccuracy`. */
export interface TopKAccuracyOptions extends AccuracyOptions {
  /** How many of the greatest logits count; a positive integer. @default {5} */
  readonly k?: number;
}

const TOP_K_ACCURACY_OPTIONS = { k: true, ...ACCURACY_OPTIONS } as const;

/**
 * The share of inputs whose label is among the k greatest logits, as sklearn.metrics.top_k_accuracy_score, a float32
 * scalar. Of equal logits those of lower classes stand first. With k = 1 it is `accuracy`.
 *
 * @returns A scalar; with reduction "none" 1 for each right answer and 0 for the others, with "sum" their number.
 * @throws {RangeError} If the shapes do not fit, k is not a positive integer, or a known label is no class.
 * @throws {TypeError} If logits are not floating point, indices not integers, or distributions not floating point.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { topKAccuracy } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = tensor([1, 0], { dtype: "int32" });
 * assertEquals(topKAccuracy(tensor([[3, 2, 1], [1, 2, 3]]), labels, { k: 2 }).item(), 0.5);
 * ```
 */
export function topKAccuracy(logits: Tensor, labels: Tensor, options: TopKAccuracyOptions = {}): Tensor {
  checkOptionNames("topKAccuracy", options, TOP_K_ACCURACY_OPTIONS);
  const { k = 5 } = options;
  checkPositiveInteger("topKAccuracy", "k", k);
  const { axis, expected } = wanted("topKAccuracy", logits, labels, options);
  const numbers = reshape(
    arange(logits.shape[axis], { dtype: "int32" }),
    logits.shape.map((extent, i) => i === axis ? extent : 1),
  );
  const label = expandDims(expected, axis);
  const own = equal(numbers, label);
  const score = sum(where(own, logits, 0), { axes: axis, keepDims: true });
  const before = logicalOr(greater(logits, score), logicalAnd(equal(logits, score), less(numbers, label)));
  const ahead = sum(cast(before, "int32"), { axes: axis });
  const found = sum(cast(own, "int32"), { axes: axis });
  // A label that is no class is before all others nowhere.
  return shareOf("topKAccuracy", logicalAnd(less(ahead, k), equal(found, 1)), expected, options);
}

/** The labels as class indices. */
function wanted(
  operation: string,
  logits: Tensor,
  labels: Tensor,
  { axis: along = -1, ignoreIndex, mask }: AccuracyOptions,
): { readonly axis: number; readonly expected: Tensor } {
  const { axis, indices } = checkLabels(operation, logits, labels, along);
  if (indices && mask === undefined) checkLabelRange(operation, labels, logits.shape[axis], ignoreIndex);
  return { axis, expected: cast(indices ? labels : argmax(labels, { axis }), "int32") };
}

function shareOf(operation: string, right: Tensor, labels: Tensor, options: AccuracyOptions): Tensor {
  const { ignoreIndex, mask } = options;
  const answers = cast(right, "float32");
  if (ignoreIndex === undefined) return reduceLosses(operation, answers, options, "mean");
  const given = notEqual(labels, ignoreIndex);
  const counted = mask === undefined ? given : logicalAnd(given, mask);
  return reduceLosses(operation, answers, { ...options, mask: counted }, "mean");
}
