/**
 * The loss of labels under given logarithms of probabilities.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { describe } from "../../tensor/tensor.ts";
import { classLosses, type ClassOptions } from "./class_losses.ts";
import { checkLabels } from "./labels.ts";
import type { LossOptions } from "./reduction.ts";

/** Options of `nllLoss`. */
export interface NllLossOptions extends LossOptions, ClassOptions {
  /** The axis of the classes. @default {-1} */
  readonly axis?: number;
}

const NLL_LOSS_OPTIONS = {
  axis: true,
  reduction: true,
  mask: true,
  weight: true,
  ignoreIndex: true,
} as const;

/**
 * `-weight[label] logProbabilities[label]`, as torch.nn.functional.nll_loss. The mean is divided by the sum of the
 * weights of the labels that count, so it is NaN where none does.
 *
 * @param logProbabilities The logarithms of the probabilities of the classes, as `logSoftmax` gives them.
 * @param labels Class indices of the shape without the axis of the classes.
 * @param options The weights of classes, the label that is left out, the axis and the reduction.
 * @returns A scalar, or with reduction "none" one loss for each label.
 * @throws {TypeError} If the logarithms are not floating point, or labels not integers.
 * @throws {RangeError} If the shapes do not fit, or a label whose value is known is no class; it gives NaN in `compile`.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { nllLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = tensor([0, -100], { dtype: "int32" });
 * assertEquals(nllLoss(tensor([[-1, -3], [-2, -2]]), labels, { ignoreIndex: -100 }).item(), 1);
 * ```
 */
export function nllLoss(logProbabilities: Tensor, labels: Tensor, options: NllLossOptions = {}): Tensor {
  checkOptionNames("nllLoss", options, NLL_LOSS_OPTIONS);
  const { axis, indices } = checkLabels("nllLoss", logProbabilities, labels, options.axis ?? -1);
  if (!indices) throw new TypeError(`nllLoss expects integer labels but got ${describe(labels)}`);
  return classLosses("nllLoss", logProbabilities, labels, axis, options);
}
