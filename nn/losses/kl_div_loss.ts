/**
 * The divergence of distributions as torch reduces it.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { divide, type Tensor } from "../../tensor/mod.ts";
import { describe } from "../../tensor/tensor.ts";
import { divergences, logDivergences } from "./kl_divergence.ts";
import { type LossOptions, reduceLosses, type Reduction } from "./reduction.ts";

/** Options of `klDivLoss`. */
export interface KlDivLossOptions extends Omit<LossOptions, "reduction"> {
  /**
   * What becomes of the elements: their mean, their sum, nothing, or their sum divided by the extent of the first
   * axis, which is the mean divergence of a batch. @default {"mean"}
   */
  readonly reduction?: Reduction | "batchmean";
  /** Whether targets are logarithms of probabilities. @default {false} */
  readonly logTarget?: boolean;
}

const KL_DIV_LOSS_OPTIONS = { reduction: true, logTarget: true, mask: true } as const;

/**
 * `target (log target - logPrediction)` for each element, 0 where a target is 0, as torch.nn.functional.kl_div. Mind
 * that "mean" divides by the number of elements; `klDivergence` sums along an axis first.
 *
 * @param logPredictions The logarithms of the predicted probabilities.
 * @param targets The probabilities, or with `logTarget` their logarithms, of the same shape.
 * @param options What targets are, the mask, and the reduction.
 * @returns A scalar, or with reduction "none" a tensor of the operands' shape.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, the reduction is not known, or "batchmean" is of a scalar.
 *
 * @example
 * ```ts
 * import { log, tensor } from "@weft/weft";
 * import { klDivLoss } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const loss = klDivLoss(log(tensor([[0.5, 0.5]])), tensor([[1, 0]]), { reduction: "batchmean" });
 * assertAlmostEquals(loss.item(), Math.LN2, 1e-6);
 * ```
 */
export function klDivLoss(
  logPredictions: Tensor,
  targets: Tensor,
  options: KlDivLossOptions = {},
): Tensor {
  checkOptionNames("klDivLoss", options, KL_DIV_LOSS_OPTIONS);
  const { reduction = "mean", logTarget = false, ...rest } = options;
  const parts = (logTarget ? logDivergences : divergences)("klDivLoss", logPredictions, targets);
  if (reduction !== "batchmean") return reduceLosses("klDivLoss", parts, { ...rest, reduction }, "mean");
  if (parts.rank === 0) {
    throw new RangeError(`klDivLoss expects a batch for reduction "batchmean" but got ${describe(parts)}`);
  }
  return divide(reduceLosses("klDivLoss", parts, { ...rest, reduction: "sum" }, "sum"), parts.shape[0]);
}
