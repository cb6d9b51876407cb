/**
 * Negative logarithms of likelihoods of counts.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { add, exp, greater, log, multiply, subtract, type Tensor, where } from "../../tensor/mod.ts";
import { checkFloats, checkSameShape } from "./check.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";

/** Options of `poissonNllLoss`. */
export interface PoissonNllLossOptions extends LossOptions {
  /** Whether predictions are logarithms of rates, else rates. @default {true} */
  readonly logInput?: boolean;
  /** Whether Stirling's `t log t - t + log(2 pi t) / 2` is added for targets above 1. @default {false} */
  readonly full?: boolean;
  /** Added to rates below the logarithm. @default {1e-8} */
  readonly eps?: number;
}

const POISSON_NLL_LOSS_OPTIONS = {
  logInput: true,
  full: true,
  eps: true,
  reduction: true,
  mask: true,
} as const;

/**
 * `e^x - target x` of logarithms x of rates, or `x - target log(x + eps)` of rates x, as
 * torch.nn.functional.poisson_nll_loss.
 *
 * @returns A scalar, or with reduction "none" a tensor of the operands' shape.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { poissonNllLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(poissonNllLoss(tensor([0]), tensor([3])).item(), 1);
 * ```
 */
export function poissonNllLoss(
  prediction: Tensor,
  target: Tensor,
  options: PoissonNllLossOptions = {},
): Tensor {
  checkOptionNames("poissonNllLoss", options, POISSON_NLL_LOSS_OPTIONS);
  checkFloats("poissonNllLoss", { prediction, target });
  checkSameShape("poissonNllLoss", { prediction, target });
  const { logInput = true, full = false, eps = 1e-8 } = options;
  const losses = logInput
    ? subtract(exp(prediction), multiply(target, prediction))
    : subtract(prediction, multiply(target, log(add(prediction, eps))));
  if (!full) return reduceLosses("poissonNllLoss", losses, options, "mean");
  const many = greater(target, 1);
  const counts = where(many, target, 1);
  const stirling = add(
    subtract(multiply(counts, log(counts)), counts),
    multiply(log(multiply(counts, 2 * Math.PI)), 0.5),
  );
  return reduceLosses("poissonNllLoss", add(losses, where(many, stirling, 0)), options, "mean");
}
