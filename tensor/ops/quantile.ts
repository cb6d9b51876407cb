/**
 * Medians and other quantiles.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { formatShape, normalizeAxes, reducedShape } from "../shape.ts";
import { describe, type ReduceOptions, type Tensor, type TensorLike } from "../tensor.ts";
import { add, divide, multiply, subtract } from "./arithmetic.ts";
import { ceil, floor } from "./rounding.ts";
import { cast } from "./cast.ts";
import { isNaN, lessEqual, logicalNot } from "./comparison.ts";
import { asTensor, floating } from "./convert.ts";
import { tensor as make } from "./create.ts";
import { takeAlongAxis } from "./along_axis.ts";
import { any, sum } from "./reduce.ts";
import { clip, where } from "./selection.ts";
import { positionsOfRanks } from "./ordered_positions.ts";
import { split } from "./split.ts";
import { concatenate } from "./concatenate.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { expandDims, reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";

/** What a quantile between two elements is: a mean by distance, either one, the nearer one, or their mean. */
export type QuantileMethod = "linear" | "lower" | "higher" | "nearest" | "midpoint";

/** Options of quantiles. */
export interface QuantileOptions {
  /** The axes, negative ones counted from the end; all of them by default. */
  readonly axes?: number | readonly number[];
  /** Keeps the reduced axes with extent 1; false by default. */
  readonly keepDims?: boolean;
  /** What a quantile between two elements is; "linear" by default. */
  readonly method?: QuantileMethod;
}

const QUANTILE_OPTIONS = { axes: true, keepDims: true, method: true } as const;

const METHODS: readonly QuantileMethod[] = ["linear", "lower", "higher", "nearest", "midpoint"];

/** Numbers as a tensor, those of JavaScript in double precision. */
function listOf(operation: string, q: TensorLike | readonly number[]): Tensor {
  return Array.isArray(q)
    ? make([...q], { dtype: "float64" })
    : asTensor(operation, q as TensorLike, "float64");
}

/** The shares as a tensor of rank 0 or 1. */
function sharesOf(operation: string, q: TensorLike | readonly number[], x: Tensor): Tensor {
  const shares = cast(listOf(operation, q), x.dtype);
  if (shares.rank > 1) {
    throw new RangeError(`${operation} expects quantiles of at most one axis but got ${describe(shares)}`);
  }
  return shares;
}

function quantileOf(
  operation: string,
  x: TensorLike,
  q: TensorLike | readonly number[],
  options: QuantileOptions,
  skip: boolean,
): Tensor {
  const { keepDims = false, method = "linear" } = options;
  if (!METHODS.includes(method)) {
    throw new RangeError(
      `${operation} expects a method out of ${METHODS.join(", ")} but got ${String(method)}`,
    );
  }
  const given = floating(operation, x);
  const axes = normalizeAxes(operation, options.axes, given.rank);
  const kept = given.shape.flatMap((_, i) => axes.includes(i) ? [] : [i]);
  const length = axes.reduce((product, axis) => product * given.shape[axis], 1);
  if (length === 0) {
    throw new RangeError(
      `${operation} expects at least one element but got shape ${formatShape(given.shape)}`,
    );
  }
  const lead = kept.map((axis) => given.shape[axis]);
  const rows = reshape(transpose(given, [...kept, ...axes]), [...lead, length]);
  const shares = sharesOf(operation, q, given);
  const list = reshape(shares, [shares.size]);
  const found = skip ? amongKnown(rows, list, method) : among(rows, list, method);
  // The quantiles come first, as many as there are.
  const order = [kept.length, ...lead.map((_, i) => i)];
  const shape = keepDims ? reducedShape(given.shape, axes, true) : lead;
  return reshape(transpose(found, order), [...shares.shape, ...shape]);
}

/** The quantiles of rows along the last axis; NaN where a row has one. */
function among(rows: Tensor, shares: Tensor, method: QuantileMethod): Tensor {
  const last = rows.rank - 1;
  const at = multiply(shares, rows.shape[last] - 1);
  const found = atPlaces(rows, at, rows.shape[last] - 1, method);
  return where(any(isNaN(rows), { axes: -1, keepDims: true }), NaN, found);
}

