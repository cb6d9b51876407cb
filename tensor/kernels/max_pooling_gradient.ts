/**
 * The gradient of maximum pooling, and the gather that is the gradient's derivative.
 *
 * Each window stands for one element of the image: its first greatest one, row by row. A NaN counts as greater
 * than any number, and padding as no element at all. With p(window) the place of that element,
 *
 *     maxPoolGather(x, v)[window]   = v[p(window)]
 *     maxPoolGradient(x, y)[place]  = sum of y[window] over the windows with p(window) = place
 *
 * The places are found again from x each time, which is cheaper than storing them.
 *
 * @module
 */
import type { Kernel, Views } from "./kernel.ts";
import { grainFor, type KernelPlan } from "./plan.ts";
import { poolScalars, poolShape, type PoolSizes } from "./pooling_sizes.ts";
import type { Strides } from "./convolution_sizes.ts";

/**
 * The launch that reads `values`, which has the shape of the image, at the greatest element of each window of
 * the image. Operands: image, values, output (contiguous, of `poolShape`). A window of padding alone gives 0.
 */
export function maxPoolGatherPlan(
  sizes: PoolSizes,
  imageStrides: Strides,
  valueStrides: Strides,
): KernelPlan {
  const [images, channels, rows, columns] = poolShape(sizes);
  return {
    kernel: `maxPoolGather.${sizes.dtype}`,
    scalars: [...poolScalars(sizes), ...imageStrides, ...valueStrides],
    total: columns === 0 ? 0 : images * channels * rows,
    grain: grainFor(columns * (20 + 5 * sizes.window[0] * sizes.window[1])),
  };
}

/**
 * The launch of the gradient of maximum pooling. Operands: image, cotangent of the output, gradient
 * (contiguous, of the shape of the image). Windows that share their greatest element add up, row by row.
 */
export function maxPoolGradientPlan(
  sizes: PoolSizes,
  imageStrides: Strides,
  cotangentStrides: Strides,
): KernelPlan {
  const { image, window } = sizes;
  const [, , rows, columns] = poolShape(sizes);
  return {
    kernel: `maxPoolGradient.${sizes.dtype}`,
    scalars: [...poolScalars(sizes), ...imageStrides, ...cotangentStrides],
    total: image[2] * image[3] === 0 ? 0 : image[0] * image[1],
    grain: grainFor(rows * columns * (10 + 5 * window[0] * window[1]) + image[2] * image[3]),
  };
}

/**
 * The place, `row columns + column`, of the first greatest element of a window, or -1 if the window is empty.
 * It stands twice, for float32 and float64, because a loop that has seen both kinds of array is slow for both.
 */
function argmaxFloat32(
  source: Float32Array,
  address: number,
  rowStride: number,
  columnStride: number,
  columns: number,
  firstRow: number,
  lastRow: number,
  firstColumn: number,
  lastColumn: number,
): number {
  let best = -Infinity;
  let place = -1;
  for (let row = firstRow; row < lastRow; row++) {
    let p = (address + row * rowStride + firstColumn * columnStride) | 0;
    for (let column = firstColumn; column < lastColumn; column++, p = (p + columnStride) | 0) {
      const value = source[p];
      if (value > best || place < 0) {
        best = value;
        place = row * columns + column;
      } else if (value !== value && best === best) {
        best = value;
        place = row * columns + column;
      }
    }
  }
  return place;
}

/** `argmaxFloat32` for float64. */
function argmaxFloat64(
  source: Float64Array,
  address: number,
  rowStride: number,
  columnStride: number,
  columns: number,
  firstRow: number,
  lastRow: number,
  firstColumn: number,
  lastColumn: number,
): number {
  let best = -Infinity;
  let place = -1;
  for (let row = firstRow; row < lastRow; row++) {
    let p = (address + row * rowStride + firstColumn * columnStride) | 0;
    for (let column = firstColumn; column < lastColumn; column++, p = (p + columnStride) | 0) {
      const value = source[p];
      if (value > best || place < 0) {
        best = value;
        place = row * columns + column;
      } else if (value !== value && best === best) {
        best = value;
        place = row * columns + column;
      }
    }
  }
  return place;
}

/**
 * One unit is a row of the output. Arguments: image, values, output; those of `poolScalars`; the strides of the
 * image and of the values.
 */
