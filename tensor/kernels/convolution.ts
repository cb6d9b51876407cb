/**
 * Convolution and its gradient for the image: one kernel, two plans.
 *
 * Both sum patches of a source under the taps of a window. An output row u and a source row v meet under the
 * tap t where
 *
 *     v expansion = u step + origin + t shift
 *
 * A convolution has expansion 1, step = stride, origin = -low padding, shift = dilation. Its transpose swaps u
 * and v: expansion = stride, step 1, origin = low padding, shift = -dilation. Where expansion > 1, the output
 * rows fall in `expansion` phases by their remainder; within a phase the taps that meet a source row are every
 * so many, and the source rows are consecutive, so each phase is a small dense convolution and no product with
 * an inserted zero is ever computed.
 *
 * @module
 */
import { innerBlock, multiplyPanels, tileSize } from "./gemm.ts";
import { packLanesFloat32, packLanesFloat64 } from "./gemm_pack.ts";
import {
  packPatchesFloat32,
  packPatchesFloat64,
  storePixelsFloat32,
  storePixelsFloat64,
} from "./convolution_pack.ts";
import type { ConvolutionSizes, Strides } from "./convolution_sizes.ts";
import type { Finish, FinishingKernel, Views } from "./kernel.ts";
import { grainFor, type KernelPlan } from "./plan.ts";

/**
 * The launch of a convolution. Operands: image, weights, output. The output is contiguous; the strides of the
 * image and of the weights are free.
 */
export function convolutionPlan(
  sizes: ConvolutionSizes,
  imageStrides: Strides,
  weightStrides: Strides,
): KernelPlan {
  return planPatches(forwardPatches(sizes, imageStrides, weightStrides));
}

/** A convolution as sums of patches of the image. */
export function forwardPatches(
  sizes: ConvolutionSizes,
  imageStrides: Strides,
  weightStrides: Strides,
): Patches {
  const { dtype, image, weights, output, strides, padding, dilation, groups } = sizes;
  const rows = weights[0] / groups;
  const channels = weights[1];
  return {
    kernel: `convolution.${dtype}`,
    source: image,
    target: output,
    window: weights,
    groups,
    rows,
    channels,
    sourceStrides: imageStrides,
    // Rows of the product are output channels, the sum runs over input channels.
    weightStrides: [weightStrides[0], weightStrides[1], weightStrides[2], weightStrides[3]],
    groupStrides: [channels * imageStrides[1], rows * weightStrides[0]],
    expansion: [1, 1],
    step: strides,
    origin: [-padding[0][0], -padding[1][0]],
    shift: dilation,
  };
}

/**
 * The launch of the gradient for the image, or transposed convolution. Operands: cotangent of the output,
 * weights, gradient. The gradient has the shape of the image and is contiguous.
 */
export function convolutionInputPlan(
  sizes: ConvolutionSizes,
  outputStrides: Strides,
  weightStrides: Strides,
): KernelPlan {
  return planPatches(inputPatches(sizes, outputStrides, weightStrides));
}

/** A transposed convolution as sums of patches of the cotangent. */
export function inputPatches(
  sizes: ConvolutionSizes,
  outputStrides: Strides,
  weightStrides: Strides,
): Patches {
  const { dtype, image, weights, output, strides, padding, dilation, groups } = sizes;
  const rows = weights[1];
  const channels = weights[0] / groups;
  return {
    kernel: `convolution.${dtype}`,
    source: output,
    target: image,
    window: weights,
    groups,
    rows,
    channels,
    sourceStrides: outputStrides,
    // Rows of the product are input channels, the sum runs over output channels.
    weightStrides: [weightStrides[1], weightStrides[0], weightStrides[2], weightStrides[3]],
    groupStrides: [channels * outputStrides[1], channels * weightStrides[0]],
    expansion: strides,
    step: [1, 1],
    origin: [padding[0][0], padding[1][0]],
    shift: [-dilation[0], -dilation[1]],
  };
}

/** Patches of a source, summed under the taps of a window; pairs are of rows and columns. */
export interface Patches {
  /** Name of the kernel. */
  readonly kernel: string;
  /** Shape of the source. */
  readonly source: readonly number[];
  /** Shape of the target. */
  readonly target: readonly number[];
  /** Shape of the weights. */
  readonly window: readonly number[];
  /** Groups of channels that do not mix. */
  readonly groups: number;
  /** Channels of the target in a group. */
  readonly rows: number;
  /** Channels of the source in a group. */
  readonly channels: number;
  /** Strides of the source. */
  readonly sourceStrides: Strides;
  /** Strides of the weights over channels of the target and of the source, rows and columns. */
  readonly weightStrides: Strides;
  /** Steps from one group to the next in the source and in the weights. */
  readonly groupStrides: readonly [number, number];
  /** Source places for one step along the source. */
  readonly expansion: readonly [number, number];
  /** Source places for one step along the target. */
  readonly step: readonly [number, number];
  /** Source place of the first target place under the first tap. */
  readonly origin: readonly [number, number];
  /** Source places from one tap to the next. */
  readonly shift: readonly [number, number];
}

