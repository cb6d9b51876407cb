/**
 * The cross entropy of classification.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  any,
  arange,
  cast,
  equal,
  exp,
  expandDims,
  greater,
  isFinite,
  log,
  logSoftmax,
  max,
  multiply,
  negative,
  reshape,
  stopGradient,
  subtract,
  sum,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { equalShapes } from "../../tensor/shape.ts";
import { checkFloats, checkLabelRange, checkTensors } from "./check.ts";
import { classLosses, type ClassOptions, classWeights } from "./class_losses.ts";
import { gatherClasses } from "./classes.ts";
import { checkLabels } from "./labels.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";
import { withoutInfinity } from "./without_infinity.ts";

/** Options of `softmaxCrossEntropy`. */
export interface SoftmaxCrossEntropyOptions extends LossOptions, ClassOptions {
  /** How much of a label is spread over all classes, from 0 to 1. @default {0} */
  readonly labelSmoothing?: number;
  /**
   * The axis of the classes; the last by default. For images of shape [n, classes, rows, columns] it is 1. Several
   * axes are taken as one, row-major, and labels that are indices lack all of them.
   */
  readonly axis?: number | readonly number[];
  /**
   * Which classes take part, booleans that broadcast to the shape of the logits; all by default. An input without any
   * class has a loss of 0.
   */
  readonly where?: Tensor;
}

const SOFTMAX_CROSS_ENTROPY_OPTIONS = {
  labelSmoothing: true,
  axis: true,
  where: true,
  reduction: true,
  mask: true,
  weight: true,
  ignoreIndex: true,
} as const;

/**
 * `-sum over classes of label log(softmax(logits))`, reduced over all inputs, as
 * torch.nn.functional.cross_entropy and optax.softmax_cross_entropy. Labels are integer class indices, with the
 * logits' shape without the axis of the classes, or distributions of the logits' shape. Logits of any size keep
 * their precision, and a label of 0 makes a logit of -Infinity count nothing.
 *
 * With `weight`, `ignoreIndex` or `labelSmoothing` the mean is divided by the weights of the labels that count. A
 * class index outside of the classes is an error where it is known, and gives NaN where the loss is compiled.
 *
 * @returns A scalar, or with reduction "none" one loss for each input.
 * @throws {RangeError} If the shapes do not fit, a label is no class, a weight negative, or the reduction not known.
 * @throws {TypeError} If logits are not floating point, indices not integers, or distributions not floating point.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { softmaxCrossEntropy } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const logits = tensor([[0, 0], [1e4, 0]]);
 * const labels = tensor([1, 0], { dtype: "int32" });
 * assertAlmostEquals(softmaxCrossEntropy(logits, labels).item(), Math.LN2 / 2, 1e-6);
 * ```
 */
export function softmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  options: SoftmaxCrossEntropyOptions = {},
): Tensor {
  checkOptionNames("softmaxCrossEntropy", options, SOFTMAX_CROSS_ENTROPY_OPTIONS);
  const { weight, ignoreIndex, labelSmoothing } = options;
  if (weight !== undefined || ignoreIndex !== undefined || labelSmoothing !== undefined) {
    return weightedCrossEntropy("softmaxCrossEntropy", logits, labels, options);
  }
  const losses = crossEntropy("softmaxCrossEntropy", logits, labels, options);
  return reduceLosses("softmaxCrossEntropy", losses, options, "mean");
}

