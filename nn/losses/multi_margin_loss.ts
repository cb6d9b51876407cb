/**
 * The loss of classes that come too near to the right one.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  arange,
  cast,
  divide,
  equal,
  expandDims,
  greater,
  logicalAnd,
  logicalNot,
  multiply,
  square,
  subtract,
  sum,
  take,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { checkFinite, checkFloats, checkIndices, checkLabelRange, checkWeights } from "./check.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";

/** Options of `multiMarginLoss`. */
export interface MultiMarginLossOptions extends LossOptions {
  /** Whether what lacks to the margin counts as it is or squared. @default {1} */
  readonly degree?: 1 | 2;
  /** How far the score of the label is to be above the others. @default {1} */
  readonly margin?: number;
  /** A weight for each label, of shape [classes]; 1 by default. */
  readonly weight?: Tensor;
}

const MULTI_MARGIN_LOSS_OPTIONS = {
  degree: true,
  margin: true,
  weight: true,
  reduction: true,
  mask: true,
} as const;

/**
 * `sum over the other classes of weight[label] max(0, margin - score of the label + score)^degree / classes`, as
 * torch.nn.functional.multi_margin_loss, whose `p` is `degree`.
 *
 * @param scores Scores of shape [..., classes].
 * @param labels Class indices of shape [...].
 * @param options The degree, the margin, weights, the mask and the reduction.
 * @returns A scalar, or with reduction "none" one loss for each label.
 * @throws {TypeError} If scores are not floating point or labels not integers.
 * @throws {RangeError} If the shapes do not fit, a label is no class, or an option is out of range.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { multiMarginLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = tensor([0], { dtype: "int32" });
 * assertEquals(multiMarginLoss(tensor([[1, 2, 0.5, -3]]), labels).item(), (2 + 0.5) / 4);
 * ```
 */
export function multiMarginLoss(
  scores: Tensor,
  labels: Tensor,
  options: MultiMarginLossOptions = {},
): Tensor {
  checkOptionNames("multiMarginLoss", options, MULTI_MARGIN_LOSS_OPTIONS);
  const { degree = 1, margin = 1, weight, mask } = options;
  checkFloats("multiMarginLoss", { scores });
  if (scores.rank === 0) {
    throw new RangeError("multiMarginLoss expects scores with an axis of classes but got a scalar");
  }
  const classes = scores.shape[scores.rank - 1];
  checkIndices("multiMarginLoss", labels, scores.shape.slice(0, -1));
  if (mask === undefined) checkLabelRange("multiMarginLoss", labels, classes);
  checkFinite("multiMarginLoss", "margin", margin);
  checkWeights("multiMarginLoss", "weight", weight);
  if (weight !== undefined && (weight.rank !== 1 || weight.shape[0] !== classes)) {
    throw new RangeError(
      `multiMarginLoss expects weight of shape [${classes}] but got [${weight.shape.join(", ")}]`,
    );
  }
  if (degree !== 1 && degree !== 2) {
    throw new RangeError(`multiMarginLoss expects degree 1 or 2 but got ${String(degree)}`);
  }
  const own = equal(expandDims(cast(labels, "int32"), -1), arange(classes, { dtype: "int32" }));
  const label = sum(where(own, scores, 0), { axes: -1, keepDims: true });
  const lacks = add(subtract(scores, label), margin);
  const counted = where(logicalAnd(greater(lacks, 0), logicalNot(own)), lacks, 0);
  const parts = degree === 1 ? counted : square(counted);
  const losses = divide(sum(parts, { axes: -1 }), classes);
  const weighted = weight === undefined ? losses : multiply(losses, take(weight, labels));
  return reduceLosses("multiMarginLoss", weighted, options, "mean");
}
