/**
 * Moving elements between a contiguous block and an operand of any strides.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import {
  call,
  type FunctionBuilder,
  type FunctionHandle,
  type Local,
  type ModuleBuilder,
} from "./assembler.ts";
import { type Expression, select } from "./expression.ts";
import { loadStepped, loadWord, sizeShift, stepBytes, storeWord } from "./operands.ts";
import { i32 } from "./scalar.ts";
import { i32x4, v128 } from "./vector.ts";

type I32 = "i32";
type Word = Expression<"i32">;

/** Parameters: target, its step, source, its step, number of elements; addresses and steps in bytes. */
export type Mover = FunctionHandle<readonly [I32, I32, I32, I32, I32], null>;

/** Defines the function that moves elements of `1 << shift` bytes along one axis. */
export function defineMover(module: ModuleBuilder, shift: 0 | 1 | 2): Mover {
  const size = 1 << shift;
  const vector = 16 >> shift;
  return module.define(
    null,
    ["i32", "i32", "i32", "i32", "i32"],
    null,
    (f, target, to, source, from, count) => {
      const vectors = (move: () => void): void =>
        f.while(i32.geU(count, vector), () => {
          move();
          f.advance(target, 16);
          f.advance(count, -vector);
        });
      f.if(i32.and(i32.eq(to, size), i32.geU(count, vector)), () => {
        f.if(i32.eq(from, size), () =>
          vectors(() => {
            f.store("v128", target, v128.load(source));
            f.advance(source, 16);
          }));
        f.if(i32.eqz(from), () => {
          const repeated = i32.mul(loadWord(shift, source), [0x0101_0101, 0x1_0001, 1][shift]);
          const value = f.local("v128", i32x4.splat(repeated));
          vectors(() => f.store("v128", target, value));
        });
      });
      if (shift === 2) moveStrided(f, target, to, source, from, count);
      f.while(count, () => {
        storeWord(f, shift, target, loadWord(shift, source));
        f.advance(target, to);
        f.advance(source, from);
        f.advance(count, -1);
      });
    },
  );
}

/** Defines movers for the sizes of these types, by the shift that each is. */
export function defineMovers(
  module: ModuleBuilder,
  dtypes: readonly DType[],
): ReadonlyMap<0 | 1 | 2, Mover> {
  return new Map([...new Set(dtypes.map(sizeShift))].map((shift) => [shift, defineMover(module, shift)]));
}

/** Moves words four at a time where those on one side are neighbours and those on the other are not. */
function moveStrided(
  f: FunctionBuilder,
  target: Local<"i32">,
  to: Word,
  source: Local<"i32">,
  from: Word,
  count: Local<"i32">,
): void {
  const fours = (step: Word | number, toStep: Word | number, move: () => void): void =>
    f.while(i32.geU(count, 4), () => {
      move();
      f.advance(source, step);
      f.advance(target, toStep);
      f.advance(count, -4);
    });
  const isApart = f.local("i32", i32.and(i32.eq(to, 4), i32.ne(from, 4)));
  f.if(i32.and(isApart, i32.geU(count, 4)), () => {
    for (const step of ["2", "3", "4", "-1"] as const) {
      const bytes = stepBytes("float32", step);
      f.if(
        i32.eq(from, bytes),
        () => fours(4 * bytes, 16, () => f.store("v128", target, loadStepped("float32", step, source))),
      );
    }
    const [twice, thrice] = [f.local("i32", i32.shl(from, 1)), f.local("i32", i32.mul(from, 3))];
    fours(i32.shl(from, 2), 16, () => {
      const first = v128.load32Zero(source);
      const vector = [from, twice, thrice].reduce(
        (lanes, step, i) => i32x4.replaceLane(lanes, i + 1, i32.load(i32.add(source, step))),
        first,
      );
      f.store("v128", target, vector);
    });
  });
  f.if(i32.and(i32.eq(from, 4), i32.ne(to, 4)), () =>
    fours(16, i32.shl(to, 2), () => {
      const [value, at] = [f.local("v128", v128.load(source)), f.local("i32", target)];
      for (let lane = 0; lane < 4; lane++) {
        f.storeLane32(at, value, lane);
        if (lane < 3) f.advance(at, to);
      }
    }));
}

