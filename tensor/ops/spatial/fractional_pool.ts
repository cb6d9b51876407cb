/**
 * Pooling of windows at random places.
 *
 * @module
 */
import { checkOptionNames } from "../../check_option_names.ts";
import { formatShape } from "../../shape.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { takeAlongAxis } from "../along_axis.ts";
import { add, multiply, subtract } from "../arithmetic.ts";
import { cast } from "../cast.ts";
import { equal } from "../comparison.ts";
import { arange } from "../ranges.ts";
import { floor } from "../rounding.ts";
import { argmax } from "../arg_reduce.ts";
import { expandDims, reshape, squeeze } from "../reshape.ts";
import { where } from "../selection.ts";
import { transpose } from "../transpose.ts";
import { channelsFirst, type PerAxis, perAxis } from "./axes.ts";

/** Options of `fractionalMaxPool`. */
export interface FractionalMaxPoolOptions {
  /** Extents of the window. */
  readonly window: PerAxis;
  /** Extents of the result over the spatial axes; this or `outputRatio`. */
  readonly outputSize?: PerAxis;
  /** Extents of the result as shares of those of the input, from 0 to 1, rounded down. */
  readonly outputRatio?: number | readonly number[];
  /** Numbers from 0 to 1, [n, c, spatial axes], which say where the windows are. */
  readonly samples: Tensor;
}

const FRACTIONAL_MAX_POOL_OPTIONS = {
  window: true,
  outputSize: true,
  outputRatio: true,
  samples: true,
} as const;

/** The extents of the result, checked. */
function sizesOf(x: Tensor, options: FractionalMaxPoolOptions, window: readonly number[]): readonly number[] {
  const extents = x.shape.slice(2);
  const { outputSize, outputRatio } = options;
  if ((outputSize === undefined) === (outputRatio === undefined)) {
    throw new TypeError(
      `fractionalMaxPool expects either outputSize or outputRatio but got ${
        outputSize === undefined ? "none" : "both"
      }`,
    );
  }
  const sizes = outputSize === undefined
    ? extents.map((extent, i) => {
      const ratio = typeof outputRatio === "number" ? outputRatio : outputRatio![i];
      return Math.floor(extent * ratio);
    })
    : perAxis("fractionalMaxPool", "outputSize", outputSize, extents.length, 1);
  if (sizes.some((size, i) => !(size >= 1) || size + window[i] - 1 > extents[i])) {
    throw new RangeError(
      `fractionalMaxPool expects an output that fits with its window ${formatShape(window)} but got ${
        formatShape(sizes)
      } for ${describe(x)}`,
    );
  }
  return sizes;
}

/**
 * The greatest element of each window, where the windows of an axis begin at `floor((i + u) a) - floor(u a)` with
 * `a = (extent - window) / (outputSize - 1)` and a number u for each channel and axis, and the last at its end, as
 * torch.nn.functional.fractional_max_pool2d and 3d (Graham, "Fractional Max-Pooling", 2014); its samples for two axes
 * have that of the columns first.
 *
 * @param x Input [n, c, ...].
 * @throws {TypeError} If neither or both of `outputSize` and `outputRatio` are given.
 * @throws {RangeError} If the output or the samples do not fit the input.
 *
 * @example
 * ```ts
 * import { fractionalMaxPool, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([[[1, 5, 2, 3, 4]]]);
 * const samples = tensor([[[0.5]]]);
 * assertEquals(fractionalMaxPool(x, { window: 2, outputSize: 3, samples }).toArray(), [[[5, 3, 4]]]);
 * ```
 */
export function fractionalMaxPool(x: Tensor, options: FractionalMaxPoolOptions): Tensor {
  checkOptionNames("fractionalMaxPool", options, FRACTIONAL_MAX_POOL_OPTIONS);
  const input = channelsFirst("fractionalMaxPool", x, null, "channelsFirst");
  const [n, channels, ...extents] = input.shape;
  const rank = extents.length;
  const window = perAxis("fractionalMaxPool", "window", options.window, rank, 1);
  const sizes = sizesOf(input, options, window);
  const { samples } = options;
  if (`${samples?.shape}` !== `${[n, channels, rank]}`) {
    throw new RangeError(
      `fractionalMaxPool expects samples of shape ${formatShape([n, channels, rank])} but got ${
        describe(samples)
      }`,
    );
  }
  let taken = input;
  sizes.forEach((size, i) => {
    const sample = takeAlongAxis(samples, arange(1, { dtype: "int32" }).add(i).reshape([1, 1, 1]), 2);
    const step = size === 1 ? 0 : (extents[i] - window[i]) / (size - 1);
    const places = arange(size, { dtype: "int32" });
    const moved = floor(multiply(add(sample, cast(places, sample.dtype)), step));
    const begins = subtract(moved, floor(multiply(sample, step)));
    const starts = where(equal(places, size - 1), extents[i] - window[i], cast(begins, "int32"));
    const taps = add(expandDims(starts, -1), arange(window[i], { dtype: "int32" }));
    const wide = [n, channels, ...extents.map((_, k) => k === i ? size * window[i] : 1)];
    taken = takeAlongAxis(taken, reshape(taps, wide), 2 + i);
  });
  const apart = reshape(taken, [n, channels, ...sizes.flatMap((size, i) => [size, window[i]])]);
  const order = [...sizes.map((_, i) => 2 + 2 * i), ...sizes.map((_, i) => 3 + 2 * i)];
  const windows = reshape(transpose(apart, [0, 1, ...order]), [n, channels, ...sizes, -1]);
  return squeeze(takeAlongAxis(windows, expandDims(argmax(windows, { axis: -1 }), -1), -1), -1);
}
