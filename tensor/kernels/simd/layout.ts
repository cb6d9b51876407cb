/**
 * Moving elements between a contiguous block and an operand of any strides.
 *
 * @module
 */
import { call, type FunctionBuilder, type FunctionHandle, type ModuleBuilder } from "./assembler.ts";
import { type Expression, select } from "./expression.ts";
import { loadWord, storeWord } from "./operands.ts";
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
      f.while(count, () => {
        storeWord(f, shift, target, loadWord(shift, source));
        f.advance(target, to);
        f.advance(source, from);
        f.advance(count, -1);
      });
    },
  );
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
    const piece = f.local("i32");
    const start = f.local("i32");
    f.while(count, () => {
      f.set(piece, i32.sub(extent, column));
      f.set(piece, select(i32.ltU(piece, count), piece, count));
      f.set(start, i32.add(call(place, base, extents, strides, row), i32.mul(column, stride)));
      if (back) f.call(mover, start, stride, block, size, piece);
      else f.call(mover, block, size, start, stride, piece);
      f.advance(block, i32.mul(piece, size));
      f.set(count, i32.sub(count, piece));
      f.set(column, 0);
      f.advance(row, 1);
    });
  });
}
