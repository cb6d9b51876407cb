/**
 * Maximum pooling in WebAssembly that finds the greatest of columns first, four beside each other: what a window sees of them are
 * lanes of neighbouring vectors, so that windows that overlap read an element once for each of their rows, and what is
 * beyond the image is a lane as any other.
 *
 * @module
 */
import { poolShape, type PoolSizes } from "../pooling_sizes.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { EXTREMES } from "./extremes.ts";
import { storeFirst } from "./lanes.ts";
import { chosen } from "./max_pooling_gradient.ts";
import {
  after,
  overRowsOfPlanes,
  type PoolForm,
  positive,
  readPoolArguments,
  smaller,
} from "./pooling_window.ts";
import { i32 } from "./scalar.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";

type Vector = Expression<"v128">;
type Vectors = readonly Local<"v128">[];

/** The most rows of a window, for each of which there is an address. */
const MOST_ROWS = 9;

/** Elements of a window that are too few to pay for their order as integers. */
const FEW_TAPS = 2;

/** What is constant in the code beside the form. */
export interface PoolLine {
  /** Columns of the image. */
  readonly columns: number;
  /** Columns of the output. */
  readonly outColumns: number;
  /** Padding before the columns. */
  readonly low: number;
}

/** A column of a window: the vectors of every `step`-th column that have it, and the lane of the first window. */
interface Seen {
  /** The number of the vectors. */
  readonly phase: number;
  /** The lane, from -4 to 4, counted from the first of the vector that is as far along as the windows. */
  readonly lane: number;
}

/** Where four neighbouring windows see each of their columns. */
function seenColumns(columns: number, step: number, low: number): readonly Seen[] {
  return Array.from({ length: columns }, (_, tap) => {
    const lane = Math.floor((tap - low) / step);
    return { phase: tap - low - lane * step, lane };
  });
}

/** The line of a pooling of float32 whose columns are neighbours and that can go by columns first; else null. */
export function poolLine(sizes: PoolSizes): PoolLine | null {
  const { image, window, strides: [, step], padding } = sizes;
  const [low] = padding[1];
  // A window of padding alone has no row and no column that could be read instead.
  const fits = window[0] * window[1] > FEW_TAPS && step <= 2 && image[3] >= 4 && window[0] <= MOST_ROWS &&
    padding.every((ends, axis) => ends.every((end) => end < window[axis])) &&
    seenColumns(window[1], step, low).every(({ lane }) => Math.abs(lane) <= 4);
  return fits ? { columns: image[3], outColumns: poolShape(sizes)[3], low } : null;
}

