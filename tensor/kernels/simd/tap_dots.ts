/**
 * The gradient of a convolution for its weights where a group has few output channels: each tap of the window has a
 * vector of sums, which runs over the pixels of a band.
 *
 * @module
 */
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { functionsOf } from "./instances.ts";
import type { Packing } from "./pack.ts";
import { copyLines } from "./planes.ts";
import { f32, i32 } from "./scalar.ts";
import { multiplyAdd } from "./tile.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";

/** The most output channels of a group for which sums run over vectors of pixels: with one input channel, or more. */
const FEW_ROWS = [16, 6] as const;

/** The most taps that are written out. */
const DOT_TAPS = 128;

/** Whether sums run over vectors of pixels for these output and input channels of a group. */
export function isDotted(outputs: number, inputs: number, taps: number): boolean {
  return outputs <= FEW_ROWS[inputs === 1 ? 0 : 1] && taps <= DOT_TAPS;
}

/** Pixels whose sums run on in vectors. */
const DOT_PIXELS = 1024;

/**
 * The products of what each tap sees of a plane with a cotangent, added up and then added to what is at `sums`,
 * a number for each tap; for `count` of each, so far apart. Addresses, rows and steps: bytes; `width` counts elements,
 * which are neighbours.
 *
 * Four partial sums run over the columns modulo 4, two rows at a time, and are added as (0 + 1) + (2 + 3).
 */
export type TapDots = (
  plane: number,
  cotangent: number,
  cotangentRow: number,
  lines: number,
  width: number,
  sums: number,
  count: number,
  planeStep: number,
  cotangentStep: number,
  sumStep: number,
) => void;

/** The most taps that `TapDots` sums at once. */
const TAPS_AT_ONCE = 12;

/** The first `left` elements, of one to three, with zeros behind them; nothing more is read. */
function loadFirst(f: FunctionBuilder, address: Expression<"i32">, left: Expression<"i32">): Local<"v128"> {
  const value = f.local("v128", v128.load32Zero(address));
  for (const lane of [1, 2]) {
    f.if(
      i32.gtU(left, lane),
      () => f.set(value, f32x4.replaceLane(value, lane, f32.load(address, 4 * lane))),
    );
  }
  return value;
}

/** Which taps of which of two lines see each place of a plane, so that what both see is read once. */
function usesOf(
  places: readonly number[],
  lines: number,
  planeRow: number,
): ReadonlyMap<number, readonly (readonly [tap: number, line: number])[]> {
  const uses = new Map<number, [number, number][]>();
  for (let line = 0; line < lines; line++) {
    places.forEach((place, tap) => {
      const at = place + line * planeRow;
      const list = uses.get(at);
      if (list === undefined) uses.set(at, [[tap, line]]);
      else list.push([tap, line]);
    });
  }
  return uses;
}

function defineTapDots(
  module: ModuleBuilder,
  offsets: readonly number[],
  planeRow: number,
  relaxed: boolean,
): void {
  const madd = multiplyAdd(relaxed);
  const parameters = ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;
  // deno-fmt-ignore
  module.define("run", parameters, null, (f, plane, cotangent, cotangentRow, lines, width, sums, count,
    planeStep, cotangentStep, sumStep) => {
    const [from, beside, left, line] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
    const [row, other] = [f.local("i32"), f.local("i32")];
    const [seen, ...values] = [f.local("v128"), f.local("v128"), f.local("v128")];
    const rest = f.local("i32", i32.and(width, 3));
    // The lanes of what is left of a row.
    const mask = f.local("v128", i32x4.ltU(v128.constI32x4(0, 1, 2, 3), i32x4.splat(rest)));
    const parts = Math.ceil(offsets.length / TAPS_AT_ONCE);
    const size = Math.ceil(offsets.length / parts);
    f.while(count, () => {
      for (let first = 0; first < offsets.length; first += size) {
        const places = offsets.slice(first, first + size);
        const dots = places.map(() => f.local("v128"));
        for (const dot of dots) f.set(dot, v128.constI32x4(0));
        f.set(row, plane);
        f.set(other, cotangent);
        f.set(line, lines);
        for (const together of [2, 1]) {
          const rows = values.slice(0, together);
          const uses = usesOf(places, together, planeRow);
          const address = (line: number): Expression<"i32"> => line === 0 ? beside : i32.add(beside, cotangentRow);
          const sum = (see: (value: Expression<"v128">) => Expression<"v128">): void =>
            uses.forEach((taps, place) => {
              f.set(seen, see(v128.load(from, place)));
              for (const [tap, line] of taps) f.set(dots[tap], madd(values[line], seen, dots[tap]));
            });
          f.while(i32.geU(line, together), () => {
            f.set(from, row);
            f.set(beside, other);
            f.set(left, width);
            f.while(i32.geU(left, 4), () => {
              rows.forEach((value, line) => f.set(value, v128.load(address(line))));
              sum((value) => value);
              f.advance(from, 16);
              f.advance(beside, 16);
              f.advance(left, -4);
            });
            f.if(rest, () => {
              rows.forEach((value, line) => f.set(value, loadFirst(f, address(line), rest)));
              sum((value) => v128.and(value, mask));
            });
            f.advance(row, together * planeRow);
            f.advance(other, i32.mul(cotangentRow, together));
            f.advance(line, -together);
          });
        }
        dots.forEach((dot, tap) => {
          const lane = (l: number): Expression<"f32"> => f32x4.extractLane(dot, l);
          const sum = f32.add(f32.add(lane(0), lane(1)), f32.add(lane(2), lane(3)));
          const offset = 4 * (first + tap);
          f.store("f32", sums, f32.add(f32.load(sums, offset), sum), offset);
        });
      }
      f.advance(plane, planeStep);
      f.advance(cotangent, cotangentStep);
      f.advance(sums, sumStep);
      f.advance(count, -1);
    });
  });
}

