/**
 * The gradient of a convolution for its weights, the third face of the form in `convolution_sizes.ts`:
 *
 *     w[o, c, a, b] = sum over n, i, j of y[n, o, i, j] x[n, c, i strideRow - lowRow + a dilationRow, ...]
 *
 * The sum over images and pixels is long and the weights are few, so the sum is cut in slices of a length that
 * depends on the sizes alone. Each slice leaves its float64 sums in a temporary buffer, and a second kernel
 * adds them in order.
 *
 * @module
 */
import { innerBlock, multiplyPanels, tileSize } from "./gemm.ts";
import { packLanesFloat32, packLanesFloat64, storeTileFloat32, storeTileFloat64 } from "./gemm_pack.ts";
import { packColumnsFloat32, packColumnsFloat64 } from "./convolution_kernel_pack.ts";
import type { ConvolutionSizes, Strides } from "./convolution_sizes.ts";
import type { Kernel, Views } from "./kernel.ts";
import { grainFor, type KernelPlan } from "./plan.ts";

/** Units that the sum is sliced for. */
const UNITS_WANTED = 24;

/** Fewest pixels in a slice. */
const SLICE_FLOOR = 512;

/** Elements of one unit of the sum of the slices. */
const SUM_STRIP = 1024;

/** The launches of the gradient for the weights. */
export interface ConvolutionKernelPlan {
  /** Operands: image, cotangent of the output, and the gradient, or the temporary buffer where there is one. */
  readonly partial: KernelPlan;
  /** Adds the slices. Operands: temporary buffer, gradient. Null where one slice holds the whole sum. */
  readonly combine: KernelPlan | null;
  /** Float64 elements of the temporary buffer, whatever the dtype; 0 where there is none. */
  readonly temporary: number;
}

/** The launches of the gradient for the weights. It has the shape of the weights and is contiguous. */
export function convolutionKernelPlan(
  sizes: ConvolutionSizes,
  imageStrides: Strides,
  outputStrides: Strides,
): ConvolutionKernelPlan {
  const { dtype, image, weights, output, strides, padding, dilation, groups } = sizes;
  const rows = weights[0] / groups;
  const channels = weights[1];
  const columns = channels * weights[2] * weights[3];
  const inner = output[0] * output[2] * output[3];
  const size = weights[0] * columns;
  const tile = tileSize(rows, inner, columns, UNITS_WANTED);
  const tiles = size === 0 ? 0 : groups * Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.columns);
  const wanted = Math.min(Math.ceil(UNITS_WANTED / Math.max(1, tiles)), Math.floor(inner / SLICE_FLOOR));
  const length = Math.ceil(inner / Math.max(1, wanted));
  const slices = length === 0 ? 1 : Math.ceil(inner / length);
  const partial: KernelPlan = {
    kernel: `convolutionKernel.${dtype}`,
    scalars: [
      ...[groups, rows, channels, image[2], image[3], ...imageStrides, ...outputStrides],
      ...[output[0], output[2], output[3], weights[2], weights[3]],
      ...[strides[0], strides[1], -padding[0][0], -padding[1][0], dilation[0], dilation[1]],
      ...[tile.rows, tile.columns, slices, length],
    ],
    total: tiles * slices,
    grain: grainFor(tile.rows * tile.columns * (2 + 0.4 * length) + 2 * (tile.rows + tile.columns) * length),
  };
  if (slices === 1) return { partial, combine: null, temporary: 0 };
  const combine: KernelPlan = {
    kernel: `sumSlices.${dtype}`,
    scalars: [size, slices],
    total: Math.ceil(size / SUM_STRIP),
    grain: grainFor(SUM_STRIP * slices),
  };
  return { partial, combine, temporary: size * slices };
}

/**
 * One unit is a slice of the sum for a tile of (output channels of a group) by (channel, tapRow, tapColumn);
 * tiles along the columns follow each other, then along the rows, then groups, then slices.
 *
 * Arguments: image, cotangent, result; groups; output and input channels in a group; rows and columns of the
 * image; its four strides; the four strides of the cotangent; images, rows and columns of the output; rows and
 * columns of the window; strides; origins (minus the low padding); dilations; rows and columns of a tile;
 * slices and their length. With more than one slice the result is the temporary buffer.
 */
