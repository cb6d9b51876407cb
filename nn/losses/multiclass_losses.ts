/**
 * Losses of scores of several classes that are zero from some margin on.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  equal,
  max,
  multiply,
  oneHot,
  sparsemax,
  square,
  subtract,
  sum,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { checkFloats, checkIndices, checkLabelRange } from "./check.ts";
import { EXAMPLE_LOSS_OPTIONS, type ExampleLossOptions, reduceLosses } from "./reduction.ts";

const LAST = { axes: -1 } as const;

/**
 * `max over classes of (score + 1 where it is not the label) - score of the label`, as
 * `optax.losses.multiclass_hinge_loss`; after Crammer and Singer (2001). Scores are of shape [..., classes], labels
 * are class indices of shape [...].
 *
 * @returns One loss for each label, or with a reduction a scalar.
 * @throws {TypeError} If scores are not floating point or labels not integers.
 * @throws {RangeError} If the shapes do not fit, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { multiclassHingeLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = tensor([0, 1], { dtype: "int32" });
 * assertEquals(multiclassHingeLoss(tensor([[3, 1], [3, 1]]), labels).toArray(), [0, 3]);
 * ```
 */
export function multiclassHingeLoss(
  scores: Tensor,
  labels: Tensor,
  options: ExampleLossOptions = {},
): Tensor {
  checkOptionNames("multiclassHingeLoss", options, EXAMPLE_LOSS_OPTIONS);
  const own = labelled("multiclassHingeLoss", scores, labels, options.mask);
  const losses = subtract(max(add(scores, subtract(1, own)), LAST), sum(multiply(scores, own), LAST));
  return reduceLosses("multiclassHingeLoss", losses, options, "none");
}

/**
 * `max over classes of score - score of the label`, as `optax.losses.multiclass_perceptron_loss`. Scores are of shape
 * [..., classes], labels are class indices of shape [...].
 *
 * @returns One loss for each label, or with a reduction a scalar.
 * @throws {TypeError} If scores are not floating point or labels not integers.
 * @throws {RangeError} If the shapes do not fit, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { multiclassPerceptronLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = tensor([0, 1], { dtype: "int32" });
 * assertEquals(multiclassPerceptronLoss(tensor([[3, 1], [3, 1]]), labels).toArray(), [0, 2]);
 * ```
 */
export function multiclassPerceptronLoss(
  scores: Tensor,
  labels: Tensor,
  options: ExampleLossOptions = {},
): Tensor {
  checkOptionNames("multiclassPerceptronLoss", options, EXAMPLE_LOSS_OPTIONS);
  const own = labelled("multiclassPerceptronLoss", scores, labels, options.mask);
  const losses = subtract(max(scores, LAST), sum(multiply(scores, own), LAST));
  return reduceLosses("multiclassPerceptronLoss", losses, options, "none");
}

/**
 * The loss whose gradient is `sparsemax(scores)` less the label's distribution, as
 * `optax.losses.multiclass_sparsemax_loss`; after Martins and Astudillo, "From Softmax to Sparsemax" (2016). Scores
 * are of shape [..., classes], labels are class indices of shape [...].
 *
 * @returns One loss for each label, or with a reduction a scalar.
 * @throws {TypeError} If scores are not floating point or labels not integers.
 * @throws {RangeError} If the shapes do not fit, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { multiclassSparsemaxLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = tensor([0, 1], { dtype: "int32" });
 * assertEquals(multiclassSparsemaxLoss(tensor([[3, 1], [0, 0]]), labels).toArray(), [0, 0.25]);
 * ```
 */
export function multiclassSparsemaxLoss(
  scores: Tensor,
  labels: Tensor,
  options: ExampleLossOptions = {},
): Tensor {
  checkOptionNames("multiclassSparsemaxLoss", options, EXAMPLE_LOSS_OPTIONS);
  const own = labelled("multiclassSparsemaxLoss", scores, labels, options.mask);
  const probabilities = sparsemax(scores);
  const label = sum(multiply(scores, own), { axes: -1, keepDims: true });
  const gaps = where(equal(probabilities, 0), 0, subtract(scores, label));
  const losses = add(
    sum(multiply(probabilities, gaps), LAST),
    multiply(subtract(1, sum(square(probabilities), LAST)), 0.5),
  );
  return reduceLosses("multiclassSparsemaxLoss", losses, options, "none");
}

/** The labels as rows of 0 and 1, checked. */
function labelled(operation: string, scores: Tensor, labels: Tensor, mask: Tensor | undefined): Tensor {
  checkFloats(operation, { scores });
  if (scores.rank === 0) {
    throw new RangeError(`${operation} expects scores with an axis of classes but got a scalar`);
  }
  checkIndices(operation, labels, scores.shape.slice(0, -1));
  if (mask === undefined) checkLabelRange(operation, labels, scores.shape[scores.rank - 1]);
  return oneHot(labels, scores.shape[scores.rank - 1], { dtype: scores.dtype });
}
