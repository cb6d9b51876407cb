/**
 * Between images and the packed panels of `gemm.ts`: panels are packed straight from the image, with zeros for
 * the padding, so that no column matrix is ever built.
 *
 * Each function stands twice, for float32 and for float64: an engine compiles one loop for one kind of array,
 * and a loop that has seen both is slow for both.
 *
 * @module
 */
import { PANEL } from "./gemm.ts";

/** A row or column that is outside of every image, however a tap shifts it. */
const OUTSIDE = -0x40000000;

/** Packs one lane of a panel: `count` elements from `from`, `step` apart, or zeros where `inside` is false. */
export function packRunFloat32(
  source: Float32Array,
  heap: Float64Array,
  to: number,
  from: number,
  step: number,
  count: number,
  inside: boolean,
): void {
  let p = to >>> 0;
  const stop = (p + PANEL * count) >>> 0;
  if (!inside) {
    for (; p < stop; p = (p + PANEL) | 0) heap[p] = 0;
    return;
  }
  for (let q = from | 0; p < stop; p = (p + PANEL) | 0, q = (q + step) | 0) heap[p] = source[q];
}

/** `packRunFloat32` for float64. */
export function packRunFloat64(
  source: Float64Array,
  heap: Float64Array,
  to: number,
  from: number,
  step: number,
  count: number,
  inside: boolean,
): void {
  let p = to >>> 0;
  const stop = (p + PANEL * count) >>> 0;
  if (!inside) {
    for (; p < stop; p = (p + PANEL) | 0) heap[p] = 0;
    return;
  }
  for (let q = from | 0; p < stop; p = (p + PANEL) | 0, q = (q + step) | 0) heap[p] = source[q];
}

/**
 * Packs the patches that `pixels` output pixels see, for k from `begin` to `end`, into panels at `to`.
 *
 * Pixels are counted over (image, i, j) of a grid `gridRows` by `gridColumns`; k counts over (tapRow,
 * tapColumn, channel). The element is the source's at
 *
 *     row = originRow + i stepRow + tapRow shiftRow,  column = originColumn + j stepColumn + tapColumn shiftColumn
 *
 * or zero where that is outside of the source.
 */
export function packPatchesFloat32(
  source: Float32Array,
  heap: Float64Array,
  to: number,
  address: number,
  firstPixel: number,
  pixels: number,
  gridRows: number,
  gridColumns: number,
  sourceRows: number,
  sourceColumns: number,
  imageStride: number,
  channelStride: number,
  rowStride: number,
  columnStride: number,
  originRow: number,
  originColumn: number,
  stepRow: number,
  stepColumn: number,
  shiftRow: number,
  shiftColumn: number,
  tapColumns: number,
  channels: number,
  begin: number,
  end: number,
): void {
  const step = channelStride | 0;
  const shiftDown = shiftRow | 0;
  const shiftRight = shiftColumn | 0;
  const shiftDownStep = (shiftRow * rowStride) | 0;
  const shiftRightStep = (shiftColumn * columnStride) | 0;
  const rows = sourceRows | 0;
  const columns = sourceColumns | 0;
  const depth = channels | 0;
  const tapsAcross = tapColumns | 0;
  const firstTap = Math.floor(begin / channels);
  const firstChannel = begin - firstTap * channels;
  const firstTapRow = Math.floor(firstTap / tapColumns);
  const firstTapColumn = firstTap - firstTapRow * tapColumns;
  const firstLine = Math.floor(firstPixel / gridColumns);
  let j = firstPixel - firstLine * gridColumns;
  let image = Math.floor(firstLine / gridRows);
  let i = firstLine - image * gridRows;
  let p = to >>> 0;
  for (let lane = 0; lane < pixels; lane += PANEL) {
    // Row, column and address that each of the four pixels sees under the first tap.
    let row0 = OUTSIDE, row1 = OUTSIDE, row2 = OUTSIDE, row3 = OUTSIDE;
    let column0 = 0, column1 = 0, column2 = 0, column3 = 0;
    let start0 = 0, start1 = 0, start2 = 0, start3 = 0;
    for (let l = 0; l < PANEL && lane + l < pixels; l++) {
      const row = (originRow + i * stepRow) | 0;
      const column = (originColumn + j * stepColumn) | 0;
      const start = (address + image * imageStride + row * rowStride + column * columnStride) | 0;
      if (l === 0) row0 = row, column0 = column, start0 = start;
      else if (l === 1) row1 = row, column1 = column, start1 = start;
      else if (l === 2) row2 = row, column2 = column, start2 = start;
      else row3 = row, column3 = column, start3 = start;
      if (++j === gridColumns) {
        j = 0;
        if (++i === gridRows) i = 0, image++;
      }
    }
    let rest = (end - begin) | 0;
    let channel = firstChannel | 0;
    let tapColumn = firstTapColumn | 0;
    let down = (firstTapRow * shiftDown) | 0;
    let right = (firstTapColumn * shiftRight) | 0;
    let move = (firstTapRow * shiftDownStep + firstTapColumn * shiftRightStep) | 0;
    while (rest > 0) {
      const run = Math.min(rest, (depth - channel) | 0);
      const first = (move + channel * step) | 0;
      const inside0 = ((row0 + down) >>> 0) < rows && ((column0 + right) >>> 0) < columns;
      const inside1 = ((row1 + down) >>> 0) < rows && ((column1 + right) >>> 0) < columns;
      const inside2 = ((row2 + down) >>> 0) < rows && ((column2 + right) >>> 0) < columns;
      const inside3 = ((row3 + down) >>> 0) < rows && ((column3 + right) >>> 0) < columns;
      const stop = (p + PANEL * run) >>> 0;
      if (inside0 && inside1 && inside2 && inside3) {
        let q0 = (start0 + first) | 0,
          q1 = (start1 + first) | 0,
          q2 = (start2 + first) | 0,
          q3 = (start3 + first) | 0;
        for (; p < stop; p = (p + PANEL) | 0) {
          heap[p] = source[q0];
          heap[p + 1] = source[q1];
          heap[p + 2] = source[q2];
          heap[p + 3] = source[q3];
          q0 = (q0 + step) | 0, q1 = (q1 + step) | 0, q2 = (q2 + step) | 0, q3 = (q3 + step) | 0;
        }
      } else {
        packRunFloat32(source, heap, p, (start0 + first) | 0, step, run, inside0);
        packRunFloat32(source, heap, p + 1, (start1 + first) | 0, step, run, inside1);
        packRunFloat32(source, heap, p + 2, (start2 + first) | 0, step, run, inside2);
        packRunFloat32(source, heap, p + 3, (start3 + first) | 0, step, run, inside3);
        p = stop;
      }
      rest = (rest - run) | 0;
      channel = 0;
      tapColumn = (tapColumn + 1) | 0;
      right = (right + shiftRight) | 0;
      move = (move + shiftRightStep) | 0;
      if (tapColumn === tapsAcross) {
        tapColumn = 0;
        right = 0;
        down = (down + shiftDown) | 0;
        move = (move + shiftDownStep - tapsAcross * shiftRightStep) | 0;
      }
    }
  }
}