function planPatches(patches: Patches): KernelPlan {
  const { source, target, window, groups, rows, channels, expansion } = patches;
  const phases = expansion[0] * expansion[1];
  const pixels = target[0] * Math.ceil(target[2] / expansion[0]) * Math.ceil(target[3] / expansion[1]);
  // The most k of any phase, for the size of a tile; the kernel counts the taps of each phase.
  const taps = Math.ceil(window[2] / expansion[0]) * Math.ceil(window[3] / expansion[1]);
  const inner = channels * taps;
  const tile = tileSize(rows, inner, pixels, groups * phases);
  const axis = (i: 0 | 1) => [patches.expansion[i], patches.step[i], patches.origin[i], patches.shift[i]];
  return {
    kernel: patches.kernel,
    scalars: [
      ...[groups, rows, channels, source[2], source[3], ...patches.sourceStrides],
      ...[...patches.weightStrides, ...patches.groupStrides],
      ...[target[0], target[2], target[3], window[2], window[3]],
      ...[...axis(0), ...axis(1), tile.rows, tile.columns],
    ],
    total: target[0] * target[1] * target[2] * target[3] === 0
      ? 0
      : groups * phases * Math.ceil(rows / tile.rows) * Math.ceil(pixels / tile.columns),
    grain: grainFor(tile.rows * tile.columns * (2 + 0.4 * inner) + (tile.rows + 2 * tile.columns) * inner),
  };
}

/** The first tap that meets a source row in the phase of output row `phase`, or `taps` if none does. */
function firstTap(
  phase: number,
  expansion: number,
  step: number,
  origin: number,
  shift: number,
  taps: number,
): number {
  const last = Math.min(taps, expansion);
  for (let tap = 0; tap < last; tap++) {
    if ((phase * step + origin + tap * shift) % expansion === 0) return tap;
  }
  return taps;
}

