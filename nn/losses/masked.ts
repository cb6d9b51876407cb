/**
 * Sums and logarithms of distributions over some of the elements.
 *
 * @module
 */
import {
  exp,
  greater,
  isFinite,
  log,
  max,
  stopGradient,
  subtract,
  sum,
  type Tensor,
  where,
} from "../../tensor/mod.ts";

/** Axes that a loss sums over, and which elements take part. */
export interface MaskOptions {
  /** The axis of the classes, or several that are taken as one. @default {-1} */
  readonly axis?: number | readonly number[];
  /** Which elements take part, a tensor of booleans that broadcasts; all by default. */
  readonly where?: Tensor;
}

/** The names of `MaskOptions`. */
export const MASK_OPTIONS = { axis: true, where: true } as const;

/** The sum over the axes of the elements that take part; the others may be anything, NaN too. */
export function maskedSum(x: Tensor, { axis = -1, where: mask }: MaskOptions, keepDims = false): Tensor {
  return sum(mask === undefined ? x : where(mask, x, 0), { axes: axis, keepDims });
}

/** The logarithm of the softmax among the elements that take part, -Infinity for the others. */
export function maskedLogSoftmax(logits: Tensor, { axis = -1, where: mask }: MaskOptions): Tensor {
  const shown = mask === undefined ? logits : where(mask, logits, -Infinity);
  const greatest = stopGradient(max(shown, { axes: axis, keepDims: true }));
  // A row of which nothing takes part would have no finite shift.
  const shifted = subtract(shown, mask === undefined ? greatest : where(isFinite(greatest), greatest, 0));
  const total = sum(exp(shifted), { axes: axis, keepDims: true });
  return subtract(shifted, log(mask === undefined ? total : where(greater(total, 0), total, 1)));
}
