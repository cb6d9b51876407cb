/**
 * Maximum pooling.
 *
 *     maxPool(x)[window] = max of x over the window
 *
 * A NaN counts as greater than any number, and padding as no element at all: a window of padding alone gives
 * -Infinity.
 *
 * @module
 */
import type { Strides } from "./convolution_sizes.ts";
import type { Kernel, Views } from "./kernel.ts";
import { grainFor, type KernelPlan } from "./plan.ts";
import { poolScalars, poolShape, type PoolSizes } from "./pooling_sizes.ts";

/** The launch of maximum pooling. Operands: image, output (contiguous, of `poolShape`). */
export function maxPoolPlan(sizes: PoolSizes, imageStrides: Strides): KernelPlan {
  const [images, channels, rows, columns] = poolShape(sizes);
  return {
    kernel: `maxPool.${sizes.dtype}`,
    scalars: [...poolScalars(sizes), ...imageStrides],
    total: columns === 0 ? 0 : images * channels * rows,
    grain: grainFor(columns * (8 + 2 * sizes.window[0] * sizes.window[1])),
  };
}

/**
 * The greatest element of a rectangle. It stands twice, for float32 and float64, because a loop that has seen
 * both kinds of array is slow for both.
 */
function greatestFloat32(
  source: Float32Array,
  address: number,
  rowStride: number,
  columnStride: number,
  rows: number,
  columns: number,
): number {
  let best = -Infinity;
  for (let row = 0; row < rows; row++) {
    let p = (address + row * rowStride) | 0;
    for (let column = 0; column < columns; column++, p = (p + columnStride) | 0) {
      best = Math.max(best, source[p]);
    }
  }
  return best;
}

/** `greatestFloat32` for float64. */
function greatestFloat64(
  source: Float64Array,
  address: number,
  rowStride: number,
  columnStride: number,
  rows: number,
  columns: number,
): number {
  let best = -Infinity;
  for (let row = 0; row < rows; row++) {
    let p = (address + row * rowStride) | 0;
    for (let column = 0; column < columns; column++, p = (p + columnStride) | 0) {
      best = Math.max(best, source[p]);
    }
  }
  return best;
}

/** One unit is a row of the output. Arguments: image, output; those of `poolScalars`; the strides of the image. */
function maxPool(views: Views, at: number, begin: number, end: number, double: boolean): void {
  const heap = views.float64;
  const elements = double ? views.float64 : views.float32;
  const [image, output] = [heap[at] >>> 0, heap[at + 1] >>> 0];
  const [channels, rows, columns] = [heap[at + 2] >>> 0, heap[at + 3] >>> 0, heap[at + 4] >>> 0];
  const [outRows, outColumns] = [heap[at + 5] >>> 0, heap[at + 6] >>> 0];
  const [windowRows, windowColumns] = [heap[at + 7] >>> 0, heap[at + 8] >>> 0];
  const [stepRow, stepColumn] = [heap[at + 9] >>> 0, heap[at + 10] >>> 0];
  const [lowRow, lowColumn] = [heap[at + 11] | 0, heap[at + 12] | 0];
  const [planeStride, channelStride] = [heap[at + 13] | 0, heap[at + 14] | 0];
  const [rowStride, columnStride] = [heap[at + 15] | 0, heap[at + 16] | 0];
  for (let unit = begin; unit < end; unit++) {
    const plane = Math.floor(unit / outRows);
    const n = Math.floor(plane / channels);
    const start = image + n * planeStride + (plane - n * channels) * channelStride;
    const top = (unit - plane * outRows) * stepRow - lowRow;
    const first = Math.max(0, top);
    const high = Math.min(rows, top + windowRows) - first;
    for (let j = 0; j < outColumns; j++) {
      const side = j * stepColumn - lowColumn;
      const left = Math.max(0, side);
      const wide = Math.min(columns, side + windowColumns) - left;
      const from = start + first * rowStride + left * columnStride;
      elements[output + unit * outColumns + j] = double
        ? greatestFloat64(heap, from, rowStride, columnStride, high, wide)
        : greatestFloat32(views.float32, from, rowStride, columnStride, high, wide);
    }
  }
}

/** Maximum pooling of float32; see `maxPoolPlan`. */
export const maxPoolFloat32: Kernel = (views, at, begin, end): void => maxPool(views, at, begin, end, false);

/** Maximum pooling of float64; see `maxPoolPlan`. */
export const maxPoolFloat64: Kernel = (views, at, begin, end): void => maxPool(views, at, begin, end, true);
