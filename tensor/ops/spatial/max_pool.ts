/**
 * The greatest and the least elements of windows over one, two or three axes.
 *
 * @module
 */
import { checkOptionNames } from "../../check_option_names.ts";
import type { Tensor } from "../../tensor.ts";
import { takeAlongAxis } from "../along_axis.ts";
import { argmax } from "../arg_reduce.ts";
import { negative } from "../arithmetic.ts";
import { broadcastTo } from "../broadcast_to.ts";
import { maxPool2d } from "../max_pool2d.ts";
import { expandDims, reshape, squeeze } from "../reshape.ts";
import { inOrder, placesOf } from "./axes.ts";
import {
  isPlainPooling,
  POOL_OPTIONS,
  poolByAxes,
  type Pooling,
  type PoolOptions,
  preparePool,
} from "./pool_windows.ts";
import { slidingWindows } from "./sliding_windows.ts";

/**
 * The greatest element of each window over the spatial axes, as torch's max_pool1d, max_pool2d and max_pool3d; padding
 * counts as -Infinity. All of the gradient goes to the first of equals.
 *
 * @param x Input [n, c, ...].
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { maxPool, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(maxPool(tensor([[[1, 5, 2, 3]]]), { window: 2 }).toArray(), [[[5, 3]]]);
 * ```
 */
export function maxPool(x: Tensor, options: PoolOptions): Tensor {
  checkOptionNames("maxPool", options, POOL_OPTIONS);
  return inOrder(greatest(preparePool("maxPool", x, options)), options.layout ?? "channelsFirst");
}

function greatest(pooling: Pooling): Tensor {
  if (isPlainPooling(pooling)) return poolByAxes(pooling, maxPool2d);
  const { values, at } = chosen(pooling, -Infinity, argmax);
  return squeeze(takeAlongAxis(values, at, -1), -1);
}

/** Windows with their taps in one axis, and the place of the wanted one in each. */
function chosen(
  { input, window, strides, dilation, sides }: Pooling,
  value: number,
  find: (x: Tensor, options: { readonly axis: number }) => Tensor,
): { readonly values: Tensor; readonly at: Tensor } {
  const windows = slidingWindows(input, { window, strides, dilation, padding: sides, value });
  const values = reshape(windows, [...windows.shape.slice(0, input.rank), -1]);
  return { values, at: expandDims(find(values, { axis: -1 }), -1) };
}

/**
 * The least element of each window, as `flax.linen.pooling.min_pool`; padding counts as Infinity.
 *
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { minPool, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(minPool(tensor([[[1, 5, 2, 3]]]), { window: 2 }).toArray(), [[[1, 2]]]);
 * ```
 */
export function minPool(x: Tensor, options: PoolOptions): Tensor {
  checkOptionNames("minPool", options, POOL_OPTIONS);
  const pooling = preparePool("minPool", x, options);
  // The kernels know the greatest alone.
  const opposite = greatest({ ...pooling, input: negative(pooling.input) });
  return inOrder(negative(opposite), options.layout ?? "channelsFirst");
}

/** What `maxPoolWithIndices` gives. */
export interface PoolIndices {
  /** The greatest elements. */
  readonly output: Tensor;
  /** Where they are, as int32 places in the flattened spatial axes of the input. */
  readonly indices: Tensor;
}

/**
 * `maxPool`, with the place of each greatest element in the flattened spatial axes of the input, as torch's
 * `return_indices`.
 *
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { maxPoolWithIndices, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(maxPoolWithIndices(tensor([[[1, 5, 2, 3]]]), { window: 2 }).indices.toArray(), [[[1, 3]]]);
 * ```
 */
export function maxPoolWithIndices(x: Tensor, options: PoolOptions): PoolIndices {
  checkOptionNames("maxPoolWithIndices", options, POOL_OPTIONS);
  const pooling = preparePool("maxPoolWithIndices", x, options);
  const { values, at } = chosen(pooling, -Infinity, argmax);
  const places = placesOf(pooling.input.shape.slice(2));
  const all = broadcastTo(chosen({ ...pooling, input: places }, 0, argmax).values, values.shape);
  const layout = options.layout ?? "channelsFirst";
  return {
    output: inOrder(squeeze(takeAlongAxis(values, at, -1), -1), layout),
    indices: inOrder(squeeze(takeAlongAxis(all, at, -1), -1), layout),
  };
}
