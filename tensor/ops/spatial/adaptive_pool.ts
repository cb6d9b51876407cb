/**
 * Pooling to an extent that is asked for.
 *
 * @module
 */
import { checkOptionNames } from "../../check_option_names.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { divide } from "../arithmetic.ts";
import { tensor } from "../create.ts";
import { takeAlongAxis } from "../along_axis.ts";
import { take } from "../indexing.ts";
import { argmax } from "../arg_reduce.ts";
import { sum } from "../reduce.ts";
import { broadcastTo } from "../broadcast_to.ts";
import { expandDims, reshape, squeeze } from "../reshape.ts";
import { where } from "../selection.ts";
import { type ChannelOrder, channelsFirst, inOrder, perAxis, placesOf } from "./axes.ts";
import { avgPool } from "./avg_pool.ts";
import { maxPool, type PoolIndices } from "./max_pool.ts";

/** Options of adaptive pooling. */
export interface AdaptivePoolOptions {
  /** Extents of the result over the spatial axes; null keeps an axis as it is. */
  readonly outputSize: number | readonly (number | null)[];
  /** The order of axes: "channelsFirst", [n, c, ...] (the default), or "channelsLast", [n, ..., c]. */
  readonly layout?: ChannelOrder;
}

/** The names of `AdaptivePoolOptions`. */
export const ADAPTIVE_POOL_OPTIONS = { outputSize: true, layout: true } as const;

/** The places of the bins along an axis: bin i has those from `floor(i e / o)` to `ceil((i + 1) e / o)`. */
interface Bins {
  readonly places: Tensor;
  readonly inside: Tensor;
  readonly counts: Float64Array;
  readonly longest: number;
}

function binsOf(extent: number, count: number): Bins {
  const starts = Array.from({ length: count }, (_, i) => Math.floor(i * extent / count));
  const lengths = starts.map((start, i) => Math.ceil((i + 1) * extent / count) - start);
  const longest = Math.max(...lengths);
  const places = new Int32Array(count * longest);
  const inside = new Uint8Array(count * longest);
  starts.forEach((start, i) => {
    for (let k = 0; k < longest; k++) {
      // A shorter bin repeats its last place, which is left out of sums.
      places[i * longest + k] = start + Math.min(k, lengths[i] - 1);
      inside[i * longest + k] = k < lengths[i] ? 1 : 0;
    }
  });
  return {
    places: tensor(places),
    inside: tensor(inside, { dtype: "bool", shape: [count, longest] }),
    counts: Float64Array.from(lengths),
    longest,
  };
}

/** The elements of each bin along an axis, in an axis of their own behind it. */
function gathered(x: Tensor, axis: number, bins: Bins, count: number): Tensor {
  const taken = take(x, bins.places, { axis });
  return reshape(taken, [...x.shape.slice(0, axis), count, bins.longest, ...x.shape.slice(axis + 1)]);
}

/** Whether all bins are as long. */
function isEven(input: Tensor, sizes: readonly number[]): boolean {
  return sizes.every((count, i) => input.shape[2 + i] % count === 0);
}

/** The extents of bins that are all as long. */
function evenWindow(input: Tensor, sizes: readonly number[]): readonly number[] {
  return sizes.map((count, i) => input.shape[2 + i] / count);
}

function prepare(
  operation: string,
  x: Tensor,
  options: AdaptivePoolOptions,
): { input: Tensor; sizes: readonly number[] } {
  const input = channelsFirst(operation, x, null, options.layout ?? "channelsFirst");
  if (input.shape.slice(2).some((extent) => extent === 0)) {
    throw new RangeError(`${operation} expects spatial axes with elements but got ${describe(x)}`);
  }
  const { outputSize } = options;
  const asked = Array.isArray(outputSize)
    ? outputSize.map((size, i) => size ?? input.shape[2 + i])
    : outputSize as number;
  return { input, sizes: perAxis(operation, "outputSize", asked, input.rank - 2, 1) };
}

/**
 * The means of as many bins of about the same extent as are asked for along each spatial axis, as torch's
 * adaptive_avg_pool1d, adaptive_avg_pool2d and adaptive_avg_pool3d.
 *
 * @param x Input [n, c, ...].
 * @throws {RangeError} If an extent is below 1.
 *
 * @example
 * ```ts
 * import { adaptiveAvgPool, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(adaptiveAvgPool(tensor([[[1, 2, 3]]]), { outputSize: 2 }).toArray(), [[[1.5, 2.5]]]);
 * ```
 */
