/**
 * Losses of inputs that belong to several classes.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  any,
  arange,
  cast,
  cumprod,
  divide,
  equal,
  expandDims,
  greater,
  greaterEqual,
  logicalAnd,
  logicalNot,
  logSigmoid,
  multiply,
  negative,
  subtract,
  sum,
  takeAlongAxis,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { knownValue } from "../../tensor/tensor.ts";
import { checkFloats, checkIndices, checkSameShape, checkWeights } from "./check.ts";
import { LOSS_OPTIONS, type LossOptions, reduceLosses } from "./reduction.ts";
import { entropyOf } from "./sigmoid_cross_entropy.ts";

/**
 * `sum over labels j and classes i without a label of max(0, 1 - (score[j] - score[i])) / classes`, as
 * torch.nn.functional.multilabel_margin_loss. The labels of an input stand before the first -1 of its row.
 *
 * @param scores Scores of shape [..., classes].
 * @param labels Class indices of the same shape, filled up with -1.
 * @param options The mask and the reduction.
 * @returns A scalar, or with reduction "none" one loss for each input.
 * @throws {TypeError} If scores are not floating point or labels not integers.
 * @throws {RangeError} If the shapes differ, a label is neither a class nor -1, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { multilabelMarginLoss } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const labels = tensor([[3, 0, -1, 1]], { dtype: "int32" });
 * assertAlmostEquals(multilabelMarginLoss(tensor([[0.1, 0.2, 0.4, 0.8]]), labels).item(), 0.85, 1e-6);
 * ```
 */
export function multilabelMarginLoss(scores: Tensor, labels: Tensor, options: LossOptions = {}): Tensor {
  checkOptionNames("multilabelMarginLoss", options, LOSS_OPTIONS);
  checkFloats("multilabelMarginLoss", { scores });
  checkIndices("multilabelMarginLoss", labels, scores.shape);
  if (scores.rank === 0) {
    throw new RangeError("multilabelMarginLoss expects scores with an axis of classes but got a scalar");
  }
  const classes = scores.shape[scores.rank - 1];
  const wrong = knownValue(labels)?.data().find((label) => !(label >= -1 && label < classes));
  if (wrong !== undefined) {
    throw new RangeError(`multilabelMarginLoss expects labels from -1 to ${classes - 1} but got ${wrong}`);
  }
  const indices = cast(labels, "int32");
  const given = equal(cumprod(cast(greaterEqual(indices, 0), "int32"), { axis: -1 }), 1);
  const label = takeAlongAxis(scores, where(given, indices, 0), -1);
  const named = logicalAnd(
    expandDims(given, -1),
    equal(expandDims(indices, -1), arange(classes, { dtype: "int32" })),
  );
  const others = expandDims(logicalNot(any(named, { axes: -2 })), -2);
  const lacks = add(subtract(expandDims(scores, -2), expandDims(label, -1)), 1);
  const counts = logicalAnd(logicalAnd(expandDims(given, -1), others), greater(lacks, 0));
  const losses = divide(sum(where(counts, lacks, 0), { axes: [-2, -1] }), classes);
  return reduceLosses("multilabelMarginLoss", losses, options, "mean");
}

/** Options of `multilabelSoftMarginLoss`. */
export interface MultilabelSoftMarginLossOptions extends LossOptions {
  /** Weights that broadcast to the scores; 1 by default. */
  readonly weight?: Tensor;
}

const MULTILABEL_SOFT_MARGIN_LOSS_OPTIONS = { weight: true, reduction: true, mask: true } as const;

/**
 * The mean over the classes of `-target log(sigmoid(score)) - (1 - target) log(1 - sigmoid(score))`, as
 * torch.nn.functional.multilabel_soft_margin_loss, stable at any size.
 *
 * @param scores Scores of shape [..., classes].
 * @param targets From 0 to 1 for each class, of the same shape.
 * @param options Weights, the mask and the reduction.
 * @returns A scalar, or with reduction "none" one loss for each input.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, a weight is negative, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { multilabelSoftMarginLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(multilabelSoftMarginLoss(tensor([[1e4, 1e4]]), tensor([[1, 0]])).item(), 5e3);
 * ```
 */
export function multilabelSoftMarginLoss(
  scores: Tensor,
  targets: Tensor,
  options: MultilabelSoftMarginLossOptions = {},
): Tensor {
  checkOptionNames("multilabelSoftMarginLoss", options, MULTILABEL_SOFT_MARGIN_LOSS_OPTIONS);
  const { weight } = options;
  checkFloats("multilabelSoftMarginLoss", { scores, targets });
  checkSameShape("multilabelSoftMarginLoss", { scores, targets });
  checkWeights("multilabelSoftMarginLoss", "weight", weight);
  if (scores.rank === 0) {
    throw new RangeError("multilabelSoftMarginLoss expects scores with an axis of classes but got a scalar");
  }
  const answers = { yes: logSigmoid(scores), no: logSigmoid(negative(scores)) };
  const parts = entropyOf(targets, subtract(1, targets), answers);
  const weighted = weight === undefined ? parts : multiply(parts, weight);
  const losses = divide(sum(weighted, { axes: -1 }), scores.shape[scores.rank - 1]);
  return reduceLosses("multilabelSoftMarginLoss", losses, options, "mean");
}
