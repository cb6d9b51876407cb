/**
 * Counts, averages, differences and histograms.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { isInteger } from "../dtype.ts";
import { checkShape, equalShapes, formatShape, normalizeAxes, normalizeAxis } from "../shape.ts";
import {
  describe,
  REDUCE_OPTIONS,
  type ReduceOptions,
  type SliceRange,
  type Tensor,
  type TensorLike,
} from "../tensor.ts";
import { add, divide, multiply, subtract } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { equal, notEqual } from "./comparison.ts";
import { asTensor, floating, numbers, numeric, promotedFloats } from "./convert.ts";
import { arange, linspace } from "./create.ts";
import { scatterAdd } from "./indexing.ts";
import { max, mean, min, sum } from "./reduce.ts";
import { searchSorted } from "./search_sorted.ts";
import { clip, where } from "./selection.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { ravel, reshape } from "./reshape.ts";
import { slice } from "./slice.ts";

/**
 * The number of elements that are not 0 (int32) over `axes`, all by default.
 *
 * @example
 * ```ts
 * import { countNonzero, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(countNonzero(tensor([0, 2, NaN])).item(), 2);
 * ```
 */
export function countNonzero(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("countNonzero", options, REDUCE_OPTIONS);
  const tensor = numbers("countNonzero", x);
  normalizeAxes("countNonzero", options.axes, tensor.rank);
  return sum(cast(notEqual(tensor, 0), "int32"), options);
}

/**
 * The greatest element less the least (peak to peak) over `axes`, all by default.
 *
 * @throws {RangeError} If a reduced axis is empty.
 *
 * @example
 * ```ts
 * import { ptp, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ptp(tensor([3, 1, 4])).item(), 3);
 * ```
 */
export function ptp(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("ptp", options, REDUCE_OPTIONS);
  const tensor = numeric("ptp", x);
  normalizeAxes("ptp", options.axes, tensor.rank);
  return subtract(max(tensor, options), min(tensor, options));
}

/** Options of `average`. */
export interface AverageOptions {
  /** The axes, negative ones counted from the end; all of them by default. */
  readonly axes?: number | readonly number[];
  /** Keeps the reduced axes with extent 1; false by default. */
  readonly keepDims?: boolean;
  /** The weight of each element: of the shape of x, or of the reduced axes alone; all equal by default. */
  readonly weights?: TensorLike;
}

const AVERAGE_OPTIONS = { axes: true, keepDims: true, weights: true } as const;

/**
 * The weighted mean over `axes`, all by default: `sum(weights * x) / sum(weights)`.
 *
 * @throws {RangeError} If the weights have neither the shape of x nor that of the reduced axes.
 *
 * @example
 * ```ts
 * import { average, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(average(tensor([1, 4]), { weights: tensor([3, 1]) }).item(), 1.75);
 * ```
 */
export function average(x: TensorLike, options: AverageOptions = NO_OPTIONS): Tensor {
  checkOptionNames("average", options, AVERAGE_OPTIONS);
  const { weights, ...rest } = options;
  if (weights === undefined) {
    const tensor = floating("average", x);
    normalizeAxes("average", options.axes, tensor.rank);
    return mean(tensor, rest);
  }
  const [tensor, factors] = promotedFloats("average", x, weights);
  const axes = normalizeAxes("average", options.axes, tensor.rank);
  const reduced = axes.map((axis) => tensor.shape[axis]);
  let full = factors;
  if (!equalShapes(factors.shape, tensor.shape)) {
    if (!equalShapes(factors.shape, reduced)) {
      throw new RangeError(
        `average expects weights of shape ${formatShape(tensor.shape)} or ${formatShape(reduced)} but got ${
          formatShape(factors.shape)
        }`,
      );
    }
    const along = tensor.shape.map((extent, i) => axes.includes(i) ? extent : 1);
    full = broadcastTo(reshape(factors, along), tensor.shape);
  }
  return divide(sum(multiply(tensor, full), rest), sum(full, rest));
}

/** Options of `diff`. */
export interface DiffOptions {
  /** How many times differences are taken; 1 by default. */
  readonly order?: number;
  /** The axis, negative from the end; the last by default. */
  readonly axis?: number;
}

