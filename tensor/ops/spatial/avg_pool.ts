/**
 * The means of windows over one, two or three axes.
 *
 * @module
 */
import { checkOptionNames } from "../../check_option_names.ts";
import { sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { divide, multiply } from "../arithmetic.ts";
import { avgPool2d } from "../avg_pool2d.ts";
import { tensor } from "../create.ts";
import { reshape } from "../reshape.ts";
import { inOrder } from "./axes.ts";
import { isPlainPooling, poolByAxes, type PoolOptions, preparePool } from "./pool_windows.ts";
import { padSides } from "./sliding_windows.ts";

/** Options of `avgPool`. */
export interface AvgPoolOptions extends Omit<PoolOptions, "dilation"> {
  /** Whether padding counts as zeros in the mean; true by default, as in torch. */
  readonly countIncludePad?: boolean;
  /** What sums are divided by in place of the number of elements. */
  readonly divisor?: number;
}

/** The names of `AvgPoolOptions`. */
export const AVG_POOL_OPTIONS = {
  countIncludePad: true,
  divisor: true,
  strides: true,
  padding: true,
  layout: true,
  window: true,
  ceilMode: true,
} as const;

/**
 * The mean of each window over the spatial axes, as torch's avg_pool1d, avg_pool2d and avg_pool3d.
 *
 * @param x Input [n, c, ...].
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { avgPool, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(avgPool(tensor([[[1, 5, 2, 4]]]), { window: 2 }).toArray(), [[[3, 3]]]);
 * ```
 */
export function avgPool(x: Tensor, options: AvgPoolOptions): Tensor {
  checkOptionNames("avgPool", options, AVG_POOL_OPTIONS);
  const { countIncludePad = true, divisor } = options;
  const pooling = preparePool("avgPool", x, options);
  if (divisor !== undefined && !(Math.abs(divisor) > 0)) {
    throw new RangeError(`avgPool expects a divisor other than 0 but got ${divisor}`);
  }
  const { input, window, strides, sides, asked } = pooling;
  const layout = options.layout ?? "channelsFirst";
  const hangs = sides.some(([, after], i) => after !== asked[i][1]);
  if (isPlainPooling(pooling) && (divisor !== undefined || !hangs)) {
    const counted = divisor !== undefined || countIncludePad;
    const means = poolByAxes(
      pooling,
      (images, plain) => avgPool2d(images, { ...plain, countIncludePad: counted }),
    );
    const factor = divisor === undefined ? 1 : sizeOf(window) / divisor;
    return inOrder(factor === 1 ? means : multiply(means, factor), layout);
  }
  let total = padSides(input, sides, 0);
  // A sum over a box is a sum along each axis in turn.
  window.forEach((extent, i) => total = sumAlong(total, 2 + i, extent, strides[i]));
  if (divisor !== undefined) return inOrder(divide(total, divisor), layout);
  window.forEach((extent, i) => {
    const [before, after] = countIncludePad ? asked[i] : [0, 0];
    const counts = Float64Array.from({ length: total.shape[2 + i] }, (_, o) => {
      const start = o * strides[i] - asked[i][0];
      return Math.min(start + extent, input.shape[2 + i] + after) - Math.max(start, -before);
    });
    const shape = total.shape.map((size, axis) => axis === 2 + i ? size : 1);
    total = divide(total, tensor(counts, { shape, dtype: total.dtype }));
  });
  return inOrder(total, layout);
}

/** Sums of `extent` neighbours along an axis, each `stride` after the last. */
function sumAlong(x: Tensor, axis: number, extent: number, stride: number): Tensor {
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const inner = after.reduce((product, size) => product * size, 1);
  const outer = before.reduce((product, size) => product * size, 1);
  const images = reshape(x, [1, outer, x.shape[axis], inner]);
  const means = avgPool2d(images, { window: [extent, 1], strides: [stride, 1] });
  return reshape(multiply(means, extent), [...before, means.shape[2], ...after]);
}
