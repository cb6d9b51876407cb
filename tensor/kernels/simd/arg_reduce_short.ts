/**
 * Positions of greatest and least elements of rows of few: four rows at a time, turned so that a vector has an
 * element of each.
 *
 * @module
 */
import type { FunctionBuilder } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { splitRows } from "./interleave.ts";
import { transpose } from "./turn.ts";
import { i32 } from "./scalar.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;

/** Finds the position of at least one output, of which some are left in a row; how many it found. */
export type Find = (base: Word, output: Word, left: Word) => Word;

/** How elements of a type are compared, for the greatest or the least of them. */
export interface Order {
  /** Whether an element is better than another one; nothing is better than NaN, and NaN is better than all else. */
  readonly betterThan: (next: Vector, value: Vector) => Vector;
  /** The same of numbers. */
  readonly betterNumber: (next: Vector, value: Vector) => Vector;
  /** The better of two numbers. */
  readonly better: (a: Vector, b: Vector) => Vector;
  /** Whether elements are the same number. */
  readonly equal: (a: Vector, b: Vector) => Vector;
  /** What no number is worse than. */
  readonly worst: Vector;
  /** Whether elements are NaN; null where none are. */
  readonly isMissing: ((x: Vector) => Vector) | null;
}

/** Types of elements that vectors compare. */
export type Ordered = "float32" | "int32" | "uint32";

/** The order of a type. */
export function orderOf(dtype: Ordered, greatest: boolean): Order {
  if (dtype === "float32") {
    return {
      betterThan: (next, value) =>
        v128.andnot(f32x4.eq(value, value), (greatest ? f32x4.le : f32x4.ge)(next, value)),
      betterNumber: greatest ? f32x4.gt : f32x4.lt,
      better: greatest ? f32x4.pmax : f32x4.pmin,
      equal: f32x4.eq,
      worst: v128.constI32x4(greatest ? -0x80_0000 : 0x7f80_0000),
      isMissing: (x) => f32x4.ne(x, x),
    };
  }
  const signed = dtype === "int32";
  const isBetter = signed ? (greatest ? i32x4.gtS : i32x4.ltS) : greatest ? i32x4.gtU : i32x4.ltU;
  const [first, last] = signed ? [-(2 ** 31), 2 ** 31 - 1] : [0, -1];
  return {
    betterThan: isBetter,
    betterNumber: isBetter,
    better: signed ? (greatest ? i32x4.maxS : i32x4.minS) : greatest ? i32x4.maxU : i32x4.minU,
    equal: i32x4.eq,
    worst: v128.constI32x4(greatest ? first : last),
    isMissing: null,
  };
}

/** Most elements of a row that is written out. */
export const WRITTEN_OUT = 16;

/**
 * What finds it in rows of few elements that lie next to each other; `step` leads from one row to the next. Rows of `known`
 * elements are written out.
 */
export function defineShortRows(
  f: FunctionBuilder,
  { betterThan, betterNumber, better: betterOf, worst, isMissing }: Order,
  extent: Word,
  step: Word,
  known: number | null,
): Find {
  const rows = Array.from({ length: 4 }, () => f.local("i32"));
  const starts = rows.map(() => f.local("i32"));
  const lines = rows.map(() => f.local("v128"));
  const [value, position, place, better, missing] = Array.from({ length: 5 }, () => f.local("v128"));
  const [at, done, target] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const wide = f.local("i32", i32.geU(extent, 4));
  const one = f.local("v128", v128.constI32x4(1));
  /** Takes the next element of each row, where there are no NaN. */
  const takeNumber = (next: Vector, here: Vector = place): void => {
    const element = f.local("v128", next);
    if (isMissing !== null) f.set(missing, v128.or(missing, isMissing(element)));
    f.set(better, betterNumber(element, value));
    f.set(position, i32x4.maxS(position, v128.and(better, here)));
    f.set(value, betterOf(value, element));
    if (here === place) f.set(place, i32x4.add(place, one));
  };
  /** Takes the next element of each row. */
  const takeAny = (next: Vector): void => {
    const element = f.local("v128", next);
    f.set(better, betterThan(element, value));
    f.set(value, v128.bitselect(element, value, better));
    f.set(position, v128.bitselect(place, position, better));
    f.set(place, i32x4.add(place, one));
  };
  const begin = (): void => {
    f.set(value, worst);
    f.set(position, v128.constI32x4(0));
  };
  const scan = (take: (next: Vector) => void): void => {
    rows.forEach((row, i) => f.set(row, starts[i]));
    begin();
    f.set(place, v128.constI32x4(0));
    const square = (): void => {
      lines.forEach((line, i) => f.set(line, v128.load(rows[i])));
      transpose(f, lines).forEach((line) => take(line));
    };
    f.if(wide, () => {
      f.set(at, 4);
      f.repeat(() => {
        square();
        rows.forEach((row) => f.advance(row, 16));
        f.advance(at, 4);
      }, () => i32.leU(at, extent));
      f.if(i32.and(extent, 3), () => {
        // The last elements once more with some before them, none of which is better now.
        rows.forEach((row) => f.advance(row, i32.shl(i32.sub(extent, at), 2)));
        f.set(place, i32x4.splat(i32.sub(extent, 4)));
        square();
      });
    }, () => {
      f.set(at, 0);
      f.until(at, extent, 1, () => {
        take(
          rows.slice(1).reduce(
            (vector, row, i) => i32x4.replaceLane(vector, i + 1, i32.load(row)),
            v128.load32Zero(rows[0]),
          ),
        );
        rows.forEach((row) => f.advance(row, 4));
      });
    });
  };
  /** Takes all numbers of rows that are written out. */
  const takeWritten = (elements: readonly Vector[]): void =>
    elements.forEach((element, j) => takeNumber(element, v128.constI32x4(j, j, j, j)));
  const scanNumbers = (): void => {
    if (known === null) return scan(takeNumber);
    if (known >= 4) {
      begin();
      for (let j = 0; j < known; j += 4) {
        const first = Math.min(j, known - 4);
        const columns = transpose(f, starts.map((row) => f.local("v128", v128.load(row, 4 * first))));
        columns.slice(j - first).forEach((element, i) => {
          const here = j + i;
          takeNumber(element, v128.constI32x4(here, here, here, here));
        });
      }
      return;
    }
    // Rows that follow each other are read as whole vectors.
    f.if(i32.and(i32.eq(done, 4), i32.eq(step, 4 * known)), () => {
      begin();
      takeWritten(splitRows(f, Array.from({ length: known }, (_, i) => v128.load(starts[0], 16 * i))));
    }, () => scan(takeNumber));
  };
  return (base, output, left) => {
    const count = f.local("i32", select(i32.geU(left, 4), i32.and(left, -4), constant("i32", 1)));
    const from = f.local("i32", base);
    f.set(target, output);
    const end = f.local("i32", i32.add(output, i32.shl(count, 2)));
    f.set(done, select(i32.geU(left, 4), constant("i32", 4), constant("i32", 1)));
    f.until(target, end, 16, () => {
      // Where fewer rows are left, all lanes are of one.
      starts.forEach((row, i) =>
        f.set(row, i === 0 ? from : select(i32.eq(done, 4), i32.add(starts[i - 1], step), from))
      );
      f.set(missing, v128.constI32x4(0));
      scanNumbers();
      if (isMissing !== null) f.if(v128.anyTrue(missing), () => scan(takeAny));
      f.if(
        i32.eq(done, 4),
        () => f.store("v128", target, position),
        () => f.storeLane32(target, position, 0),
      );
      f.advance(from, i32.shl(step, 2));
    });
    return count;
  };
}