function convolutionKernel(views: Views, at: number, begin: number, end: number, double: boolean): void {
  const heap = views.float64;
  const [image, cotangent, result] = [heap[at] >>> 0, heap[at + 1] >>> 0, heap[at + 2] >>> 0];
  const [groups, rows, channels] = [heap[at + 3] >>> 0, heap[at + 4] >>> 0, heap[at + 5] >>> 0];
  const [imageRows, imageColumns] = [heap[at + 6] >>> 0, heap[at + 7] >>> 0];
  const [imageStride, channelStride] = [heap[at + 8] | 0, heap[at + 9] | 0];
  const [rowStride, columnStride] = [heap[at + 10] | 0, heap[at + 11] | 0];
  const [outImage, outChannel, outRow, outColumn] = [
    heap[at + 12] | 0,
    heap[at + 13] | 0,
    heap[at + 14] | 0,
    heap[at + 15] | 0,
  ];
  const [images, gridRows, gridColumns] = [heap[at + 16] >>> 0, heap[at + 17] >>> 0, heap[at + 18] >>> 0];
  const [windowRows, windowColumns] = [heap[at + 19] >>> 0, heap[at + 20] >>> 0];
  const [stepRow, stepColumn] = [heap[at + 21] | 0, heap[at + 22] | 0];
  const [originRow, originColumn] = [heap[at + 23] | 0, heap[at + 24] | 0];
  const [shiftRow, shiftColumn] = [heap[at + 25] | 0, heap[at + 26] | 0];
  const [tileRows, tileColumns] = [heap[at + 27] >>> 0, heap[at + 28] >>> 0];
  const [slices, length] = [heap[at + 29] >>> 0, heap[at + 30] >>> 0];

  const inner = images * gridRows * gridColumns;
  const columns = channels * windowRows * windowColumns;
  const size = groups * rows * columns;
  const rowTiles = Math.ceil(rows / tileRows);
  const columnTiles = Math.ceil(columns / tileColumns);
  const tiles = groups * rowTiles * columnTiles;
  const block = innerBlock(tileRows, tileColumns, length);
  const tile = views.scratch >>> 3;
  const left = tile + tileRows * tileColumns;
  const right = left + tileRows * block;

  for (let unit = begin; unit < end; unit++) {
    const slice = Math.floor(unit / tiles);
    const tileIndex = unit - slice * tiles;
    const tileRow = Math.floor(tileIndex / columnTiles);
    const group = Math.floor(tileRow / rowTiles);
    const row = (tileRow - group * rowTiles) * tileRows;
    const column = (tileIndex - tileRow * columnTiles) * tileColumns;
    const height = Math.min(tileRows, rows - row);
    const width = Math.min(tileColumns, columns - column);
    const imageStart = image + group * channels * channelStride;
    const cotangentStart = cotangent + (group * rows + row) * outChannel;
    const sliceEnd = Math.min(inner, (slice + 1) * length);

    heap.fill(0, tile, left);
    for (let k = slice * length; k < sliceEnd; k += block) {
      const stop = Math.min(sliceEnd, k + block);
      // The cotangent's k counts over (image, row, column): taps of the packed layout, with columns as channels.
      // deno-fmt-ignore
      if (double) {
        packLanesFloat64(heap, heap, left, cotangentStart, height, outChannel, outImage, outRow, outColumn,
          gridRows, gridColumns, k, stop);
        packColumnsFloat64(heap, heap, right, imageStart, column, width, windowRows, windowColumns,
          imageRows, imageColumns, imageStride, channelStride, rowStride, columnStride,
          originRow, originColumn, stepRow, stepColumn, shiftRow, shiftColumn, gridRows, gridColumns, k, stop);
      } else {
        packLanesFloat32(views.float32, heap, left, cotangentStart, height, outChannel, outImage, outRow, outColumn,
          gridRows, gridColumns, k, stop);
        packColumnsFloat32(views.float32, heap, right, imageStart, column, width, windowRows, windowColumns,
          imageRows, imageColumns, imageStride, channelStride, rowStride, columnStride,
          originRow, originColumn, stepRow, stepColumn, shiftRow, shiftColumn, gridRows, gridColumns, k, stop);
      }
      multiplyPanels(heap, left, right, tile, tileColumns, height, width, stop - k);
    }

    const to = result + slice * size + (group * rows + row) * columns + column;
    if (double || slices > 1) storeTileFloat64(heap, heap, tile, tileColumns, to, columns, height, width);
    else storeTileFloat32(views.float32, heap, tile, tileColumns, to, columns, height, width);
  }
}

/** The gradient for float32 weights; see `convolutionKernelPlan`. */
export const convolutionKernelFloat32: Kernel = (views, at, begin, end): void =>
  convolutionKernel(views, at, begin, end, false);

/** The gradient for float64 weights; see `convolutionKernelPlan`. */
export const convolutionKernelFloat64: Kernel = (views, at, begin, end): void =>
  convolutionKernel(views, at, begin, end, true);

/**
 * Adds float64 slices in order, for strips of the result. Arguments: temporary buffer, result; elements of the
 * result; slices.
 */
function sumSlices(
  views: Views,
  at: number,
  begin: number,
  end: number,
  output: Float32Array | Float64Array,
): void {
  const heap = views.float64;
  const [from, to, size, slices] = [
    heap[at] >>> 0,
    heap[at + 1] >>> 0,
    heap[at + 2] >>> 0,
    heap[at + 3] >>> 0,
  ];
  const last = Math.min(size, end * SUM_STRIP);
  for (let i = begin * SUM_STRIP; i < last; i++) {
    let sum = 0;
    for (let slice = 0, p = (from + i) >>> 0; slice < slices; slice++, p = (p + size) | 0) sum += heap[p];
    output[to + i] = sum;
  }
}

/** The sum of slices, stored as float32. */
export const sumSlicesFloat32: Kernel = (views, at, begin, end): void =>
  sumSlices(views, at, begin, end, views.float32);

/** The sum of slices, stored as float64. */
export const sumSlicesFloat64: Kernel = (views, at, begin, end): void =>
  sumSlices(views, at, begin, end, views.float64);