/** The micro-kernel of the gradient for taps that see a plane from these bytes on, whose rows are `planeRow` bytes. */
export function tapDotsOf(
  memory: WebAssembly.Memory,
  offsets: readonly number[],
  planeRow: number,
  relaxed: boolean,
): TapDots {
  return functionsOf<{ readonly run: TapDots }>(
    memory,
    `tapDots|${relaxed}|${planeRow}|${offsets.join()}`,
    (module) => defineTapDots(module, offsets, planeRow, relaxed),
  ).run;
}

/** The cotangents of some output channels under the taps of one plane each. Addresses and strides: bytes. */
export interface Dots {
  /** The planes. */
  readonly planes: number;
  /** Bytes of a plane of a channel. */
  readonly channelBytes: number;
  /** Bytes of a line of a plane. */
  readonly planeRow: number;
  /** The cotangents. */
  readonly cotangent: number;
  /** Stride over output channels. */
  readonly outChannel: number;
  /** Stride over rows. */
  readonly outRow: number;
  /** Stride over columns. */
  readonly outColumn: number;
  /** Groups, and the output and the input channels of each. */
  readonly channels: readonly [groups: number, outputs: number, inputs: number];
  /** Rows and columns. */
  readonly extents: readonly [number, number];
  /** Taps of the window. */
  readonly taps: number;
  /** Sums, of each tap of each input channel of each output channel. */
  readonly sums: number;
  /** Memory for cotangents that are packed. */
  readonly packed: number;
  /** How many elements have room there; at least a row. */
  readonly room: number;
}

/** Adds to the sums. */
export function addDots(tapDots: TapDots, packing: Packing, dots: Dots): void {
  const { planes, channelBytes, planeRow, outChannel, outRow, outColumn, taps, sums, packed, room } = dots;
  const { channels: [groups, outputs, inputs], extents: [lines, columns] } = dots;
  const all = groups * outputs;
  const packs = outColumn !== 4;
  // The channels whose cotangents are packed at a time: all, or where they have no room one after the other.
  const together = packs && all * columns > room ? 1 : all;
  const most = Math.min(DOT_PIXELS, packs ? Math.floor(room / together) : DOT_PIXELS);
  const height = Math.max(1, Math.floor(most / columns));
  const rows = Math.min(outputs, together);
  const sets = together / rows;
  for (let first = 0; first < all; first += together) {
    for (let line = 0; line < lines; line += height) {
      const count = Math.min(height, lines - line);
      let [y, yRow, yChannel] = [dots.cotangent + first * outChannel + line * outRow, outRow, outChannel];
      if (packs) {
        const toChannel = 4 * count * columns;
        const there = [outChannel, outRow, outColumn] as const;
        copyLines(packing, y, there, packed, [toChannel, 4 * columns], [together, count, columns]);
        [y, yRow, yChannel] = [packed, 4 * columns, toChannel];
      }
      const from = planes + Math.floor(first / outputs) * inputs * channelBytes + line * planeRow;
      // Steps of planes, cotangents and sums over groups, and over the output channels of one; one call for the many.
      const overGroups = [inputs * channelBytes, outputs * yChannel, 4 * outputs * inputs * taps];
      const overRows = [0, yChannel, 4 * inputs * taps];
      const [times, calls] = sets >= rows ? [rows, sets] : [sets, rows];
      const [outer, inner] = sets >= rows ? [overRows, overGroups] : [overGroups, overRows];
      for (let i = 0; i < times; i++) {
        for (let input = 0; input < inputs; input++) {
          // deno-fmt-ignore
          tapDots(from + i * outer[0] + input * channelBytes, y + i * outer[1], yRow, count, columns,
            sums + 4 * (first * inputs + input) * taps + i * outer[2], calls, inner[0], inner[1], inner[2]);
        }
      }
    }
  }
}
