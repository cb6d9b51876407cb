/**
 * Between images and the packed panels of `gemm.ts` where the weights are the lanes and the pixels the sum: the
 * operand of a convolution's gradient for its weights.
 *
 * Each function stands twice, for float32 and for float64: an engine compiles one loop for one kind of array,
 * and a loop that has seen both is slow for both.
 *
 * @module
 */
import { packRunFloat32, packRunFloat64 } from "./convolution_pack.ts";
import { PANEL } from "./gemm.ts";

/**
 * Packs, for `lanes` weights counted over (channel, tapRow, tapColumn), what each of them sees of the source at
 * the output pixels `begin` to `end`, counted over (image, i, j) of a grid `gridRows` by `gridColumns`:
 *
 *     row = originRow + i stepRow + tapRow shiftRow,  column = originColumn + j stepColumn + tapColumn shiftColumn
 *
 * or zero where that is outside of the source.
 */
export function packColumnsFloat32(
  source: Float32Array,
  heap: Float64Array,
  to: number,
  address: number,
  firstLane: number,
  lanes: number,
  tapRows: number,
  tapColumns: number,
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
  gridRows: number,
  gridColumns: number,
  begin: number,
  end: number,
): void {
  const step = (stepColumn * columnStride) | 0;
  const length = end - begin;
  const padded = Math.ceil(lanes / PANEL) * PANEL;
  const firstLine = Math.floor(begin / gridColumns);
  for (let l = 0; l < padded; l++) {
    let p = (to + (l >>> 2) * PANEL * length + (l & 3)) >>> 0;
    if (l >= lanes) {
      packRunFloat32(source, heap, p, 0, 0, length, false);
      continue;
    }
    const tap = firstLane + l;
    const tapLine = Math.floor(tap / tapColumns);
    const channel = Math.floor(tapLine / tapRows);
    const row = originRow + (tapLine - channel * tapRows) * shiftRow;
    const column = originColumn + (tap - tapLine * tapColumns) * shiftColumn;
    const start = address + channel * channelStride + column * columnStride;
    // The pixels j of a line whose column is inside the source.
    const low = Math.ceil(-column / stepColumn);
    const high = Math.floor((sourceColumns - 1 - column) / stepColumn) + 1;
    let first = begin - firstLine * gridColumns;
    let image = Math.floor(firstLine / gridRows);
    let i = firstLine - image * gridRows;
    for (let rest = length; rest > 0;) {
      const last = Math.min(gridColumns, first + rest);
      const y = row + i * stepRow;
      const inside = y >= 0 && y < sourceRows;
      const from = inside ? Math.min(last, Math.max(first, low)) : last;
      const stop = Math.max(from, Math.min(last, high));
      for (let j = first; j < from; j++, p = (p + PANEL) | 0) heap[p] = 0;
      let q = (start + image * imageStride + y * rowStride + from * step) | 0;
      for (let j = from; j < stop; j++, p = (p + PANEL) | 0, q = (q + step) | 0) heap[p] = source[q];
      for (let j = stop; j < last; j++, p = (p + PANEL) | 0) heap[p] = 0;
      rest -= last - first;
      first = 0;
      if (++i === gridRows) i = 0, image++;
    }
  }
}

/** `packColumnsFloat32` for float64. */
export function packColumnsFloat64(
  source: Float64Array,
  heap: Float64Array,
  to: number,
  address: number,
  firstLane: number,
  lanes: number,
  tapRows: number,
  tapColumns: number,
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
  gridRows: number,
  gridColumns: number,
  begin: number,
  end: number,
): void {
  const step = (stepColumn * columnStride) | 0;
  const length = end - begin;
  const padded = Math.ceil(lanes / PANEL) * PANEL;
  const firstLine = Math.floor(begin / gridColumns);
  for (let l = 0; l < padded; l++) {
    let p = (to + (l >>> 2) * PANEL * length + (l & 3)) >>> 0;
    if (l >= lanes) {
      packRunFloat64(source, heap, p, 0, 0, length, false);
      continue;
    }
    const tap = firstLane + l;
    const tapLine = Math.floor(tap / tapColumns);
    const channel = Math.floor(tapLine / tapRows);
    const row = originRow + (tapLine - channel * tapRows) * shiftRow;
    const column = originColumn + (tap - tapLine * tapColumns) * shiftColumn;
    const start = address + channel * channelStride + column * columnStride;
    // The pixels j of a line whose column is inside the source.
    const low = Math.ceil(-column / stepColumn);
    const high = Math.floor((sourceColumns - 1 - column) / stepColumn) + 1;
    let first = begin - firstLine * gridColumns;
    let image = Math.floor(firstLine / gridRows);
    let i = firstLine - image * gridRows;
    for (let rest = length; rest > 0;) {
      const last = Math.min(gridColumns, first + rest);
      const y = row + i * stepRow;
      const inside = y >= 0 && y < sourceRows;
      const from = inside ? Math.min(last, Math.max(first, low)) : last;
      const stop = Math.max(from, Math.min(last, high));
      for (let j = first; j < from; j++, p = (p + PANEL) | 0) heap[p] = 0;
      let q = (start + image * imageStride + y * rowStride + from * step) | 0;
      for (let j = from; j < stop; j++, p = (p + PANEL) | 0, q = (q + step) | 0) heap[p] = source[q];
      for (let j = stop; j < last; j++, p = (p + PANEL) | 0) heap[p] = 0;
      rest -= last - first;
      first = 0;
      if (++i === gridRows) i = 0, image++;
    }
  }
}