const DIFF_OPTIONS = { order: true, axis: true } as const;

/** The elements from `start` to `stop` along an axis. */
function part(x: Tensor, axis: number, start: number, stop: number | null): Tensor {
  return slice(x, x.shape.map((_, i): SliceRange => i === axis ? [start, stop] : null));
}

/**
 * The differences of neighbours along an axis, `x[i + 1] - x[i]`, taken so many times; of bools whether they differ.
 *
 * @throws {RangeError} If there is no such axis, or the order is not a non-negative integer.
 *
 * @example
 * ```ts
 * import { diff, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(diff(tensor([1, 4, 9])).toArray(), [3, 5]);
 * ```
 */
export function diff(x: TensorLike, options: DiffOptions = NO_OPTIONS): Tensor {
  checkOptionNames("diff", options, DIFF_OPTIONS);
  const { order = 1, axis = -1 } = options;
  let result = numbers("diff", x);
  const at = normalizeAxis("diff", axis, result.rank);
  if (!Number.isInteger(order) || order < 0) {
    throw new RangeError(`diff expects a non-negative integer as order but got ${String(order)}`);
  }
  for (let i = 0; i < order; i++) {
    const [behind, ahead] = [part(result, at, 0, -1), part(result, at, 1, null)];
    result = result.dtype === "bool" ? notEqual(ahead, behind) : subtract(ahead, behind);
  }
  return result;
}

/** Options of `trapezoid`. */
export interface TrapezoidOptions {
  /** The places of the values, in the shape of the axis or of y; evenly spaced by default. */
  readonly x?: Tensor;
  /** The distance of evenly spaced values; 1 by default. */
  readonly spacing?: number;
  /** The axis, negative from the end; the last by default. */
  readonly axis?: number;
}

const TRAPEZOID_OPTIONS = { x: true, spacing: true, axis: true } as const;

/**
 * The integral of values along an axis by the rule of trapezoids.
 *
 * @example
 * ```ts
 * import { tensor, trapezoid } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(trapezoid(tensor([1, 2, 3])).item(), 4);
 * ```
 */
export function trapezoid(y: TensorLike, options: TrapezoidOptions = NO_OPTIONS): Tensor {
  checkOptionNames("trapezoid", options, TRAPEZOID_OPTIONS);
  const values = floating("trapezoid", y);
  const at = normalizeAxis("trapezoid", options.axis ?? -1, values.rank);
  const both = add(part(values, at, 1, null), part(values, at, 0, -1));
  if (options.x === undefined) return multiply(sum(both, { axes: at }), (options.spacing ?? 1) / 2);
  const places = floating("trapezoid", options.x);
  const along = places.rank === 1
    ? reshape(places, values.shape.map((_, i) => i === at ? places.size : 1))
    : places;
  return multiply(sum(multiply(both, diff(along, { axis: at })), { axes: at }), 0.5);
}

/** Options of `bincount`. */
export interface BincountOptions {
  /** The extent of the result; one more than the greatest number by default, which must be known then. */
  readonly length?: number;
  /** What each number counts, in the shape of x; 1 (int32) by default. */
  readonly weights?: TensorLike;
}

const BINCOUNT_OPTIONS = { length: true, weights: true } as const;

/**
 * How often each of the numbers 0, 1, ... occurs. Negative ones count as 0, and those from `length` on not at all.
 *
 * @throws {TypeError} If the numbers are not integers, or without a length are not known yet.
 *
 * @example
 * ```ts
 * import { bincount, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(bincount(tensor([0, 2, 2], { dtype: "int32" })).toArray(), [1, 0, 2]);
 * ```
 */
