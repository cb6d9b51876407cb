/**
 * Copies of images with their padding, in which what a tap of a window sees are neighbours.
 *
 * @module
 */
import type { Views } from "../kernel.ts";
import { packingOf } from "./instances.ts";
import type { Packing } from "./pack.ts";
import { type Inside, inside, type Tap, type WindowAxis } from "./window_axis.ts";

/** The form of the planes of a channel: for each split of the rows and of the columns, one of these sizes. */
export interface Planes {
  /** The axis of rows. */
  readonly down: WindowAxis;
  /** The axis of columns. */
  readonly across: WindowAxis;
  /** Rows of a plane. */
  readonly lines: number;
  /** Columns of a plane. */
  readonly pitch: number;
}

/** What is copied. Addresses and strides: bytes. */
export interface PlaneSource {
  /** Address of the first element of the first channel. */
  readonly address: number;
  /** Channels. */
  readonly channels: number;
  /** The row of the splits that the planes begin with. */
  readonly first: number;
  /** Rows of the source. */
  readonly rows: number;
  /** Columns of the source. */
  readonly columns: number;
  /** Stride over channels. */
  readonly channelStride: number;
  /** Stride over rows. */
  readonly rowStride: number;
  /** Stride over columns. */
  readonly columnStride: number;
}

/** The byte that the first element of a target sees under a tap of the rows and one of the columns. */
export type Places = (below: Tap, beside: Tap) => number;

/** What taps see of the planes of a channel. */
export function placesOf({ across, lines, pitch }: Planes): Places {
  return (below, beside) =>
    4 * pitch * (lines * (below.split * across.starts.length + beside.split) + below.line) + 4 * beside.line;
}

/** What taps see of an image whose rows are so many bytes apart and that none of them leaves. */
export function placesIn(down: WindowAxis, across: WindowAxis, rowStride: number): Places {
  return (below, beside) =>
    (down.starts[below.split] + below.line * down.step) * rowStride + 4 * (across.starts[0] + beside.line);
}

/** Channels from which those that are neighbours are turned by vectors. */
const TURNED = 4;

/**
 * Copies lines of channels to where their columns are neighbours. Strides, in bytes: over channels, lines and columns there,
 * over channels and lines here.
 */
export function copyLines(
  packing: Packing,
  from: number,
  [channelStride, lineStride, columnStride]: readonly [number, number, number],
  to: number,
  [toChannel, toLine]: readonly [number, number],
  [channels, lines, columns]: readonly [number, number, number],
): void {
  if (channelStride === 4 && columnStride !== 4 && channels >= TURNED) {
    for (let i = 0; i < lines; i++) {
      packing.turn(from + i * lineStride, columnStride, to + i * toLine, toChannel, columns, channels);
    }
    return;
  }
  // deno-fmt-ignore
  packing.move(from, to, 1, channels, lines, columns, 0, channelStride, lineStride, columnStride,
    0, toChannel, toLine, 4);
}

/** Fills the planes at byte `to`: channel by channel, the splits of the rows, then those of the columns. */
export function fillPlanes(views: Views, planes: Planes, to: number, source: PlaneSource): void {
  const { down, across, lines, pitch } = planes;
  const { channels, rowStride, columnStride } = source;
  const packing = packingOf(views.memory);
  const planeBytes = 4 * lines * pitch;
  const channelBytes = planeBytes * down.starts.length * across.starts.length;
  const columns = across.starts.map((right) => inside(across, right, 0, pitch, source.columns));
  const rows = down.starts.map((lower) => inside(down, lower, source.first, lines, source.rows));
  if (rows.some(({ count }) => count < lines) || columns.some(({ count }) => count < pitch)) {
    packing.clear(to, channels * channelBytes);
  }
  const halves = across.step === 2 && columnStride === 4 ? halvesOf(columns) : null;
  rows.forEach((line, i) => {
    if (line.count <= 0) return;
    const from = source.address + line.source * rowStride;
    const lineStride = down.step * rowStride;
    const plane = (split: number): number =>
      to + (i * columns.length + split) * planeBytes + 4 * (line.from * pitch + columns[split].from);
    if (halves !== null) {
      const { even, odd, count } = halves;
      // deno-fmt-ignore
      packing.halve(from + 4 * columns[even].source, source.channelStride, lineStride, plane(even), plane(odd),
        channelBytes, 4 * pitch, channels, line.count, count, columns[even].count - count, columns[odd].count - count);
      return;
    }
    columns.forEach((column, split) => {
      if (column.count <= 0) return;
      const start = from + column.source * columnStride;
      const strides = [source.channelStride, lineStride, across.step * columnStride] as const;
      const extents = [channels, line.count, column.count] as const;
      copyLines(packing, start, strides, plane(split), [channelBytes, 4 * pitch], extents);
    });
  });
}

/** Two splits of the columns of which each has every other one, from neighbours on. */
export interface Halves {
  /** The number of the split that begins first. */
  readonly even: number;
  /** The number of the other one. */
  readonly odd: number;
  /** Columns that both have; either may have one more. */
  readonly count: number;
}

/** The two halves of these columns; null where they are none. */
export function halvesOf(columns: readonly Inside[]): Halves | null {
  if (columns.length !== 2) return null;
  const [even, odd] = columns[0].source < columns[1].source ? [0, 1] : [1, 0];
  const count = Math.min(columns[0].count, columns[1].count);
  const fits = count > 0 && columns[odd].source === columns[even].source + 1 &&
    columns.every((column) => column.count <= count + 1);
  return fits ? { even, odd, count } : null;
}