/** Writes `count` elements at `to`: those of the row of `length` elements at `row`, again and again. */
export function repeatRow(
  f: FunctionBuilder,
  mover: Mover,
  shift: 0 | 1 | 2,
  row: Word,
  to: Word,
  length: Word,
  count: Word,
): void {
  const size = 1 << shift;
  const [done, more] = [f.local("i32", length), f.local("i32")];
  f.call(mover, to, size, row, size, length);
  f.while(i32.ltU(done, count), () => {
    f.set(more, i32.sub(count, done));
    f.set(more, select(i32.ltU(more, done), more, done));
    f.call(mover, i32.add(to, i32.shl(done, shift)), size, to, size, more);
    f.advance(done, more);
  });
}

/** Parameters: target, the first row's number, the step to the next row's, column, elements of a row, their number. */
export type Expander = FunctionHandle<readonly [I32, I32, I32, I32, I32, I32], null>;

/**
 * Defines the function that writes words of which each row has one, from a column of the first row on. Up to three
 * more than asked for are written.
 */
export function defineExpander(module: ModuleBuilder): Expander {
  const types = ["i32", "i32", "i32", "i32", "i32", "i32"] as const;
  return module.define(null, types, null, (f, target, source, step, column, length, count) => {
    const [piece, at, value] = [f.local("i32"), f.local("i32"), f.local("v128")];
    f.while(count, () => {
      f.set(piece, i32.sub(length, column));
      f.set(piece, select(i32.ltU(piece, count), piece, count));
      f.set(value, v128.load32Splat(source));
      f.set(at, target);
      f.advance(target, i32.shl(piece, 2));
      f.repeat(() => {
        f.store("v128", at, value);
        f.advance(at, 16);
      }, () => i32.ltU(at, target));
      f.advance(source, step);
      f.set(column, 0);
      f.set(count, i32.sub(count, piece));
    });
  });
}

/** Parameters: base address, extents, strides, row. */
export type Place = FunctionHandle<readonly [I32, I32, I32, I32], I32>;

/**
 * Defines the function that finds where a row of an operand starts. Extents and strides in bytes are int32 in
 * memory; rows are counted over all axes but the last.
 */
export function definePlace(module: ModuleBuilder, rank: number): Place {
  return module.define(null, ["i32", "i32", "i32", "i32"], "i32", (f, base, extents, strides, row) => {
    const quotient = f.local("i32");
    for (let axis = rank - 2; axis >= 1; axis--) {
      const extent = f.local("i32", i32.load(extents, 4 * axis));
      f.set(quotient, i32.divU(row, extent));
      const index = i32.sub(row, i32.mul(quotient, extent));
      f.advance(base, i32.mul(index, i32.load(strides, 4 * axis)));
      f.set(row, quotient);
    }
    if (rank > 1) f.advance(base, i32.mul(row, i32.load(strides)));
    return base;
  });
}

/** Parameters: the block, then the operand's base, extents and strides, row, column, number of elements. */
export type RowMover = FunctionHandle<readonly [I32, I32, I32, I32, I32, I32, I32], null>;

