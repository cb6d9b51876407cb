/**
 * Average pooling and its gradient.
 *
 *     averagePool(x)[window]            = (sum of x over the window) / count(window)
 *     averagePoolGradient(y)[place]     = sum of y[window] / count(window) over the windows that hold the place
 *
 * where the count is that of the whole window, or of its elements inside the image.
 *
 * @module
 */
import type { Kernel, Views } from "./kernel.ts";
import { grainFor, type KernelPlan } from "./plan.ts";
import { poolScalars, poolShape, type PoolSizes } from "./pooling_sizes.ts";
import type { Strides } from "./convolution_sizes.ts";

/** The extents and options of an average pooling. */
export interface AveragePoolSizes extends PoolSizes {
  /** Whether the padding counts as zeros; otherwise the mean is over the elements inside the image. */
  readonly countIncludePad: boolean;
}

/**
 * The launch of average pooling. Operands: image, output (contiguous, of `poolShape`). A window of padding
 * alone gives 0.
 */
export function averagePoolPlan(sizes: AveragePoolSizes, imageStrides: Strides): KernelPlan {
  const [images, channels, rows, columns] = poolShape(sizes);
  return {
    kernel: `averagePool.${sizes.dtype}`,
    scalars: [...poolScalars(sizes), ...imageStrides, sizes.countIncludePad ? 1 : 0],
    total: columns === 0 ? 0 : images * channels * rows,
    grain: grainFor(columns * (5 + sizes.window[0] * sizes.window[1])),
  };
}

/**
 * The launch of the gradient of average pooling. Operands: cotangent of the output, gradient (contiguous, of
 * the shape of the image).
 */
export function averagePoolGradientPlan(sizes: AveragePoolSizes, cotangentStrides: Strides): KernelPlan {
  const { image, window, strides } = sizes;
  const overlap = Math.ceil(window[0] / strides[0]) * Math.ceil(window[1] / strides[1]);
  return {
    kernel: `averagePoolGradient.${sizes.dtype}`,
    scalars: [...poolScalars(sizes), ...cotangentStrides, sizes.countIncludePad ? 1 : 0],
    total: image[3] === 0 ? 0 : image[0] * image[1] * image[2],
    grain: grainFor(image[3] * (10 + 4 * overlap)),
  };
}

/**
 * The float64 sum of a rectangle, row by row. It stands twice, for float32 and float64, because a loop that has
 * seen both kinds of array is slow for both.
 */
function sumFloat32(
  source: Float32Array,
  address: number,
  rowStride: number,
  columnStride: number,
  rows: number,
  columns: number,
): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    let p = (address + row * rowStride) | 0;
    for (let column = 0; column < columns; column++, p = (p + columnStride) | 0) sum += source[p];
  }
  return sum;
}

/** `sumFloat32` for float64. */
function sumFloat64(
  source: Float64Array,
  address: number,
  rowStride: number,
  columnStride: number,
  rows: number,
  columns: number,
): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    let p = (address + row * rowStride) | 0;
    for (let column = 0; column < columns; column++, p = (p + columnStride) | 0) sum += source[p];
  }
  return sum;
}

/** How many of the `window` places of window `index` are inside an axis of `extent`. */
function inside(index: number, step: number, low: number, window: number, extent: number): number {
  const first = index * step - low;
  return Math.min(extent, first + window) - Math.max(0, first);
}

/**
 * One unit is a row of the output. Arguments: image, output; those of `poolScalars`; the strides of the image;
 * 1 if the padding counts.
 */
function averagePool(views: Views, at: number, begin: number, end: number, double: boolean): void {
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
  const whole = heap[at + 17] === 1;
  for (let unit = begin; unit < end; unit++) {
    const plane = Math.floor(unit / outRows);
    const n = Math.floor(plane / channels);
    const start = image + n * planeStride + (plane - n * channels) * channelStride;
    const top = (unit - plane * outRows) * stepRow - lowRow;
    const first = Math.max(0, top);
    const high = Math.max(0, Math.min(rows, top + windowRows) - first);
    for (let j = 0; j < outColumns; j++) {
      const side = j * stepColumn - lowColumn;
      const left = Math.max(0, side);
      const wide = Math.max(0, Math.min(columns, side + windowColumns) - left);
      const from = start + first * rowStride + left * columnStride;
      const sum = double
        ? sumFloat64(heap, from, rowStride, columnStride, high, wide)
        : sumFloat32(views.float32, from, rowStride, columnStride, high, wide);
      const count = whole ? windowRows * windowColumns : high * wide;
      elements[output + unit * outColumns + j] = count === 0 ? 0 : sum / count;
    }
  }
}

