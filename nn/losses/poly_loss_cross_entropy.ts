/**
 * The cross entropy with more weight on its first term.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { add, exp, multiply, subtract, type Tensor } from "../../tensor/mod.ts";
import { checkFloats, checkSameShape } from "./check.ts";
import { maskedLogSoftmax, maskedSum, type MaskOptions } from "./masked.ts";
import { type ExampleLossOptions, reduceLosses } from "./reduction.ts";
import { crossEntropy } from "./softmax_cross_entropy.ts";

/** Options of `polyLossCrossEntropy`. */
export interface PolyLossCrossEntropyOptions extends ExampleLossOptions, MaskOptions {
  /** The weight of `1 - probability of the label`. @default {2} */
  readonly epsilon?: number;
}

const POLY_LOSS_CROSS_ENTROPY_OPTIONS = {
  epsilon: true,
  reduction: true,
  mask: true,
  axis: true,
  where: true,
} as const;

/**
 * The softmax cross entropy plus `epsilon sum of label (1 - softmax(logits))`, as
 * `optax.losses.poly_loss_cross_entropy`; after Leng et al., "PolyLoss: A Polynomial Expansion Perspective of
 * Classification Loss Functions" (2022). Labels are distributions of the logits' shape.
 *
 * @returns One loss for each example, or with a reduction a scalar.
 * @throws {TypeError} If an operand is not floating point.
 * @throws {RangeError} If the shapes differ, there is no such axis or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { polyLossCrossEntropy } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * assertAlmostEquals(polyLossCrossEntropy(tensor([0, 0]), tensor([1, 0])).item(), Math.LN2 + 1, 1e-6);
 * ```
 */
export function polyLossCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  options: PolyLossCrossEntropyOptions = {},
): Tensor {
  checkOptionNames("polyLossCrossEntropy", options, POLY_LOSS_CROSS_ENTROPY_OPTIONS);
  const { epsilon = 2 } = options;
  checkFloats("polyLossCrossEntropy", { logits, labels });
  checkSameShape("polyLossCrossEntropy", { logits, labels });
  const entropy = crossEntropy("polyLossCrossEntropy", logits, labels, options);
  const missed = subtract(1, exp(maskedLogSoftmax(logits, options)));
  const losses = add(entropy, multiply(maskedSum(multiply(labels, missed), options), epsilon));
  return reduceLosses("polyLossCrossEntropy", losses, options, "none");
}