/** Defines the kernel. One unit is a row of the output. */
export function defineMaxPoolColumns(module: ModuleBuilder, form: PoolForm, line: PoolLine): void {
  const { window, strides: [down, step] } = form;
  const { columns, outColumns, low } = line;
  const seen = seenColumns(window[1], step, low);
  const block = 4 * step;
  const loops = Math.max(0, Math.min(Math.floor(columns / block) - 1, outColumns >>> 2));
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, argumentsAt, begin, end) => {
    const a = readPoolArguments(f, form, argumentsAt, 2, 1);
    const [image, output] = a.operands;
    const [steps] = a.strides;
    const rows = Array.from({ length: window[0] }, () => f.local("i32"));
    const [before, here, behind] = [0, 1, 2].map(() => Array.from({ length: step }, () => f.local("v128")));
    const [none, magnitude] = [f.local("v128", i32x4.splat(LEAST)), f.local("v128", i32x4.splat(MAGNITUDE))];
    const set = (to: Vectors, from: readonly Vector[]): void =>
      to.forEach((local, i) => f.set(local, from[i]));
    const parts = Array.from({ length: step }, () => f.local("v128"));

    /** Makes `to` the columns that are so many bytes after the addresses, of which so many are of the image. */
    const read = (to: Vectors, bytes: number, count: number): void => {
      parts.forEach((part, v) => {
        const own = Math.max(0, Math.min(4, count - 4 * v));
        if (own === 0) return f.set(part, none);
        // Of the last four columns some were there before.
        const at = own === 4 ? bytes + 16 * v : bytes + 4 * (count - 4);
        f.set(part, greatestOfRows(f, form, rows, at, magnitude));
        if (own < 4) {
          f.set(
            part,
            f32x4.shuffle(
              part,
              none,
              [0, 1, 2, 3].map((i) => i < own ? 4 - own + i : 4),
            ),
          );
        }
      });
      set(
        to,
        step === 1 ? parts : to.map((_, i) => f32x4.shuffle(parts[0], parts[1], [i, i + 2, i + 4, i + 6])),
      );
    };
    const result = f.local("v128");
    const greatest = (): Local<"v128"> => {
      seen.forEach(({ phase, lane }, tap) => {
        const [first, second] = lane < 0 ? [before, here] : [here, behind];
        const from = lane < 0 ? lane + 4 : lane;
        const value = from === 0
          ? first[phase]
          : from === 4
          ? second[phase]
          : f32x4.shuffle(first[phase], second[phase], [from, from + 1, from + 2, from + 3]);
        f.set(result, tap === 0 ? value : i32x4.maxS(result, value));
      });
      f.set(result, v128.xor(result, v128.and(i32x4.shrS(result, 31), magnitude)));
      return result;
    };
    const goOn = (): void => {
      set(before, here);
      set(here, behind);
    };

    overRowsOfPlanes(f, a, image, steps, begin, end, ({ start, row: i }) => {
      const top = f.local("i32");
      f.set(top, i32.sub(i32.mul(i, down), a.lowRow));
      rows.forEach((row, tap) => {
        // A row that is not of the image gives place to the nearest one, which the window sees too.
        f.set(row, positive(i32.add(top, tap)));
        f.set(row, smaller(row, i32.sub(a.rows, 1)));
        f.set(row, i32.add(start, i32.mul(row, steps[2])));
      });
      const to = f.local("i32");
      f.set(to, after(output, i32.mul(begin, outColumns)));
      for (const local of before) f.set(local, none);
      read(here, 0, columns);
      if (loops > 0) {
        const stop = f.local("i32");
        f.set(stop, i32.add(to, 16 * loops));
        f.until(to, stop, 16, () => {
          read(behind, 4 * block, block);
          f.store("v128", to, greatest());
          goOn();
          for (const row of rows) f.advance(row, 4 * block);
        });
      }
      for (let j = loops; 4 * j < outColumns; j++) {
        read(behind, 4 * block * (j + 1 - loops), columns - block * (j + 1));
        storeFirst(f, to, 16 * (j - loops), greatest(), Math.min(4, outColumns - 4 * j));
        goOn();
      }
    });
  });
}

/** All bits but the sign. */
const MAGNITUDE = 0x7fffffff;

/** What minus infinity is among numbers that are ordered as integers. */
const LEAST = 0x807fffff | 0;

/**
 * The greatest elements of columns, as integers of the same order: those of numbers below zero have all bits but the sign
 * flipped, and NaN is the greatest.
 */
function greatestOfRows(
  f: FunctionBuilder,
  form: PoolForm,
  rows: readonly Local<"i32">[],
  offset: number,
  magnitude: Local<"v128">,
): Vector {
  const [value, ...totals] = [0, ...EXTREMES].map(() => f.local("v128"));
  rows.forEach((row, i) => {
    f.set(value, v128.load(row, offset));
    totals.forEach((total, way) => f.set(total, i === 0 ? value : EXTREMES[way](total, value)));
  });
  const [signed, least, most] = totals;
  // All have a sign if the greatest one has; NaN with a sign is beyond the bits of minus infinity.
  const number = chosen(form, v128.xor(least, magnitude), signed, i32x4.shrS(signed, 31));
  return chosen(form, magnitude, number, i32x4.gtU(most, f32x4.splat(-Infinity)));
}
