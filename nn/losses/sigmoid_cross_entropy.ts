/**
 * The cross entropy of yes-or-no questions.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  cast,
  equal,
  exp,
  log,
  logSigmoid,
  maximum,
  multiply,
  negative,
  stopGradient,
  subtract,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { checkFloats, checkSameShape, checkTensors, checkWeights } from "./check.ts";
import { type ExampleLossOptions, reduceLosses } from "./reduction.ts";
import { withoutInfinity } from "./without_infinity.ts";

/** Options of `sigmoidBinaryCrossEntropy`. */
export interface SigmoidBinaryCrossEntropyOptions extends ExampleLossOptions {
  /** Weights that broadcast to the losses; 1 by default. */
  readonly weight?: Tensor;
  /** What label 1 weighs beside label 0, broadcast to the losses; 1 by default. */
  readonly posWeight?: Tensor;
}

const SIGMOID_BINARY_CROSS_ENTROPY_OPTIONS = {
  weight: true,
  posWeight: true,
  reduction: true,
  mask: true,
} as const;

/**
 * `-label log(sigmoid(logit)) - (1 - label) log(1 - sigmoid(logit))` for each element, as
 * `optax.losses.sigmoid_binary_cross_entropy` and torch.nn.functional.binary_cross_entropy_with_logits. Labels are
 * probabilities from 0 to 1, or booleans or integers 0 and 1. Logits of any size keep their precision.
 *
 * @returns Losses of the operands' shape, or with a reduction a scalar.
 * @throws {TypeError} If logits are not floating point, or labels not a tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { sigmoidBinaryCrossEntropy } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const losses = sigmoidBinaryCrossEntropy(tensor([0, -1e4]), tensor([1, 1])).data();
 * assertAlmostEquals(losses[0], Math.LN2, 1e-6);
 * assertAlmostEquals(losses[1], 1e4, 1e-2);
 * ```
 */
export function sigmoidBinaryCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  options: SigmoidBinaryCrossEntropyOptions = {},
): Tensor {
  checkOptionNames("sigmoidBinaryCrossEntropy", options, SIGMOID_BINARY_CROSS_ENTROPY_OPTIONS);
  const { losses, target, yes, no } = crossEntropy("sigmoidBinaryCrossEntropy", logits, labels);
  const { weight, posWeight } = options;
  checkWeights("sigmoidBinaryCrossEntropy", "weight", weight);
  checkWeights("sigmoidBinaryCrossEntropy", "posWeight", posWeight);
  const balanced = posWeight === undefined
    ? losses
    : entropyOf(multiply(target, posWeight), subtract(1, target), { yes, no });
  const weighted = weight === undefined ? balanced : multiply(balanced, weight);
  return reduceLosses("sigmoidBinaryCrossEntropy", weighted, options, "none");
}

/** Options of `sigmoidFocalLoss`. */
export interface SigmoidFocalLossOptions extends ExampleLossOptions {
  /** The weight of label 1; that of label 0 is `1 - alpha`. Both are 1 by default. */
  readonly alpha?: number;
  /** How strongly answers that are nearly right are played down; 0 is the cross entropy. @default {2} */
  readonly gamma?: number;
}

const SIGMOID_FOCAL_LOSS_OPTIONS = { alpha: true, gamma: true, reduction: true, mask: true } as const;

/**
 * `(1 - p)^gamma` times the cross entropy, where `p` is the probability of the label, as
 * `optax.losses.sigmoid_focal_loss`; after Lin et al., "Focal Loss for Dense Object Detection" (2017). Labels are as
 * for `sigmoidBinaryCrossEntropy`.
 *
 * @returns Losses of the operands' shape, or with a reduction a scalar.
 * @throws {TypeError} If logits are not floating point, or labels not a tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { sigmoidFocalLoss } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * assertAlmostEquals(sigmoidFocalLoss(tensor([0]), tensor([1])).item(), Math.LN2 / 4, 1e-6);
 * ```
 */
export function sigmoidFocalLoss(
  logits: Tensor,
  labels: Tensor,
  options: SigmoidFocalLossOptions = {},
): Tensor {
  checkOptionNames("sigmoidFocalLoss", options, SIGMOID_FOCAL_LOSS_OPTIONS);
  const { alpha, gamma = 2 } = options;
  const { losses, target, yes, no } = crossEntropy("sigmoidFocalLoss", logits, labels);
  // log((1 - y) p + y (1 - p)): a side of weight 0 has no part, so that neither its size nor its gradient matters.
  const wrongYes = where(equal(target, 1), -Infinity, yes);
  const wrongNo = where(equal(target, 0), -Infinity, no);
  const greatest = stopGradient(maximum(wrongYes, wrongNo));
  const right = equal(greatest, -Infinity);
  const shift = where(right, 0, greatest);
  const total = add(
    multiply(subtract(1, target), exp(subtract(wrongYes, shift))),
    multiply(target, exp(subtract(wrongNo, shift))),
  );
  // An answer that is right for sure costs nothing, and the logarithm of 0 has no gradient.
  const factor = exp(multiply(add(log(where(right, 1, total)), shift), gamma));
  const weighted = multiply(losses, where(right, gamma === 0 ? 1 : 0, factor));
  const balanced = alpha === undefined
    ? weighted
    : multiply(weighted, add(multiply(target, alpha), multiply(subtract(1, target), 1 - alpha)));
  return reduceLosses("sigmoidFocalLoss", balanced, options, "none");
}

interface CrossEntropy {
  readonly losses: Tensor;
  readonly target: Tensor;
  readonly yes: Tensor;
  readonly no: Tensor;
}

function crossEntropy(operation: string, logits: Tensor, labels: Tensor): CrossEntropy {
  checkFloats(operation, { logits });
  checkTensors(operation, { labels });
  checkSameShape(operation, { logits, labels });
  const target = cast(labels, logits.dtype);
  const [yes, no] = [logSigmoid(logits), logSigmoid(negative(logits))];
  return { losses: entropyOf(target, subtract(1, target), { yes, no }), target, yes, no };
}

/** What both answers cost, of which one without a share costs nothing, even where it is impossible. */
export function entropyOf(
  shareOfYes: Tensor,
  shareOfNo: Tensor,
  { yes, no }: { readonly yes: Tensor; readonly no: Tensor },
): Tensor {
  const parts = add(
    multiply(shareOfYes, withoutInfinity(yes, shareOfYes)),
    multiply(shareOfNo, withoutInfinity(no, shareOfNo)),
  );
  return negative(parts);
}