/** The number of taps between one that meets a source row and the next: expansion / gcd(expansion, shift). */
function tapPeriod(expansion: number, shift: number): number {
  let a = expansion;
  let b = Math.abs(shift);
  while (b !== 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return expansion / a;
}

/**
 * One unit is a tile of (channels of a group) by (pixels of a phase); the tiles along the pixels follow each
 * other, then those along the channels, then the phases, then the groups.
 *
 * Arguments: source, weights, target; groups; channels of the target and of the source in a group; rows and
 * columns of the source; its strides over images, channels, rows, columns; strides of the weights over the
 * channels of the target, of the source, rows, columns; steps from one group to the next in the source and in
 * the weights; images, rows and columns of the target; rows and columns of the window; expansion, step, origin
 * and shift of the rows, and of the columns; rows and columns of a tile.
 */
function convolution(
  views: Views,
  at: number,
  begin: number,
  end: number,
  double: boolean,
  finish?: Finish,
): void {
  const heap = views.float64;
  const [source, weights, target] = [heap[at] >>> 0, heap[at + 1] >>> 0, heap[at + 2] >>> 0];
  const [groups, rows, channels] = [heap[at + 3] >>> 0, heap[at + 4] >>> 0, heap[at + 5] >>> 0];
  const [sourceRows, sourceColumns] = [heap[at + 6] >>> 0, heap[at + 7] >>> 0];
  const [imageStride, channelStride] = [heap[at + 8] | 0, heap[at + 9] | 0];
  const [rowStride, columnStride] = [heap[at + 10] | 0, heap[at + 11] | 0];
  const [weightRow, weightChannel] = [heap[at + 12] | 0, heap[at + 13] | 0];
  const [weightDown, weightRight] = [heap[at + 14] | 0, heap[at + 15] | 0];
  const [sourceGroup, weightGroup] = [heap[at + 16] | 0, heap[at + 17] | 0];
  const [images, targetRows, targetColumns] = [heap[at + 18] >>> 0, heap[at + 19] >>> 0, heap[at + 20] >>> 0];
  const [windowRows, windowColumns] = [heap[at + 21] >>> 0, heap[at + 22] >>> 0];
  const [expandRow, stepRow, originRow, shiftRow] = [
    heap[at + 23] | 0,
    heap[at + 24] | 0,
    heap[at + 25] | 0,
    heap[at + 26] | 0,
  ];
  const [expandColumn, stepColumn, originColumn, shiftColumn] = [
    heap[at + 27] | 0,
    heap[at + 28] | 0,
    heap[at + 29] | 0,
    heap[at + 30] | 0,
  ];
  const [tileRows, tileColumns] = [heap[at + 31] >>> 0, heap[at + 32] >>> 0];

  const phases = expandRow * expandColumn;
  const periodRow = tapPeriod(expandRow, shiftRow);
  const periodColumn = tapPeriod(expandColumn, shiftColumn);
  const rowTiles = Math.ceil(rows / tileRows);
  const pixelTiles = Math.ceil(
    images * Math.ceil(targetRows / expandRow) * Math.ceil(targetColumns / expandColumn) / tileColumns,
  );
  const plane = targetRows * targetColumns;
  const tile = views.scratch >>> 3;
  const left = tile + tileRows * tileColumns;
  // The strip of tiles whose weights are still packed, when one block holds all of k.
  let packed = -1;

  for (let unit = begin; unit < end; unit++) {
    const strip = Math.floor(unit / pixelTiles);
    const part = Math.floor(strip / rowTiles);
    const group = Math.floor(part / phases);
    const phase = part - group * phases;
    const phaseRow = Math.floor(phase / expandColumn);
    const phaseColumn = phase - phaseRow * expandColumn;
    const gridRows = Math.ceil((targetRows - phaseRow) / expandRow);
    const gridColumns = Math.ceil((targetColumns - phaseColumn) / expandColumn);
    const pixel = (unit - strip * pixelTiles) * tileColumns;
    const pixels = gridRows <= 0 || gridColumns <= 0
      ? 0
      : Math.min(tileColumns, images * gridRows * gridColumns - pixel);
    if (pixels <= 0) continue;

    const tapRow = firstTap(phaseRow, expandRow, stepRow, originRow, shiftRow, windowRows);
    const tapColumn = firstTap(
      phaseColumn,
      expandColumn,
      stepColumn,
      originColumn,
      shiftColumn,
      windowColumns,
    );
    const tapRows = Math.ceil((windowRows - tapRow) / periodRow);
    const tapColumns = Math.ceil((windowColumns - tapColumn) / periodColumn);
    const inner = tapRows * tapColumns * channels;
    const block = innerBlock(tileRows, tileColumns, inner);
    const right = left + tileRows * block;

    const row = (strip - part * rowTiles) * tileRows;
    const height = Math.min(tileRows, rows - row);
    const sourceStart = source + group * sourceGroup;
    const weightStart = weights + group * weightGroup + row * weightRow + tapRow * weightDown +
      tapColumn * weightRight;
    const down = periodRow * weightDown;
    const across = periodColumn * weightRight;
    const firstRow = ((phaseRow * stepRow + originRow + tapRow * shiftRow) / expandRow) | 0;
    const firstColumn = ((phaseColumn * stepColumn + originColumn + tapColumn * shiftColumn) / expandColumn) |
      0;
    const moveRow = (periodRow * shiftRow / expandRow) | 0;
    const moveColumn = (periodColumn * shiftColumn / expandColumn) | 0;

    heap.fill(0, tile, left);
    for (let k = 0; k < inner; k += block) {
      const stop = Math.min(inner, k + block);
      // deno-fmt-ignore
      if (double) {
        if (packed !== strip) {
          packLanesFloat64(heap, heap, left, weightStart, height, weightRow, down, across, weightChannel,
            tapColumns, channels, k, stop);
        }
        packPatchesFloat64(heap, heap, right, sourceStart, pixel, pixels, gridRows, gridColumns,
          sourceRows, sourceColumns, imageStride, channelStride, rowStride, columnStride,
          firstRow, firstColumn, stepRow, stepColumn, moveRow, moveColumn, tapColumns, channels, k, stop);
      } else {
        if (packed !== strip) {
          packLanesFloat32(views.float32, heap, left, weightStart, height, weightRow, down, across, weightChannel,
            tapColumns, channels, k, stop);
        }
        packPatchesFloat32(views.float32, heap, right, sourceStart, pixel, pixels, gridRows, gridColumns,
          sourceRows, sourceColumns, imageStride, channelStride, rowStride, columnStride,
          firstRow, firstColumn, stepRow, stepColumn, moveRow, moveColumn, tapColumns, channels, k, stop);
      }
      multiplyPanels(heap, left, right, tile, tileColumns, height, pixels, stop - k);
    }
    packed = block >= inner ? strip : -1;

    const to = target + (group * rows + row) * plane + phaseRow * targetColumns + phaseColumn;
    // deno-fmt-ignore
    if (double) {
      storePixelsFloat64(heap, heap, tile, tileColumns, height, pixel, pixels, gridRows, gridColumns,
        to, groups * rows * plane, plane, expandRow * targetColumns, expandColumn);
    } else {
      storePixelsFloat32(views.float32, heap, tile, tileColumns, height, pixel, pixels, gridRows, gridColumns,
        to, groups * rows * plane, plane, expandRow * targetColumns, expandColumn);
    }
    // Where there is one phase, pixels are counted as they lie, through one image after the other.
    for (let done = 0, from = pixel; finish !== undefined && done < pixels;) {
      const image = Math.floor(from / plane);
      const width = Math.min(pixels - done, (image + 1) * plane - from);
      finish(image * groups + group, row, height, from - image * plane, width);
      from += width;
      done += width;
    }
  }
}

/** Convolutions and transposed convolutions of float32; see `convolutionPlan` and `convolutionInputPlan`. */
export const convolutionFloat32: FinishingKernel = (views, at, begin, end, finish): void =>
  convolution(views, at, begin, end, false, finish);

/** Convolutions and transposed convolutions of float64; see `convolutionPlan` and `convolutionInputPlan`. */
export const convolutionFloat64: FinishingKernel = (views, at, begin, end, finish): void =>
  convolution(views, at, begin, end, true, finish);