export function adaptiveAvgPool(x: Tensor, options: AdaptivePoolOptions): Tensor {
  checkOptionNames("adaptiveAvgPool", options, ADAPTIVE_POOL_OPTIONS);
  const { input, sizes } = prepare("adaptiveAvgPool", x, options);
  const layout = options.layout ?? "channelsFirst";
  if (isEven(input, sizes)) return inOrder(avgPool(input, { window: evenWindow(input, sizes) }), layout);
  let result = input;
  sizes.forEach((count, i) => {
    const axis = 2 + i;
    const bins = binsOf(result.shape[axis], count);
    const behind = new Array<number>(input.rank - 1 - axis).fill(1);
    const inside = reshape(bins.inside, [count, bins.longest, ...behind]);
    const counts = tensor(bins.counts, { dtype: input.dtype, shape: [count, ...behind] });
    result = divide(sum(where(inside, gathered(result, axis, bins, count), 0), { axes: axis + 1 }), counts);
  });
  return inOrder(result, layout);
}

/**
 * The greatest elements of as many bins of about the same extent as are asked for along each spatial axis, as torch's
 * adaptive_max_pool1d, adaptive_max_pool2d and adaptive_max_pool3d.
 *
 * @param x Input [n, c, ...].
 * @throws {RangeError} If an extent is below 1.
 *
 * @example
 * ```ts
 * import { adaptiveMaxPool, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(adaptiveMaxPool(tensor([[[1, 3, 2]]]), { outputSize: 1 }).toArray(), [[[3]]]);
 * ```
 */
export function adaptiveMaxPool(x: Tensor, options: AdaptivePoolOptions): Tensor {
  checkOptionNames("adaptiveMaxPool", options, ADAPTIVE_POOL_OPTIONS);
  const { input, sizes } = prepare("adaptiveMaxPool", x, options);
  let taken = input;
  let window = evenWindow(input, sizes);
  if (!isEven(input, sizes)) {
    const bins = sizes.map((count, i) => binsOf(input.shape[2 + i], count));
    // What a shorter bin repeats is never the first of its equals.
    bins.forEach(({ places }, i) => taken = take(taken, places, { axis: 2 + i }));
    window = bins.map(({ longest }) => longest);
  }
  return inOrder(maxPool(taken, { window }), options.layout ?? "channelsFirst");
}

/**
 * `adaptiveMaxPool`, with the place of each greatest element in the flattened spatial axes of the input, as torch's
 * `return_indices`.
 *
 * @throws {RangeError} If an extent is below 1.
 *
 * @example
 * ```ts
 * import { adaptiveMaxPoolWithIndices, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { indices } = adaptiveMaxPoolWithIndices(tensor([[[1, 3, 2]]]), { outputSize: 1 });
 * assertEquals(indices.toArray(), [[[1]]]);
 * ```
 */
export function adaptiveMaxPoolWithIndices(x: Tensor, options: AdaptivePoolOptions): PoolIndices {
  checkOptionNames("adaptiveMaxPoolWithIndices", options, ADAPTIVE_POOL_OPTIONS);
  return greatest("adaptiveMaxPoolWithIndices", x, options);
}

function greatest(operation: string, x: Tensor, options: AdaptivePoolOptions): PoolIndices {
  const { input, sizes } = prepare(operation, x, options);
  let output = input;
  let indices = broadcastTo(placesOf(input.shape.slice(2)), input.shape);
  // The last axis first, so that of equals the first in row-major order is taken.
  sizes.map((count, i) => ({ count, axis: 2 + i })).reverse().forEach(({ count, axis }) => {
    const bins = binsOf(output.shape[axis], count);
    const values = gathered(output, axis, bins, count);
    const at = expandDims(argmax(values, { axis: axis + 1 }), axis + 1);
    const chosen = (list: Tensor): Tensor => squeeze(takeAlongAxis(list, at, axis + 1), axis + 1);
    output = chosen(values);
    indices = chosen(gathered(indices, axis, bins, count));
  });
  const layout = options.layout ?? "channelsFirst";
  return { output: inOrder(output, layout), indices: inOrder(indices, layout) };
}