/** The quantiles of what is not NaN in each row. */
function amongKnown(rows: Tensor, shares: Tensor, method: QuantileMethod): Tensor {
  // NaN is behind everything else.
  const lasts = subtract(expandDims(sum(cast(logicalNot(isNaN(rows)), rows.dtype), { axes: -1 }), -1), 1);
  return atPlaces(rows, multiply(shares, lasts), lasts, method);
}

/** What is at places between the elements of each row in their order, of which `greatest` is the last place. */
function atPlaces(rows: Tensor, at: Tensor, greatest: TensorLike, method: QuantileMethod): Tensor {
  const last = rows.rank - 1;
  const [below, above] = [floor(at), ceil(at)];
  const ranks = cast(clip(clip(concatenate([below, above], -1), { max: greatest }), { min: 0 }), "int32");
  const shape = [...rows.shape.slice(0, -1), ranks.shape[ranks.rank - 1]];
  const positions = positionsOfRanks(rows, broadcastTo(ranks, shape));
  const [low, high] = split(takeAlongAxis(rows, positions, last, { mode: "fill" }), 2, { axis: last });
  return between(low, high, subtract(at, below), method);
}

function between(low: Tensor, high: Tensor, share: Tensor, method: QuantileMethod): Tensor {
  switch (method) {
    case "linear":
      return add(multiply(low, subtract(1, share)), multiply(high, share));
    case "lower":
      return low;
    case "higher":
      return high;
    case "nearest":
      return where(lessEqual(share, 0.5), low, high);
    case "midpoint":
      return multiply(add(low, high), 0.5);
  }
}

/**
 * The value below which a share q of the elements lies, over `axes`, all by default; for several q the result has an axis
 * of them first. NaN where an element is.
 *
 * @throws {RangeError} If there is no element, q has more than one axis, or the method is unknown.
 *
 * @example
 * ```ts
 * import { quantile, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(quantile(tensor([1, 2, 4]), 0.25).item(), 1.5);
 * assertEquals(quantile(tensor([1, 2, 4]), [0, 1]).toArray(), [1, 4]);
 * ```
 */
export function quantile(
  x: TensorLike,
  q: TensorLike | readonly number[],
  options: QuantileOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("quantile", options, QUANTILE_OPTIONS);
  return quantileOf("quantile", x, q, options, false);
}

/** `quantile` of what is not NaN; NaN for none. */
export function nanQuantile(
  x: TensorLike,
  q: TensorLike | readonly number[],
  options: QuantileOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("nanQuantile", options, QUANTILE_OPTIONS);
  return quantileOf("nanQuantile", x, q, options, true);
}

/** Hundredths as shares. */
function hundredths(operation: string, q: TensorLike | readonly number[]): Tensor {
  return divide(listOf(operation, q), 100);
}

/** `quantile` with q in percent: 50 is the median. */
export function percentile(
  x: TensorLike,
  q: TensorLike | readonly number[],
  options: QuantileOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("percentile", options, QUANTILE_OPTIONS);
  return quantileOf("percentile", x, hundredths("percentile", q), options, false);
}

/** `percentile` of what is not NaN; NaN for none. */
export function nanPercentile(
  x: TensorLike,
  q: TensorLike | readonly number[],
  options: QuantileOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("nanPercentile", options, QUANTILE_OPTIONS);
  return quantileOf("nanPercentile", x, hundredths("nanPercentile", q), options, true);
}

/** Options of medians. */
export type MedianOptions = Pick<ReduceOptions, "axes" | "keepDims">;

const MEDIAN_OPTIONS = { axes: true, keepDims: true } as const;

/**
 * The middle element in order over `axes`, all by default, or the mean of the two in the middle. NaN where an element is.
 *
 * @throws {RangeError} If there is no element.
 *
 * @example
 * ```ts
 * import { median, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(median(tensor([1, 5, 2, 3])).item(), 2.5);
 * ```
 */
export function median(x: TensorLike, options: MedianOptions = NO_OPTIONS): Tensor {
  checkOptionNames("median", options, MEDIAN_OPTIONS);
  return quantileOf("median", x, 0.5, { ...options, method: "midpoint" }, false);
}

/** `median` of what is not NaN; NaN for none. */
export function nanMedian(x: TensorLike, options: MedianOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanMedian", options, MEDIAN_OPTIONS);
  return quantileOf("nanMedian", x, 0.5, { ...options, method: "midpoint" }, true);
}
