/**
 * The loss of lists that are to be ranked.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  any,
  cast,
  divide,
  logicalAnd,
  maximum,
  multiply,
  negative,
  sum,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { checkFloats, checkSameShape, checkTensors } from "./check.ts";
import { maskedLogSoftmax } from "./masked.ts";
import { type LossOptions, maskedLosses, reduceLosses } from "./reduction.ts";

/** Options of `rankingSoftmaxLoss`. */
export interface RankingSoftmaxLossOptions extends LossOptions {
  /** Which items take part, of the shape of the scores; all by default. A list without any has no part in a mean. */
  readonly where?: Tensor;
  /** A weight for each item, of the shape of the scores; 1 by default. */
  readonly weights?: Tensor;
}

const RANKING_SOFTMAX_LOSS_OPTIONS = { where: true, weights: true, reduction: true, mask: true } as const;

/**
 * `-sum of relevance log(softmax(scores))` along the last axis, the items of a list, as
 * `optax.losses.ranking_softmax_loss`: the mean over all lists unless told otherwise. After Cao et al., "Learning to
 * Rank: From Pairwise Approach to Listwise Approach" (2007).
 *
 * @param scores The predicted scores, of shape [..., items].
 * @param labels How relevant each item is, of the same shape.
 * @param options Which items take part, with which weight, and the reduction.
 * @returns A scalar, or with reduction "none" one loss for each list.
 * @throws {TypeError} If scores are not floating point, or labels not a tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { rankingSoftmaxLoss } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * assertAlmostEquals(rankingSoftmaxLoss(tensor([0, 0]), tensor([1, 0])).item(), Math.LN2, 1e-6);
 * ```
 */
export function rankingSoftmaxLoss(
  scores: Tensor,
  labels: Tensor,
  options: RankingSoftmaxLossOptions = {},
): Tensor {
  checkOptionNames("rankingSoftmaxLoss", options, RANKING_SOFTMAX_LOSS_OPTIONS);
  checkFloats("rankingSoftmaxLoss", { scores });
  checkTensors("rankingSoftmaxLoss", { labels });
  checkSameShape("rankingSoftmaxLoss", { scores, labels });
  const { where: mask, weights, reduction = "mean" } = options;
  const relevance = cast(labels, scores.dtype);
  const weighted = weights === undefined ? relevance : multiply(relevance, weights);
  if (mask === undefined) {
    const losses = negative(sum(multiply(weighted, maskedLogSoftmax(scores, {})), { axes: -1 }));
    return reduceLosses("rankingSoftmaxLoss", losses, options, "mean");
  }
  const shown = where(mask, maskedLogSoftmax(scores, { where: mask }), 0);
  const losses = negative(sum(multiply(where(mask, weighted, 0), shown), { axes: -1 }));
  if (reduction !== "mean") return reduceLosses("rankingSoftmaxLoss", losses, options, "mean");
  // Losses of lists without items are 0; the mean is over the others.
  const some = any(mask, { axes: -1 });
  const counted = options.mask === undefined ? some : logicalAnd(some, options.mask);
  const lists = sum(cast(counted, scores.dtype));
  return divide(sum(maskedLosses("rankingSoftmaxLoss", losses, options.mask)), maximum(lists, 1));
}
