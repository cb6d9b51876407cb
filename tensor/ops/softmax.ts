/**
 * Softmax and its relatives, stable at any size of their input.
 *
 * @module
 */
import { normalizeAxes, reducedShape } from "../shape.ts";
import { constantTensor, type ReduceOptions, type Tensor, type TensorLike } from "../tensor.ts";
import { add, divide, subtract } from "./arithmetic.ts";
import { isFinite } from "./comparison.ts";
import { floating } from "./convert.ts";
import { exp, log } from "./exponential.ts";
import { max, sum } from "./reduce.ts";
import { where } from "./selection.ts";
import { reshape } from "./structure.ts";
import { stopGradient } from "./stop_gradient.ts";

/** Which axis a distribution runs along. */
export interface SoftmaxOptions {
  /** The axis, or several that share one sum; the last by default. */
  readonly axes?: number | readonly number[];
}

/** The greatest element, without gradient, and 0 where it is not finite: subtracting it leaves the result alike. */
function shiftOf(x: Tensor, axes: readonly number[]): Tensor {
  if (x.size === 0) return constantTensor(x.dtype, reducedShape(x.shape, axes, true), 0);
  const greatest = stopGradient(max(x, { axes, keepDims: true }));
  return where(isFinite(greatest), greatest, 0);
}

/**
 * The logarithm of the sum of exponentials over `axes`, all by default.
 *
 * @example
 * ```ts
 * import { logSumExp, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(logSumExp(tensor([1000, -1000])).item(), 1000);
 * ```
 */
export function logSumExp(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const tensor = floating("logSumExp", x);
  const axes = normalizeAxes("logSumExp", options.axes, tensor.rank);
  const shift = shiftOf(tensor, axes);
  const total = add(log(sum(exp(subtract(tensor, shift)), { axes, keepDims: true })), shift);
  return options.keepDims === true ? total : reshape(total, total.shape.filter((_, i) => !axes.includes(i)));
}

/**
 * Exponentials that sum to 1 along the axis: `e^x / sum e^x`.
 *
 * @example
 * ```ts
 * import { softmax, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(softmax(tensor([0, 0])).toArray(), [0.5, 0.5]);
 * ```
 */
export function softmax(x: TensorLike, options: SoftmaxOptions = {}): Tensor {
  const tensor = floating("softmax", x);
  const axes = normalizeAxes("softmax", options.axes ?? -1, tensor.rank);
  if (tensor.size === 0) return tensor;
  const shifted = exp(subtract(tensor, stopGradient(max(tensor, { axes, keepDims: true }))));
  return divide(shifted, sum(shifted, { axes, keepDims: true }));
}

/**
 * The logarithm of `softmax`, exact where the softmax is too small to be stored.
 *
 * @example
 * ```ts
 * import { logSoftmax, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(logSoftmax(tensor([0, -1000])).toArray(), [0, -1000]);
 * ```
 */
export function logSoftmax(x: TensorLike, options: SoftmaxOptions = {}): Tensor {
  const tensor = floating("logSoftmax", x);
  const axes = normalizeAxes("logSoftmax", options.axes ?? -1, tensor.rank);
  if (tensor.size === 0) return tensor;
  const shifted = subtract(tensor, stopGradient(max(tensor, { axes, keepDims: true })));
  return subtract(shifted, log(sum(exp(shifted), { axes, keepDims: true })));
}