/**
 * One unit is a row of the gradient: each element gathers from the windows that hold it. Arguments: cotangent,
 * gradient; those of `poolScalars`; the strides of the cotangent; 1 if the padding counts.
 */
function averagePoolGradient(views: Views, at: number, begin: number, end: number, double: boolean): void {
  const heap = views.float64;
  const elements = double ? views.float64 : views.float32;
  const [cotangent, gradient] = [heap[at] >>> 0, heap[at + 1] >>> 0];
  const [channels, rows, columns] = [heap[at + 2] >>> 0, heap[at + 3] >>> 0, heap[at + 4] >>> 0];
  const [outRows, outColumns] = [heap[at + 5] >>> 0, heap[at + 6] >>> 0];
  const [windowRows, windowColumns] = [heap[at + 7] >>> 0, heap[at + 8] >>> 0];
  const [stepRow, stepColumn] = [heap[at + 9] >>> 0, heap[at + 10] >>> 0];
  const [lowRow, lowColumn] = [heap[at + 11] | 0, heap[at + 12] | 0];
  const [planeStride, channelStride] = [heap[at + 13] | 0, heap[at + 14] | 0];
  const [rowStride, columnStride] = [heap[at + 15] | 0, heap[at + 16] | 0];
  const whole = heap[at + 17] === 1;
  for (let unit = begin; unit < end; unit++) {
    const plane = Math.floor(unit / rows);
    const n = Math.floor(plane / channels);
    const start = cotangent + n * planeStride + (plane - n * channels) * channelStride;
    // Window i holds the row when i stepRow <= row + lowRow < i stepRow + windowRows.
    const row = unit - plane * rows + lowRow;
    const firstRow = Math.max(0, Math.ceil((row - windowRows + 1) / stepRow));
    const lastRow = Math.min(outRows - 1, Math.floor(row / stepRow));
    let firstColumn = 0;
    let lastColumn = -1;
    for (let j = 0; j < columns; j++) {
      // The same along the columns, stepped instead of divided.
      const column = j + lowColumn;
      while (lastColumn + 1 < outColumns && (lastColumn + 1) * stepColumn <= column) lastColumn++;
      while (firstColumn <= lastColumn && firstColumn * stepColumn + windowColumns <= column) firstColumn++;
      const from = start + firstRow * rowStride + firstColumn * columnStride;
      let sum = 0;
      if (whole) {
        const high = Math.max(0, lastRow - firstRow + 1);
        const wide = Math.max(0, lastColumn - firstColumn + 1);
        sum = (double
          ? sumFloat64(heap, from, rowStride, columnStride, high, wide)
          : sumFloat32(views.float32, from, rowStride, columnStride, high, wide)) /
          (windowRows * windowColumns);
      } else {
        for (let y = firstRow; y <= lastRow; y++) {
          const high = inside(y, stepRow, lowRow, windowRows, rows);
          for (let x = firstColumn; x <= lastColumn; x++) {
            const count = high * inside(x, stepColumn, lowColumn, windowColumns, columns);
            sum += elements[start + y * rowStride + x * columnStride] / count;
          }
        }
      }
      elements[gradient + unit * columns + j] = sum;
    }
  }
}

/** Average pooling of float32; see `averagePoolPlan`. */
export const averagePoolFloat32: Kernel = (views, at, begin, end): void =>
  averagePool(views, at, begin, end, false);

/** Average pooling of float64; see `averagePoolPlan`. */
export const averagePoolFloat64: Kernel = (views, at, begin, end): void =>
  averagePool(views, at, begin, end, true);

/** The gradient of average pooling for float32; see `averagePoolGradientPlan`. */
export const averagePoolGradientFloat32: Kernel = (views, at, begin, end): void =>
  averagePoolGradient(views, at, begin, end, false);

/** The gradient of average pooling for float64; see `averagePoolGradientPlan`. */
export const averagePoolGradientFloat64: Kernel = (views, at, begin, end): void =>
  averagePoolGradient(views, at, begin, end, true);
