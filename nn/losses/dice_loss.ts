/**
 * Losses of the overlap of regions.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  divide,
  expandDims,
  mean,
  multiply,
  reciprocal,
  sigmoid,
  slice,
  softmax,
  square,
  subtract,
  sum,
  type Tensor,
} from "../../tensor/mod.ts";
import { checkFloats, checkSameShape } from "./check.ts";
import type { Reduction } from "./reduction.ts";

/** Options of `multiclassGeneralizedDiceLoss`, and of `diceLoss` too. */
export interface GeneralizedDiceLossOptions {
  /** Added to both sides of the fraction, so that empty regions have a loss of 0. @default {1} */
  readonly smooth?: number;
  /** Whether predictions are logits, else probabilities already. @default {true} */
  readonly logits?: boolean;
  /** Whether class 0 is left out; a single class stays. @default {false} */
  readonly ignoreBackground?: boolean;
}

const GENERALIZED_DICE_LOSS_OPTIONS = { smooth: true, logits: true, ignoreBackground: true } as const;

/** Options of `diceLoss`. */
export interface DiceLossOptions extends GeneralizedDiceLossOptions {
  /** What becomes of the losses of classes. @default {"mean"} */
  readonly reduction?: Reduction;
  /** The weight of false positives; with `beta` 0.5 too it is the Dice loss, else the Tversky loss. @default {0.5} */
  readonly alpha?: number;
  /** The weight of false negatives. @default {0.5} */
  readonly beta?: number;
  /** A weight for each class, of shape [classes]; 1 by default. */
  readonly classWeights?: Tensor;
  /** The axes of the pixels; all but the first and the last by default. */
  readonly axes?: number | readonly number[];
}

const DICE_LOSS_OPTIONS = {
  reduction: true,
  alpha: true,
  beta: true,
  classWeights: true,
  axes: true,
  smooth: true,
  logits: true,
  ignoreBackground: true,
} as const;

/**
 * `1 - (I + smooth) / (I + alpha (P - I) + beta (T - I) + smooth)` of the overlap `I` and the sums `P` and `T` of
 * predictions and targets, for each input and class, as `optax.losses.dice_loss`; after Milletari et al., "V-Net"
 * (2016), and Salehi et al., "Tversky Loss Function for Image Segmentation" (2017). Logits become probabilities by
 * softmax along the last axis, or by sigmoid where there is a single class.
 *
 * @param predictions Logits or probabilities of shape [n, ..., classes].
 * @param targets Distributions of the same shape. Where one of both lacks the axis of the classes, it has one class.
 * @param options Weights, and how to reduce over the classes.
 * @returns One loss for each input: the mean over the classes, or their sum, or with reduction "none" all of them.
 * @throws {TypeError} If an operand is not floating point.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { diceLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const regions = tensor([[[1, 0], [0, 1]]]);
 * assertEquals(diceLoss(regions, regions, { logits: false }).toArray(), [0]);
 * ```
 */
export function diceLoss(predictions: Tensor, targets: Tensor, options: DiceLossOptions = {}): Tensor {
  checkOptionNames("diceLoss", options, DICE_LOSS_OPTIONS);
  const { reduction = "mean" } = options;
  return overClasses("diceLoss", coefficients("diceLoss", predictions, targets, options), reduction);
}

/**
 * The mean of {@linkcode diceLoss} over all inputs and classes, each class weighted by `1 / (its pixels^2 + 1e-7)` so
 * that small regions count as much as large ones, as `optax.losses.multiclass_generalized_dice_loss`; after Sudre et
 * al., "Generalised Dice Overlap" (2017).
 *
 * @returns A scalar.
 * @throws {TypeError} If an operand is not floating point.
 * @throws {RangeError} If the shapes differ.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { multiclassGeneralizedDiceLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const regions = tensor([[[1, 0], [0, 1], [0, 1]]]);
 * assertEquals(multiclassGeneralizedDiceLoss(regions, regions, { logits: false }).item(), 0);
 * ```
 */
