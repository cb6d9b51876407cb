/**
 * Bands of rows of some channels of an image whose channels are neighbours, copied with their padding to where a pixel of them is
 * a line or a few of the cache (`depthwise_across.ts`).
 *
 * @module
 */
import type { Views } from "../kernel.ts";
import type { Local, ModuleBuilder } from "./assembler.ts";
import { extentAcross, type Reach, reachAcross } from "./depthwise_across_plan.ts";
import { functionsOf, packingOf } from "./instances.ts";
import { f32, i32 } from "./scalar.ts";
import { v128 } from "./vector.ts";
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
 * and columns of the window; steps, origins and shifts of rows and columns; channels and rows at a time.
 */
export function bandOf(heap: Float64Array, at: number): AcrossBand {
  const down = reachAcross(heap[at + 15], heap[at + 19], heap[at + 21]);
  const across = reachAcross(heap[at + 16], heap[at + 20], heap[at + 22]);
  const [stepRow, stepColumn, pixel] = [heap[at + 17], heap[at + 18], 4 * heap[at + 23]];
  const pitch = extentAcross(across, heap[at + 14], stepColumn);
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
  { memory }: Views,
  { down, lines, pitch, column, pixel, rowStep }: AcrossBand,
  to: number,
  address: number,
  [rowStride, columnStride]: readonly [number, number],
  rows: number,
  first: number,
  depth: number,
): void {
  const packing = packingOf(memory);
  const line = pitch * pixel;
  const row = inside({ step: 1 }, down.low + first * rowStep / line, 0, lines, rows);
  packing.clear(to, row.from * line);
  packing.clear(to + (row.from + row.count) * line, (lines - row.from - row.count) * line);
  if (row.count === 0 || column.count === 0) return;
  const from = address + row.source * rowStride + column.source * columnStride;
  // deno-fmt-ignore
  copyPixelsOf(memory)(from, rowStride, columnStride, to + row.from * line + pixel * column.from, line, pixel,
    row.count, column.count, depth);
}

/** Copies the first channels of rows of pixels: addresses and strides here and there, rows, columns and channels. */
type CopyPixels = (
  from: number,
  fromRow: number,
  fromColumn: number,
  to: number,
  toRow: number,
  toColumn: number,
  rows: number,
  columns: number,
  channels: number,
) => void;

const I32 = "i32";

function defineCopyPixels(module: ModuleBuilder): void {
  // deno-fmt-ignore
  module.define("copyPixels", [I32, I32, I32, I32, I32, I32, I32, I32, I32], null,
    (f, from, fromRow, fromColumn, to, toRow, toColumn, rows, columns, channels) => {
      const [at, into, left, offset] = [1, 2, 3, 4].map(() => f.local(I32));
      const last = f.local(I32, i32.shl(i32.sub(channels, 4), 2));
      const four = (place: Local<"i32">): void => f.store("v128", i32.add(into, place), v128.load(i32.add(at, place)));
      const overPixels = (pixel: () => void): void => f.while(rows, () => {
        f.set(at, from);
        f.set(into, to);
        f.set(left, columns);
        f.while(left, () => {
          pixel();
          f.advance(at, fromColumn);
          f.advance(into, toColumn);
          f.advance(left, -1);
        });
        f.advance(from, fromRow);
        f.advance(to, toRow);
        f.advance(rows, -1);
      });
      f.if(i32.eq(channels, 16), () => overPixels(() => {
        for (let v = 0; v < 4; v++) f.store("v128", into, v128.load(at, 16 * v), 16 * v);
      }));
      f.if(i32.geS(last, 0), () => overPixels(() => {
        f.set(offset, 0);
        f.until(offset, last, 16, () => four(offset));
        four(last);
      }));
      overPixels(() => {
        f.set(offset, 0);
        f.until(offset, i32.shl(channels, 2), 4, () =>
          f.store("f32", i32.add(into, offset), f32.load(i32.add(at, offset))));
      });
    });
}

/** Copies some channels of pixels. */
export function copyPixelsOf(memory: WebAssembly.Memory): CopyPixels {
  return functionsOf<{ readonly copyPixels: CopyPixels }>(memory, "copyPixels", defineCopyPixels).copyPixels;
}
