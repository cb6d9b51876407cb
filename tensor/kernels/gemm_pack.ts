/**
 * Between strided operands and the packed panels of `gemm.ts`.
 *
 * Each function stands twice, for float32 and for float64: an engine compiles one loop for one kind of array,
 * and a loop that has seen both is slow for both.
 *
 * @module
 */
import { PANEL } from "./gemm.ts";

/**
 * Packs `lanes` rows (or columns) of an operand, for k from `begin` to `end`, into panels at `to`.
 *
 * The index k counts over (tapRow, tapColumn, channel), the channel fastest, so the element of lane l is at
 *
 *     address + l laneStride + tapRow rowStride + tapColumn columnStride + channel channelStride
 *
 * A plain matrix has a single tap and `channels` is its inner extent. Lanes beyond `lanes` are zeros.
 */
export function packLanesFloat32(
  source: Float32Array,
  heap: Float64Array,
  to: number,
  address: number,
  lanes: number,
  laneStride: number,
  rowStride: number,
  columnStride: number,
  channelStride: number,
  tapColumns: number,
  channels: number,
  begin: number,
  end: number,
): void {
  const step = channelStride | 0;
  const firstTap = Math.floor(begin / channels);
  const firstChannel = begin - firstTap * channels;
  const firstTapRow = Math.floor(firstTap / tapColumns);
  const firstTapColumn = firstTap - firstTapRow * tapColumns;
  let p = to >>> 0;
  for (let lane = 0; lane < lanes; lane += PANEL) {
    const present = Math.min(PANEL, lanes - lane);
    let k = begin, channel = firstChannel, tapRow = firstTapRow, tapColumn = firstTapColumn;
    while (k < end) {
      const run = Math.min(end - k, channels - channel);
      const stop = (p + PANEL * run) >>> 0;
      let a0 = (address + lane * laneStride + tapRow * rowStride + tapColumn * columnStride +
        channel * channelStride) | 0;
      if (present === PANEL) {
        let a1 = (a0 + laneStride) | 0;
        let a2 = (a1 + laneStride) | 0;
        let a3 = (a2 + laneStride) | 0;
        for (; p < stop; p = (p + PANEL) | 0) {
          heap[p] = source[a0];
          heap[p + 1] = source[a1];
          heap[p + 2] = source[a2];
          heap[p + 3] = source[a3];
          a0 = (a0 + step) | 0, a1 = (a1 + step) | 0, a2 = (a2 + step) | 0, a3 = (a3 + step) | 0;
        }
      } else {
        for (; p < stop; p = (p + PANEL) | 0) {
          for (let l = 0; l < PANEL; l++) heap[p + l] = l < present ? source[a0 + l * laneStride] : 0;
          a0 = (a0 + step) | 0;
        }
      }
      k += run;
      channel = 0;
      if (++tapColumn === tapColumns) tapColumn = 0, tapRow++;
    }
  }
}

/** `packLanesFloat32` for a float64 operand. */
export function packLanesFloat64(
  source: Float64Array,
  heap: Float64Array,
  to: number,
  address: number,
  lanes: number,
  laneStride: number,
  rowStride: number,
  columnStride: number,
  channelStride: number,
  tapColumns: number,
  channels: number,
  begin: number,
  end: number,
): void {
  const step = channelStride | 0;
  const firstTap = Math.floor(begin / channels);
  const firstChannel = begin - firstTap * channels;
  const firstTapRow = Math.floor(firstTap / tapColumns);
  const firstTapColumn = firstTap - firstTapRow * tapColumns;
  let p = to >>> 0;
  for (let lane = 0; lane < lanes; lane += PANEL) {
    const present = Math.min(PANEL, lanes - lane);
    let k = begin, channel = firstChannel, tapRow = firstTapRow, tapColumn = firstTapColumn;
    while (k < end) {
      const run = Math.min(end - k, channels - channel);
      const stop = (p + PANEL * run) >>> 0;
      let a0 = (address + lane * laneStride + tapRow * rowStride + tapColumn * columnStride +
        channel * channelStride) | 0;
      if (present === PANEL) {
        let a1 = (a0 + laneStride) | 0;
        let a2 = (a1 + laneStride) | 0;
        let a3 = (a2 + laneStride) | 0;
        for (; p < stop; p = (p + PANEL) | 0) {
          heap[p] = source[a0];
          heap[p + 1] = source[a1];
          heap[p + 2] = source[a2];
          heap[p + 3] = source[a3];
          a0 = (a0 + step) | 0, a1 = (a1 + step) | 0, a2 = (a2 + step) | 0, a3 = (a3 + step) | 0;
        }
      } else {
        for (; p < stop; p = (p + PANEL) | 0) {
          for (let l = 0; l < PANEL; l++) heap[p + l] = l < present ? source[a0 + l * laneStride] : 0;
          a0 = (a0 + step) | 0;
        }
      }
      k += run;
      channel = 0;
      if (++tapColumn === tapColumns) tapColumn = 0, tapRow++;
    }
  }
}

/**
 * Stores `rows` by `columns` of the tile at `tile`, whose rows lie `step` apart, into the row-major output at
 * `address`, whose rows lie `rowStride` apart. Each element is rounded here, once.
 */
export function storeTileFloat32(
  output: Float32Array,
  heap: Float64Array,
  tile: number,
  step: number,
  address: number,
  rowStride: number,
  rows: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++) {
    const from = (tile + i * step) >>> 0;
    const to = (address + i * rowStride) >>> 0;
    for (let j = 0; j < columns; j++) output[to + j] = heap[from + j];
  }
}

/** `storeTileFloat32` for a float64 output. */
export function storeTileFloat64(
  output: Float64Array,
  heap: Float64Array,
  tile: number,
  step: number,
  address: number,
  rowStride: number,
  rows: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++) {
    const from = (tile + i * step) >>> 0;
    const to = (address + i * rowStride) >>> 0;
    for (let j = 0; j < columns; j++) output[to + j] = heap[from + j];
  }
}