/** `packPatchesFloat32` for float64. */
export function packPatchesFloat64(
  source: Float64Array,
  heap: Float64Array,
  to: number,
  address: number,
  firstPixel: number,
  pixels: number,
  gridRows: number,
  gridColumns: number,
  sourceRows: number,
  sourceColumns: number,
  imageStride: number,
  channelStride: number,
  rowStride: number,
  columnStride: number,
  originRow: number,
  originColumn: number,
  stepRow: number,
  stepColumn: number,
  shiftRow: number,
  shiftColumn: number,
  tapColumns: number,
  channels: number,
  begin: number,
  end: number,
): void {
  const step = channelStride | 0;
  const shiftDown = shiftRow | 0;
  const shiftRight = shiftColumn | 0;
  const shiftDownStep = (shiftRow * rowStride) | 0;
  const shiftRightStep = (shiftColumn * columnStride) | 0;
  const rows = sourceRows | 0;
  const columns = sourceColumns | 0;
  const depth = channels | 0;
  const tapsAcross = tapColumns | 0;
  const firstTap = Math.floor(begin / channels);
  const firstChannel = begin - firstTap * channels;
  const firstTapRow = Math.floor(firstTap / tapColumns);
  const firstTapColumn = firstTap - firstTapRow * tapColumns;
  const firstLine = Math.floor(firstPixel / gridColumns);
  let j = firstPixel - firstLine * gridColumns;
  let image = Math.floor(firstLine / gridRows);
  let i = firstLine - image * gridRows;
  let p = to >>> 0;
  for (let lane = 0; lane < pixels; lane += PANEL) {
    // Row, column and address that each of the four pixels sees under the first tap.
    let row0 = OUTSIDE, row1 = OUTSIDE, row2 = OUTSIDE, row3 = OUTSIDE;
    let column0 = 0, column1 = 0, column2 = 0, column3 = 0;
    let start0 = 0, start1 = 0, start2 = 0, start3 = 0;
    for (let l = 0; l < PANEL && lane + l < pixels; l++) {
      const row = (originRow + i * stepRow) | 0;
      const column = (originColumn + j * stepColumn) | 0;
      const start = (address + image * imageStride + row * rowStride + column * columnStride) | 0;
      if (l === 0) row0 = row, column0 = column, start0 = start;
      else if (l === 1) row1 = row, column1 = column, start1 = start;
      else if (l === 2) row2 = row, column2 = column, start2 = start;
      else row3 = row, column3 = column, start3 = start;
      if (++j === gridColumns) {
        j = 0;
        if (++i === gridRows) i = 0, image++;
      }
    }
    let rest = (end - begin) | 0;
    let channel = firstChannel | 0;
    let tapColumn = firstTapColumn | 0;
    let down = (firstTapRow * shiftDown) | 0;
    let right = (firstTapColumn * shiftRight) | 0;
    let move = (firstTapRow * shiftDownStep + firstTapColumn * shiftRightStep) | 0;
    while (rest > 0) {
      const run = Math.min(rest, (depth - channel) | 0);
      const first = (move + channel * step) | 0;
      const inside0 = ((row0 + down) >>> 0) < rows && ((column0 + right) >>> 0) < columns;
      const inside1 = ((row1 + down) >>> 0) < rows && ((column1 + right) >>> 0) < columns;
      const inside2 = ((row2 + down) >>> 0) < rows && ((column2 + right) >>> 0) < columns;
      const inside3 = ((row3 + down) >>> 0) < rows && ((column3 + right) >>> 0) < columns;
      const stop = (p + PANEL * run) >>> 0;
      if (inside0 && inside1 && inside2 && inside3) {
        let q0 = (start0 + first) | 0,
          q1 = (start1 + first) | 0,
          q2 = (start2 + first) | 0,
          q3 = (start3 + first) | 0;
        for (; p < stop; p = (p + PANEL) | 0) {
          heap[p] = source[q0];
          heap[p + 1] = source[q1];
          heap[p + 2] = source[q2];
          heap[p + 3] = source[q3];
          q0 = (q0 + step) | 0, q1 = (q1 + step) | 0, q2 = (q2 + step) | 0, q3 = (q3 + step) | 0;
        }
      } else {
        packRunFloat64(source, heap, p, (start0 + first) | 0, step, run, inside0);
        packRunFloat64(source, heap, p + 1, (start1 + first) | 0, step, run, inside1);
        packRunFloat64(source, heap, p + 2, (start2 + first) | 0, step, run, inside2);
        packRunFloat64(source, heap, p + 3, (start3 + first) | 0, step, run, inside3);
        p = stop;
      }
      rest = (rest - run) | 0;
      channel = 0;
      tapColumn = (tapColumn + 1) | 0;
      right = (right + shiftRight) | 0;
      move = (move + shiftRightStep) | 0;
      if (tapColumn === tapsAcross) {
        tapColumn = 0;
        right = 0;
        down = (down + shiftDown) | 0;
        move = (move + shiftDownStep - tapsAcross * shiftRightStep) | 0;
      }
    }
  }
}

