/**
 * How often numbers occur, each by itself or within bins.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { isInteger } from "../dtype.ts";
import { checkShape } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { add, divide, multiply, subtract } from "./arithmetic.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { cast } from "./cast.ts";
import { equal, lessEqual } from "./comparison.ts";
import { asTensor, floating, numeric } from "./convert.ts";
import { diff } from "./differences.ts";
import { scatterAdd } from "./indexing.ts";
import { arange, linspace } from "./ranges.ts";
import { max, min, sum } from "./reduce.ts";
import { ravel } from "./reshape.ts";
import { searchSorted } from "./search_sorted.ts";
import { clip, where } from "./selection.ts";
import { slice } from "./slice.ts";

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
  const last = slice(edges, [[-1, null]]);
  // The last edge itself lies in the last bin. Place 0 is that of what lies in none.
  const found = searchSorted(slice(edges, [[0, -1]]), values, { side: "right" });
  const place = where(lessEqual(values, last), found, 0);
  const weights = broadcastTo(cast(asTensor("histogram", options.weights ?? 1), tensor.dtype), tensor.shape);
  const counts = slice(scatterAdd(ravel(weights), place, { extent: bins + 1, mode: "drop" }), [[1, null]]);
  if (options.density !== true) return [counts, edges];
  return [divide(divide(counts, sum(counts)), diff(edges)), edges];
}
