/**
 * Bands of rows of some channels of an image, whose channels or columns are neighbours, copied with their padding to where a pixel of them is
 * a line or a few of the cache (`depthwise_across.ts`).
 *
 * @module
 */
import { extentAcross, type Reach, reachAcross } from "./depthwise_across_plan.ts";
import type { Packing } from "./pack.ts";
import { type Inside, inside } from "./window_axis.ts";

/** The form of a band. */
export interface AcrossBand {
  /** What the taps see of rows. */
  readonly down: Reach;
  /** What they see of columns. */
  readonly across: Reach;
  /** Lines of a band. */
  readonly lines: number;
  /** Pixels of a line. */
  readonly pitch: number;
  /** The columns that lie in the image. */
  readonly column: Inside;
  /** Bytes from a pixel to the next. */
  readonly pixel: number;
  /** Bytes from what a row of the target sees to what the next one does. */
  readonly rowStep: number;
  /** Bytes from what a pixel of the target sees to what the next one does. */
  readonly step: number;
}

/**
 * Reads the form from the arguments of a kernel: at index 5 columns of the image; from index 14 on columns of the target; rows
 * and columns of the window; steps, origins and shifts of rows and columns; channels and rows at a time. The target has
 * `expansion` phases of rows and of columns.
 */
export function bandOf(heap: Float64Array, at: number, expansion: readonly number[]): AcrossBand {
  const [down, across] = [0, 1].map((i) =>
    reachAcross(heap[at + 15 + i], expansion[i], heap[at + 17 + i], heap[at + 19 + i], heap[at + 21 + i])
  );
  const [stepRow, stepColumn, pixel] = [heap[at + 17], heap[at + 18], 4 * heap[at + 23]];
  const pitch = extentAcross(across, Math.ceil(heap[at + 14] / expansion[1]), stepColumn);
  return {
    ...{ down, across, lines: extentAcross(down, heap[at + 24], stepRow), pitch, pixel },
    column: inside({ step: 1 }, across.low, 0, pitch, heap[at + 5]),
    ...{ rowStep: pixel * pitch * stepRow, step: pixel * stepColumn },
  };
}

/** Bytes of a band. */
export function bandBytes({ lines, pitch, pixel }: AcrossBand): number {
  return lines * pitch * pixel;
}

/**
 * Copies `depth` channels of an image of so many rows to byte `to`, where the columns beyond the image are zeros already, from
 * what the target row with number `first` sees on. Address and strides of the image: bytes.
 */
export function fillBand(
  packing: Packing,
  { down, lines, pitch, column, pixel, rowStep }: AcrossBand,
  to: number,
  address: number,
  strides: readonly [row: number, column: number, channel: number],
  rows: number,
  first: number,
  depth: number,
): void {
  const line = pitch * pixel;
  const row = inside({ step: 1 }, down.low + first * rowStep / line, 0, lines, rows);
  packing.clear(to, row.from * line);
  packing.clear(to + (row.from + row.count) * line, (lines - row.from - row.count) * line);
  if (row.count === 0 || column.count === 0) return;
  const from = address + row.source * strides[0] + column.source * strides[1];
  const target = to + row.from * line + pixel * column.from;
  copyChannels(packing, from, strides, target, line, pixel, row.count, column.count, depth);
}

/** Copies some channels of rows of pixels, whose channels or columns are neighbours; strides over rows, columns and channels. */
export function copyChannels(
  packing: Packing,
  from: number,
  [fromRow, fromColumn, fromChannel]: readonly [number, number, number],
  to: number,
  toRow: number,
  toColumn: number,
  rows: number,
  columns: number,
  channels: number,
): void {
  if (fromChannel === 4) {
    packing.copyPixels(from, fromRow, fromColumn, to, toRow, toColumn, rows, columns, channels);
  } else packing.turnPixels(from, fromRow, fromChannel, to, toRow, toColumn, rows, columns, channels);
}