export function multiclassGeneralizedDiceLoss(
  predictions: Tensor,
  targets: Tensor,
  options: GeneralizedDiceLossOptions = {},
): Tensor {
  checkOptionNames("multiclassGeneralizedDiceLoss", options, GENERALIZED_DICE_LOSS_OPTIONS);
  const name = "multiclassGeneralizedDiceLoss";
  checkFloats(name, { predictions, targets });
  checkSameShape(name, { predictions, targets });
  const frequencies = sum(targets, { axes: targets.shape.slice(0, -1).map((_, i) => i) });
  const weights = reciprocal(add(square(frequencies), 1e-7));
  const classes = targets.shape[targets.rank - 1];
  const classWeights = multiply(divide(weights, sum(weights)), classes);
  return mean(coefficients(name, predictions, targets, { ...options, classWeights }));
}

/** Options of `binaryDiceLoss`. */
export interface BinaryDiceLossOptions {
  /** See {@linkcode GeneralizedDiceLossOptions}. @default {1} */
  readonly smooth?: number;
  /** Whether predictions are logits, else probabilities already. @default {true} */
  readonly logits?: boolean;
}

const BINARY_DICE_LOSS_OPTIONS = { smooth: true, logits: true } as const;

/**
 * {@linkcode diceLoss} of one class, as `optax.losses.binary_dice_loss`: operands are of shape [n, ...], with or
 * without an axis of one class at the end.
 *
 * @returns One loss for each input.
 * @throws {TypeError} If an operand is not floating point.
 * @throws {RangeError} If the shapes differ.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { binaryDiceLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(binaryDiceLoss(tensor([[1, 0]]), tensor([[1, 0]]), { logits: false }).toArray(), [0]);
 * ```
 */
export function binaryDiceLoss(
  predictions: Tensor,
  targets: Tensor,
  options: BinaryDiceLossOptions = {},
): Tensor {
  checkOptionNames("binaryDiceLoss", options, BINARY_DICE_LOSS_OPTIONS);
  checkFloats("binaryDiceLoss", { predictions, targets });
  const several = predictions.rank === targets.rank && predictions.shape[predictions.rank - 1] !== 1;
  const [p, t] = several ? [expandDims(predictions, -1), expandDims(targets, -1)] : [predictions, targets];
  return mean(coefficients("binaryDiceLoss", p, t, options), { axes: -1 });
}

/** The losses of each input and class. */
function coefficients(
  operation: string,
  predictions: Tensor,
  targets: Tensor,
  options: DiceLossOptions,
): Tensor {
  checkFloats(operation, { predictions, targets });
  const given = predictions.rank === targets.rank - 1 ? expandDims(predictions, -1) : predictions;
  const wanted = targets.rank === given.rank - 1 ? expandDims(targets, -1) : targets;
  checkSameShape(operation, { predictions: given, targets: wanted });
  if (given.rank < 2) {
    throw new RangeError(`${operation} expects operands of rank 2 or more but got ${given.rank}`);
  }
  const { smooth = 1, alpha = 0.5, beta = 0.5, logits = true, ignoreBackground = false, classWeights } =
    options;
  const classes = given.shape[given.rank - 1];
  const probabilities = !logits ? given : classes === 1 ? sigmoid(given) : softmax(given);
  const axes = options.axes ?? given.shape.slice(2).map((_, i) => i + 1);
  const overlap = sum(multiply(probabilities, wanted), { axes });
  const predicted = sum(probabilities, { axes });
  const present = sum(wanted, { axes });
  const wrong = add(
    multiply(subtract(predicted, overlap), alpha),
    multiply(subtract(present, overlap), beta),
  );
  const losses = subtract(1, divide(add(overlap, smooth), add(add(overlap, wrong), smooth)));
  const weighted = classWeights === undefined ? losses : multiply(losses, classWeights);
  if (!ignoreBackground || classes === 1) return weighted;
  return slice(weighted, [...weighted.shape.slice(0, -1).map(() => null), [1, classes]]);
}

function overClasses(operation: string, losses: Tensor, reduction: Reduction): Tensor {
  switch (reduction) {
    case "mean":
      return mean(losses, { axes: -1 });
    case "sum":
      return sum(losses, { axes: -1 });
    case "none":
      return losses;
    default:
      throw new RangeError(
        `${operation} expects reduction "mean", "sum" or "none" but got ${String(reduction)}`,
      );
  }
}
