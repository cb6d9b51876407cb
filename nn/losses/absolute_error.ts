/**
 * Absolute distances from targets.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { divide, less, multiply, sign, square, subtract, type Tensor, where } from "../../tensor/mod.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";
import { WEIGHTED_LOSS_OPTIONS, weightedLosses, type WeightedLossOptions } from "./weighted_losses.ts";
import { errorsOf } from "./squared_error.ts";

/**
 * `|prediction - target|`, reduced over all elements, as torch.nn.functional.l1_loss. Its gradient at 0 is 0.
 *
 * @returns A scalar, or with reduction "none" a tensor of the operands' shape.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, a weight is negative, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { l1Loss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(l1Loss(tensor([1, 2]), tensor([1, 6])).item(), 2);
 * ```
 */
export function l1Loss(prediction: Tensor, target: Tensor, options: WeightedLossOptions = {}): Tensor {
  checkOptionNames("l1Loss", options, WEIGHTED_LOSS_OPTIONS);
  return weightedLosses("l1Loss", sizes(errorsOf("l1Loss", prediction, target)), options);
}

/** Options of `smoothL1Loss`. */
export interface SmoothL1LossOptions extends LossOptions {
  /** The error at which the parabola goes over into a straight line; from 0 on, where 0 is `l1Loss`. @default {1} */
  readonly beta?: number;
}

const SMOOTH_L1_LOSS_OPTIONS = { beta: true, reduction: true, mask: true } as const;

/**
 * `e^2 / (2 beta)` where `|e| < beta`, else `|e| - beta / 2`, of the errors `e = prediction - target`, as
 * torch.nn.functional.smooth_l1_loss; `huberLoss` is beta times it.
 *
 * @returns A scalar, or with reduction "none" a tensor of the operands' shape.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, `beta` is negative or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { smoothL1Loss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(smoothL1Loss(tensor([1, 5]), tensor([0, 0]), { reduction: "none" }).toArray(), [0.5, 4.5]);
 * ```
 */
export function smoothL1Loss(prediction: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  checkOptionNames("smoothL1Loss", options, SMOOTH_L1_LOSS_OPTIONS);
  const { beta = 1 } = options;
  if (!(beta >= 0 && Number.isFinite(beta))) {
    throw new RangeError(`smoothL1Loss expects beta from 0 on but got ${String(beta)}`);
  }
  const errors = errorsOf("smoothL1Loss", prediction, target);
  const size = sizes(errors);
  if (beta === 0) return reduceLosses("smoothL1Loss", size, options, "mean");
  const small = less(size, beta);
  // What is not taken has no part in the gradient, however large.
  const parabola = divide(multiply(square(where(small, errors, 0)), 0.5), beta);
  return reduceLosses(
    "smoothL1Loss",
    where(small, parabola, subtract(size, beta / 2)),
    options,
    "mean",
  );
}

/** Absolute values whose gradient at 0 is 0. */
function sizes(errors: Tensor): Tensor {
  return multiply(errors, sign(errors));
}
