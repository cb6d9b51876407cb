/**
 * Means of losses that weigh differently.
 *
 * @module
 */
import { broadcastTo, divide, multiply, sum, type Tensor } from "../../tensor/mod.ts";
import { checkWeights } from "./check.ts";
import { type LossOptions, maskedLosses, reduceLosses } from "./reduction.ts";

/** Options of losses with a weight for each element. */
export interface WeightedLossOptions extends LossOptions {
  /** Weights that broadcast to the losses; 1 by default. The mean is divided by the sum of those that count. */
  readonly weight?: Tensor;
}

/** The names of `WeightedLossOptions`. */
export const WEIGHTED_LOSS_OPTIONS = { weight: true, reduction: true, mask: true } as const;

/** The reduced losses times their weights; the mean is divided by the sum of the weights. */
export function weightedLosses(operation: string, losses: Tensor, options: WeightedLossOptions): Tensor {
  const { weight, mask, reduction = "mean" } = options;
  if (weight === undefined) return reduceLosses(operation, losses, options, "mean");
  checkWeights(operation, "weight", weight);
  const weighted = multiply(losses, weight);
  if (reduction !== "mean") return reduceLosses(operation, weighted, options, "mean");
  const weights = broadcastTo(weight, losses.shape);
  return divide(
    sum(maskedLosses(operation, weighted, mask)),
    sum(maskedLosses(operation, weights, mask)),
  );
}