/** Defines the function that moves elements from an operand to a block, or back, row by row. */
export function defineRowMover(
  module: ModuleBuilder,
  rank: number,
  shift: 0 | 1 | 2,
  back: boolean,
  mover: Mover,
  place: Place,
): RowMover {
  const size = 1 << shift;
  const types = ["i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;
  return module.define(null, types, null, (f, block, base, extents, strides, row, column, count) => {
    const extent = f.local("i32", i32.load(extents, 4 * (rank - 1)));
    const stride = f.local("i32", i32.load(strides, 4 * (rank - 1)));
    const [piece, line, start, left] = Array.from({ length: 4 }, () => f.local("i32"));
    const step = f.local("i32", rank > 1 ? i32.load(strides, 4 * (rank - 2)) : 0);
    // Rows until an axis further out steps on.
    const rows = f.local("i32", rank > 2 ? i32.load(extents, 4 * (rank - 2)) : 0);
    if (rank > 2) f.set(left, i32.sub(rows, i32.remU(row, rows)));
    f.set(line, call(place, base, extents, strides, row));
    f.set(start, i32.add(line, i32.mul(column, stride)));
    const overRows = (move: () => void): void =>
      f.while(count, () => {
        f.set(piece, i32.sub(extent, column));
        f.set(piece, select(i32.ltU(piece, count), piece, count));
        move();
        f.advance(block, i32.mul(piece, size));
        f.set(count, i32.sub(count, piece));
        f.set(column, 0);
        f.advance(line, step);
        if (rank > 2) {
          f.advance(row, 1);
          f.advance(left, -1);
          f.if(i32.eqz(left), () => {
            f.set(left, rows);
            f.set(line, call(place, base, extents, strides, row));
          });
        }
        f.set(start, line);
      });
    if (shift === 2) {
      const [target, source] = back ? [start, block] : [block, start];
      f.if(i32.eq(stride, 4), () => overRows(() => copyWords(f, target, source, "1", piece)));
      if (!back) {
        for (const step of ["2", "-1"] as const) {
          f.if(
            i32.eq(stride, stepBytes("float32", step)),
            () => overRows(() => copyWords(f, block, start, step, piece)),
          );
        }
        f.if(i32.eqz(stride), () => overRows(() => fillNeighbours(f, block, start, piece)));
      }
    }
    overRows(() => {
      if (back) f.call(mover, start, stride, block, size, piece);
      else f.call(mover, block, size, start, stride, piece);
    });
  });
}

/** Vectors of a row that go along together. */
const TOGETHER = 4;

/** Copies `count` words that are neighbours, every second one or the other way round, to neighbours. */
function copyWords(
  f: FunctionBuilder,
  target: Word,
  source: Word,
  step: "1" | "2" | "-1",
  count: Word,
): void {
  const at = f.local("i32");
  const to = i32.add(target, at);
  const from = step === "-1" ? i32.sub(source, at) : i32.add(source, step === "2" ? i32.shl(at, 1) : at);
  overNeighbouringWords(
    f,
    at,
    count,
    (offset) => f.store("v128", to, loadStepped("float32", step, from, Number(step) * offset), offset),
    () => f.store("i32", to, i32.load(from)),
  );
}

/** Writes `count` times the word at `source`. */
function fillNeighbours(f: FunctionBuilder, target: Word, source: Word, count: Word): void {
  const at = f.local("i32");
  const value = f.local("v128", v128.load32Splat(source));
  const to = i32.add(target, at);
  overNeighbouringWords(
    f,
    at,
    count,
    (offset) => f.store("v128", to, value, offset),
    () => f.storeLane32(to, value, 0),
  );
}

/** Goes along `count` words, the last four of them again where they are no whole vectors. `at` counts their bytes. */
function overNeighbouringWords(
  f: FunctionBuilder,
  at: Local<"i32">,
  count: Word,
  vector: (offset: number) => void,
  word: () => void,
): void {
  const last = f.local("i32", i32.sub(i32.shl(count, 2), 16));
  f.set(at, 0);
  f.if(i32.geS(last, 0), () => {
    f.if(
      i32.geS(last, 16 * TOGETHER),
      () =>
        f.until(at, i32.sub(last, 16 * (TOGETHER - 1)), 16 * TOGETHER, () => {
          for (let i = 0; i < TOGETHER; i++) vector(16 * i);
        }),
    );
    f.until(at, last, 16, () => vector(0));
    f.set(at, last);
    vector(0);
  }, () => f.until(at, i32.shl(count, 2), 4, word));
}
