/**
 * Negative logarithms of likelihoods: of yes-or-no answers, of counts and of numbers with a variance.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  divide,
  exp,
  expandDims,
  full,
  greater,
  less,
  log,
  log1p,
  maximum,
  multiply,
  negative,
  square,
  stopGradient,
  subtract,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { equalShapes } from "../../tensor/shape.ts";
import { describe } from "../../tensor/tensor.ts";
import { checkAtLeast, checkFloats, checkSameShape, checkWeights } from "./check.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";
import { errorsOf } from "./squared_error.ts";

/** What torch holds `p (1 - p)` at, a float32 also where numbers are float64. */
const LEAST_SLOPE = Math.fround(1e-12);

/** Options of `binaryCrossEntropy`. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** Weights that broadcast to the losses; 1 by default. */
  readonly weight?: Tensor;
}

const BINARY_CROSS_ENTROPY_OPTIONS = { weight: true, reduction: true, mask: true } as const;

/**
 * `-target log(p) - (1 - target) log(1 - p)` of probabilities p, with logarithms of at least -100 and `p (1 - p)` of at
 * least 1e-12 below the gradient, as torch.nn.functional.binary_cross_entropy. Of logits take
 * `sigmoidBinaryCrossEntropy`, which keeps its precision.
 *
 * @returns A scalar, or with reduction "none" a tensor of the operands' shape.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { binaryCrossEntropy } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(binaryCrossEntropy(tensor([1, 0]), tensor([1, 1])).item(), 50);
 * ```
 */
export function binaryCrossEntropy(
  probabilities: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  checkOptionNames("binaryCrossEntropy", options, BINARY_CROSS_ENTROPY_OPTIONS);
  checkFloats("binaryCrossEntropy", { probabilities, target });
  checkSameShape("binaryCrossEntropy", { probabilities, target });
  const saturated = less(multiply(probabilities, subtract(1, probabilities)), LEAST_SLOPE);
  const between = where(saturated, 0.5, probabilities);
  const fixed = stopGradient(probabilities);
  const slope = multiply(stopGradient(subtract(probabilities, target)), 1 / LEAST_SLOPE);
  const edge = add(
    mixed(target, maximum(log(fixed), -100), maximum(log1p(negative(fixed)), -100)),
    multiply(subtract(probabilities, fixed), slope),
  );
  const inside = mixed(target, log(between), log1p(negative(between)));
  const losses = where(saturated, edge, inside);
  const { weight } = options;
  checkWeights("binaryCrossEntropy", "weight", weight);
  return reduceLosses(
    "binaryCrossEntropy",
    weight === undefined ? losses : multiply(losses, weight),
    options,
    "mean",
  );
}

function mixed(target: Tensor, yes: Tensor, no: Tensor): Tensor {
  return negative(add(multiply(target, yes), multiply(subtract(1, target), no)));
}

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

/** Options of `gaussianNllLoss`. */
export interface GaussianNllLossOptions extends LossOptions {
  /** Whether the constant `log(2 pi) / 2` is added. @default {false} */
  readonly full?: boolean;
  /** What variances are at least; the gradient passes as if they were not held. @default {1e-6} */
  readonly eps?: number;
}

const GAUSSIAN_NLL_LOSS_OPTIONS = { full: true, eps: true, reduction: true, mask: true } as const;

/**
 * `(log variance + (mean - target)^2 / variance) / 2`, as torch.nn.functional.gaussian_nll_loss. The variance has the
 * shape of the mean, or lacks its last axis or has an extent of 1 there, or is a number.
 *
 * @returns A scalar, or with reduction "none" a tensor of the operands' shape.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, a variance is negative, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { gaussianNllLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(gaussianNllLoss({ mean: tensor([3]), variance: tensor([1]) }, tensor([1])).item(), 2);
 * ```
 */
export function gaussianNllLoss(
  prediction: { readonly mean: Tensor; readonly variance: Tensor | number },
  target: Tensor,
  options: GaussianNllLossOptions = {},
): Tensor {
  checkOptionNames("gaussianNllLoss", options, GAUSSIAN_NLL_LOSS_OPTIONS);
  const { mean } = prediction;
  const { full = false, eps = 1e-6 } = options;
  const errors = errorsOf("gaussianNllLoss", mean, target);
  const variance = varianceFor(mean, prediction.variance);
  const held = add(subtract(variance, stopGradient(variance)), eps);
  const width = where(less(variance, eps), held, variance);
  const losses = multiply(add(log(width), divide(square(errors), width)), 0.5);
  return reduceLosses(
    "gaussianNllLoss",
    full ? add(losses, Math.log(2 * Math.PI) / 2) : losses,
    options,
    "mean",
  );
}

/** The variance as a tensor that broadcasts to the mean, checked. */
function varianceFor(mean: Tensor, variance: Tensor | number): Tensor {
  if (typeof variance === "number") {
    checkAtLeast("gaussianNllLoss", "variance", variance, 0);
    return full([], variance, { dtype: mean.dtype as "float32" });
  }
  checkWeights("gaussianNllLoss", "variance", variance);
  const rows = mean.shape.slice(0, -1);
  if (equalShapes(variance.shape, mean.shape) || equalShapes(variance.shape, [...rows, 1])) return variance;
  if (mean.rank > 0 && equalShapes(variance.shape, rows)) return expandDims(variance, -1);
  throw new RangeError(
    `gaussianNllLoss expects a variance for the mean ${describe(mean)} but got ${describe(variance)}`,
  );
}