export function bincount(x: TensorLike, options: BincountOptions = NO_OPTIONS): Tensor {
  checkOptionNames("bincount", options, BINCOUNT_OPTIONS);
  const tensor = asTensor("bincount", x, "int32");
  if (!isInteger(tensor.dtype)) throw new TypeError(`bincount expects integers but got ${describe(tensor)}`);
  if (options.length === undefined && tensor.node !== null) {
    throw new TypeError(`bincount expects a length for ${describe(tensor)}, which is not known yet`);
  }
  if (options.length !== undefined) checkShape("bincount", [options.length]);
  const length = options.length ?? (tensor.size === 0 ? 0 : Math.max(0, max(tensor).item()) + 1);
  const counts = options.weights === undefined
    ? broadcastTo(asTensor("bincount", 1, "int32"), [tensor.size])
    : ravel(broadcastTo(numeric("bincount", options.weights), tensor.shape));
  return scatterAdd(counts, clip(ravel(tensor), { min: 0 }), { extent: length, mode: "drop" });
}

/** Options of `histogram`. */
export interface HistogramOptions {
  /** The number of bins of equal width, or their edges; 10 by default. */
  readonly bins?: number | Tensor;
  /** The lower end of the first bin and the upper end of the last; the least and the greatest element by default. */
  readonly range?: readonly [number, number];
  /** What each element counts, in the shape of x; 1 by default. */
  readonly weights?: TensorLike;
  /** Whether the counts are scaled so that their integral is 1; false by default. */
  readonly density?: boolean;
}

const HISTOGRAM_OPTIONS = { bins: true, range: true, weights: true, density: true } as const;

/** Edges of bins of equal width. */
export function histogramBinEdges(x: TensorLike, options: HistogramOptions = NO_OPTIONS): Tensor {
  checkOptionNames("histogramBinEdges", options, HISTOGRAM_OPTIONS);
  return edgesOf("histogramBinEdges", floating("histogramBinEdges", x), options);
}

function edgesOf(operation: string, x: Tensor, { bins = 10, range }: HistogramOptions): Tensor {
  if (typeof bins !== "number") {
    const edges = cast(floating(operation, bins), x.dtype);
    if (edges.rank !== 1) {
      throw new RangeError(`${operation} expects edges of one axis but got ${describe(edges)}`);
    }
    return edges;
  }
  if (!Number.isInteger(bins) || bins < 1) {
    throw new RangeError(`${operation} expects a positive integer of bins but got ${bins}`);
  }
  const dtype = x.dtype;
  if (range !== undefined) return linspace(range[0], range[1], { count: bins + 1, dtype });
  if (x.size === 0) return linspace(0, 1, { count: bins + 1, dtype });
  const [least, greatest] = [min(x), max(x)];
  // One value alone lies in the middle of a range of width 1.
  const spread = where(equal(least, greatest), 0.5, 0);
  const [low, high] = [subtract(least, spread), add(greatest, spread)];
  const steps = divide(arange(bins + 1, { dtype }), bins);
  return add(multiply(low, subtract(1, steps)), multiply(high, steps));
}

/**
 * How many elements lie in each bin, and the edges: each bin has its lower edge, and the last one both. Elements outside
 * count nowhere.
 *
 * @throws {RangeError} If the number of bins is not a positive integer, or the edges have not one axis.
 *
 * @example
 * ```ts
 * import { histogram, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [counts, edges] = histogram(tensor([0, 1, 1, 4]), { bins: 2 });
 * assertEquals(counts.toArray(), [3, 1]);
 * assertEquals(edges.toArray(), [0, 2, 4]);
 * ```
 */
export function histogram(
  x: TensorLike,
  options: HistogramOptions = NO_OPTIONS,
): [counts: Tensor, edges: Tensor] {
  checkOptionNames("histogram", options, HISTOGRAM_OPTIONS);
  const tensor = floating("histogram", x);
  const edges = edgesOf("histogram", tensor, options);
  const bins = edges.size - 1;
  const values = ravel(tensor);
  const found = subtract(searchSorted(edges, values, { side: "right" }), 1);
  const last = slice(edges, [[-1, null]]);
  const bin = where(equal(values, last), bins - 1, found);
  // Below the first edge the place is -1, which would count from the end.
  const place = where(equal(bin, -1), bins, bin);
  const weights = broadcastTo(cast(asTensor("histogram", options.weights ?? 1), tensor.dtype), tensor.shape);
  const counts = scatterAdd(ravel(weights), place, { extent: bins, mode: "drop" });
  if (options.density !== true) return [counts, edges];
  return [divide(divide(counts, sum(counts)), diff(edges)), edges];
}
