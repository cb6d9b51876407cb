/**
 * Negative logarithms of likelihoods of numbers with a variance.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  divide,
  expandDims,
  full,
  less,
  log,
  multiply,
  square,
  stopGradient,
  subtract,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { equalShapes } from "../../tensor/shape.ts";
import { describe } from "../../tensor/tensor.ts";
import { checkAtLeast, checkWeights } from "./check.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";
import { errorsOf } from "./squared_error.ts";

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