/** The reduced loss with weights of classes, a label that is left out, or labels that are spread. */
function weightedCrossEntropy(
  operation: string,
  logits: Tensor,
  labels: Tensor,
  options: SoftmaxCrossEntropyOptions,
): Tensor {
  const { axis: along = -1, labelSmoothing = 0 } = options;
  if (typeof along !== "number" || options.where !== undefined) {
    throw new RangeError(
      `${operation} expects one axis and no mask with weight, ignoreIndex or labelSmoothing but got both`,
    );
  }
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RangeError(`${operation} expects labelSmoothing from 0 to 1 but got ${String(labelSmoothing)}`);
  }
  const { axis, indices } = checkLabels(operation, logits, labels, along);
  const logProbabilities = logSoftmax(logits, { axes: axis });
  if (indices) {
    return classLosses(operation, logProbabilities, labels, axis, { ...options, labelSmoothing });
  }
  const smooth = labelSmoothing === 0
    ? labels
    : add(multiply(labels, 1 - labelSmoothing), labelSmoothing / logits.shape[axis]);
  const weights = classWeights(operation, logits, axis, options.weight);
  const shares = weights === null ? smooth : multiply(smooth, weights);
  const parts = multiply(shares, negative(withoutInfinity(logProbabilities, shares)));
  return reduceLosses(operation, sum(parts, { axes: axis }), options, "mean");
}

/** The losses of single inputs. */
export function crossEntropy(
  operation: string,
  logits: Tensor,
  labels: Tensor,
  { axis = -1, where: mask, mask: counted }: SoftmaxCrossEntropyOptions,
): Tensor {
  const leftOut = counted !== undefined;
  if (typeof axis !== "number" || mask !== undefined) {
    checkFloats(operation, { logits });
    checkTensors(operation, { labels, ...(mask === undefined ? {} : { where: mask }) });
    const gathered = gatherClasses(operation, logits, axis, mask);
    const aligned = equalShapes(labels.shape, logits.shape) ? gathered.align(labels) : labels;
    return lossesOf(operation, gathered.logits, aligned, -1, leftOut, gathered.mask);
  }
  return lossesOf(operation, logits, labels, axis, leftOut);
}

function lossesOf(
  operation: string,
  logits: Tensor,
  labels: Tensor,
  along: number,
  leftOut: boolean,
  mask?: Tensor,
): Tensor {
  const { axis, indices } = checkLabels(operation, logits, labels, along);
  if (indices && !leftOut) checkLabelRange(operation, labels, logits.shape[axis]);
  const shown = mask === undefined ? logits : where(mask, logits, -Infinity);
  // With the greatest logit at 0, neither the exponentials nor the logarithm of their sum lose digits.
  const greatest = stopGradient(max(shown, { axes: axis, keepDims: true }));
  const shift = mask === undefined ? greatest : where(isFinite(greatest), greatest, 0);
  const total = sum(exp(subtract(shown, shift)), { axes: axis, keepDims: true });
  if (mask === undefined) {
    const shifted = subtract(logits, shift);
    const normalizer = log(total);
    return indices
      ? indexLosses(shifted, reshape(normalizer, labels.shape), labels, axis)
      : sum(multiply(labels, subtract(normalizer, withoutInfinity(shifted, labels))), { axes: axis });
  }
  const some = greater(total, 0);
  const normalizer = log(where(some, total, 1));
  const shifted = subtract(logits, shift);
  if (!indices) {
    const parts = multiply(
      where(mask, labels, 0),
      subtract(normalizer, where(mask, withoutInfinity(shifted, labels), 0)),
    );
    return sum(parts, { axes: axis });
  }
  const losses = indexLosses(shifted, reshape(normalizer, labels.shape), labels, axis);
  return where(reshape(some, labels.shape), losses, 0);
}

/** `normalizer - shifted[label]`, the element picked by comparison so that it fuses; NaN where there is none. */
function indexLosses(shifted: Tensor, normalizer: Tensor, labels: Tensor, axis: number): Tensor {
  const classes = shifted.shape.map((extent, i) => i === axis ? extent : 1);
  const numbers = reshape(arange(shifted.shape[axis], { dtype: "int32" }), classes);
  const picked = equal(expandDims(cast(labels, "int32"), axis), numbers);
  const own = sum(where(picked, shifted, 0), { axes: axis });
  return where(any(picked, { axes: axis }), subtract(normalizer, own), NaN);
}