function maxPoolGather(views: Views, at: number, begin: number, end: number, double: boolean): void {
  const heap = views.float64;
  const elements = double ? views.float64 : views.float32;
  const [image, values, output] = [heap[at] >>> 0, heap[at + 1] >>> 0, heap[at + 2] >>> 0];
  const [channels, rows, columns] = [heap[at + 3] >>> 0, heap[at + 4] >>> 0, heap[at + 5] >>> 0];
  const [outRows, outColumns] = [heap[at + 6] >>> 0, heap[at + 7] >>> 0];
  const [windowRows, windowColumns] = [heap[at + 8] >>> 0, heap[at + 9] >>> 0];
  const [stepRow, stepColumn] = [heap[at + 10] >>> 0, heap[at + 11] >>> 0];
  const [lowRow, lowColumn] = [heap[at + 12] | 0, heap[at + 13] | 0];
  const [planeStride, channelStride] = [heap[at + 14] | 0, heap[at + 15] | 0];
  const [rowStride, columnStride] = [heap[at + 16] | 0, heap[at + 17] | 0];
  const [valuePlane, valueChannel] = [heap[at + 18] | 0, heap[at + 19] | 0];
  const [valueRow, valueColumn] = [heap[at + 20] | 0, heap[at + 21] | 0];
  for (let unit = begin; unit < end; unit++) {
    const plane = Math.floor(unit / outRows);
    const n = Math.floor(plane / channels);
    const c = plane - n * channels;
    const top = (unit - plane * outRows) * stepRow - lowRow;
    const firstRow = Math.max(0, top);
    const lastRow = Math.min(rows, top + windowRows);
    const start = image + n * planeStride + c * channelStride;
    const from = values + n * valuePlane + c * valueChannel;
    for (let j = 0; j < outColumns; j++) {
      const side = j * stepColumn - lowColumn;
      const first = Math.max(0, side);
      const last = Math.min(columns, side + windowColumns);
      const place = double
        ? argmaxFloat64(heap, start, rowStride, columnStride, columns, firstRow, lastRow, first, last)
        : argmaxFloat32(
          views.float32,
          start,
          rowStride,
          columnStride,
          columns,
          firstRow,
          lastRow,
          first,
          last,
        );
      const y = Math.floor(place / columns);
      elements[output + unit * outColumns + j] = place < 0
        ? 0
        : elements[from + y * valueRow + (place - y * columns) * valueColumn];
    }
  }
}

/**
 * One unit is a plane of the image, so that no two units add to the same element. Arguments: image, cotangent,
 * gradient; those of `poolScalars`; the strides of the image and of the cotangent.
 */
function maxPoolGradient(views: Views, at: number, begin: number, end: number, double: boolean): void {
  const heap = views.float64;
  const elements = double ? views.float64 : views.float32;
  const [image, cotangent, gradient] = [heap[at] >>> 0, heap[at + 1] >>> 0, heap[at + 2] >>> 0];
  const [channels, rows, columns] = [heap[at + 3] >>> 0, heap[at + 4] >>> 0, heap[at + 5] >>> 0];
  const [outRows, outColumns] = [heap[at + 6] >>> 0, heap[at + 7] >>> 0];
  const [windowRows, windowColumns] = [heap[at + 8] >>> 0, heap[at + 9] >>> 0];
  const [stepRow, stepColumn] = [heap[at + 10] >>> 0, heap[at + 11] >>> 0];
  const [lowRow, lowColumn] = [heap[at + 12] | 0, heap[at + 13] | 0];
  const [planeStride, channelStride] = [heap[at + 14] | 0, heap[at + 15] | 0];
  const [rowStride, columnStride] = [heap[at + 16] | 0, heap[at + 17] | 0];
  const [cotangentPlane, cotangentChannel] = [heap[at + 18] | 0, heap[at + 19] | 0];
  const [cotangentRow, cotangentColumn] = [heap[at + 20] | 0, heap[at + 21] | 0];
  for (let plane = begin; plane < end; plane++) {
    const n = Math.floor(plane / channels);
    const c = plane - n * channels;
    const start = image + n * planeStride + c * channelStride;
    const from = cotangent + n * cotangentPlane + c * cotangentChannel;
    const to = gradient + plane * rows * columns;
    elements.fill(0, to, to + rows * columns);
    for (let i = 0; i < outRows; i++) {
      const top = i * stepRow - lowRow;
      const firstRow = Math.max(0, top);
      const lastRow = Math.min(rows, top + windowRows);
      for (let j = 0; j < outColumns; j++) {
        const side = j * stepColumn - lowColumn;
        const first = Math.max(0, side);
        const last = Math.min(columns, side + windowColumns);
        const place = double
          ? argmaxFloat64(heap, start, rowStride, columnStride, columns, firstRow, lastRow, first, last)
          : argmaxFloat32(
            views.float32,
            start,
            rowStride,
            columnStride,
            columns,
            firstRow,
            lastRow,
            first,
            last,
          );
        if (place >= 0) elements[to + place] += elements[from + i * cotangentRow + j * cotangentColumn];
      }
    }
  }
}

/** The gather at greatest elements for float32; see `maxPoolGatherPlan`. */
export const maxPoolGatherFloat32: Kernel = (views, at, begin, end): void =>
  maxPoolGather(views, at, begin, end, false);

/** The gather at greatest elements for float64; see `maxPoolGatherPlan`. */
export const maxPoolGatherFloat64: Kernel = (views, at, begin, end): void =>
  maxPoolGather(views, at, begin, end, true);

/** The gradient of maximum pooling for float32; see `maxPoolGradientPlan`. */
export const maxPoolGradientFloat32: Kernel = (views, at, begin, end): void =>
  maxPoolGradient(views, at, begin, end, false);

/** The gradient of maximum pooling for float64; see `maxPoolGradientPlan`. */
export const maxPoolGradientFloat64: Kernel = (views, at, begin, end): void =>
  maxPoolGradient(views, at, begin, end, true);
