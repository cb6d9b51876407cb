/**
 * The nearest distribution.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { normalizeAxis } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { divide, subtract } from "./arithmetic.ts";
import { relu } from "./activation.ts";
import { cast } from "./cast.ts";
import { lessEqual, logicalNot } from "./comparison.ts";
import { floating } from "./convert.ts";
import { arange } from "./ranges.ts";
import { cumsum } from "./cumulative.ts";
import { max, sum } from "./reduce.ts";
import { where } from "./selection.ts";
import { sort } from "./sort.ts";
import { stopGradient } from "./stop_gradient.ts";
import { swapAxes } from "./transpose.ts";

/** Options of `sparsemax`. */
export interface SparsemaxOptions {
  /** The axis along which elements sum to 1; the last by default. */
  readonly axis?: number;
}

const SPARSEMAX_OPTIONS = { axis: true } as const;

/**
 * The distribution along an axis that is nearest to `x`, most of which may be exactly 0: `max(x - t, 0)` with the `t`
 * that makes the sum 1; the projection onto the unit simplex. After Martins and Astudillo, "From Softmax to
 * Sparsemax" (2016). It sorts the axis.
 *
 * @throws {RangeError} If `x` has no such axis.
 *
 * @example
 * ```ts
 * import { sparsemax, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sparsemax(tensor([1, 0.5, -1])).toArray(), [0.75, 0.25, 0]);
 * ```
 */
export function sparsemax(x: TensorLike, options: SparsemaxOptions = NO_OPTIONS): Tensor {
  checkOptionNames("sparsemax", options, SPARSEMAX_OPTIONS);
  const given = floating("sparsemax", x);
  const axis = normalizeAxis("sparsemax", options.axis ?? -1, given.rank);
  const tensor = swapAxes(given, axis, -1);
  const fixed = stopGradient(tensor);
  const ROW = { axes: -1, keepDims: true } as const;
  if (tensor.shape[tensor.rank - 1] === 0) return given;
  // The greatest of the thresholds that the 1, 2, ... largest elements alone would have is the right one.
  const counts = arange(tensor.shape[tensor.rank - 1] + 1, { start: 1, dtype: tensor.dtype });
  const sums = cumsum(sort(fixed, { descending: true }));
  const threshold = max(divide(subtract(sums, 1), counts), ROW);
  // NaN is not below its threshold, so that it stays.
  const outside = lessEqual(fixed, threshold);
  const support = sum(cast(logicalNot(outside), tensor.dtype), ROW);
  const shift = divide(subtract(sum(where(outside, 0, tensor), ROW), 1), support);
  return swapAxes(where(outside, 0, relu(subtract(tensor, shift))), axis, -1);
}