/**
 * Stores a tile whose columns are pixels of a grid, counted over (image, i, j), into an output where the pixel
 * is at `address + image imageStride + i rowStride + j columnStride` and the rows of the tile are
 * `channelStride` apart.
 */
export function storePixelsFloat32(
  output: Float32Array,
  heap: Float64Array,
  tile: number,
  tileStep: number,
  channels: number,
  firstPixel: number,
  pixels: number,
  gridRows: number,
  gridColumns: number,
  address: number,
  imageStride: number,
  channelStride: number,
  rowStride: number,
  columnStride: number,
): void {
  const line = Math.floor(firstPixel / gridColumns);
  let j = firstPixel - line * gridColumns;
  let image = Math.floor(line / gridRows);
  let i = line - image * gridRows;
  for (let l = 0; l < pixels; l++) {
    let to = (address + image * imageStride + i * rowStride + j * columnStride) >>> 0;
    let from = (tile + l) >>> 0;
    for (let channel = 0; channel < channels; channel++) {
      output[to] = heap[from];
      to = (to + channelStride) | 0;
      from = (from + tileStep) | 0;
    }
    if (++j === gridColumns) {
      j = 0;
      if (++i === gridRows) i = 0, image++;
    }
  }
}

/** `storePixelsFloat32` for float64. */
export function storePixelsFloat64(
  output: Float64Array,
  heap: Float64Array,
  tile: number,
  tileStep: number,
  channels: number,
  firstPixel: number,
  pixels: number,
  gridRows: number,
  gridColumns: number,
  address: number,
  imageStride: number,
  channelStride: number,
  rowStride: number,
  columnStride: number,
): void {
  const line = Math.floor(firstPixel / gridColumns);
  let j = firstPixel - line * gridColumns;
  let image = Math.floor(line / gridRows);
  let i = line - image * gridRows;
  for (let l = 0; l < pixels; l++) {
    let to = (address + image * imageStride + i * rowStride + j * columnStride) >>> 0;
    let from = (tile + l) >>> 0;
    for (let channel = 0; channel < channels; channel++) {
      output[to] = heap[from];
      to = (to + channelStride) | 0;
      from = (from + tileStep) | 0;
    }
    if (++j === gridColumns) {
      j = 0;
      if (++i === gridRows) i = 0, image++;
    }
  }
}
