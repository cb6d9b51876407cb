/**
 * Turning matrices of float32, four by four elements at a time.
 *
 * @module
 */
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { type Expression, select } from "./expression.ts";
import { least } from "./reduce_arguments.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

type Vector = Expression<"v128">;

/**
 * Turns a matrix of `rows` rows of `columns` neighbours: its rows become columns. Addresses, and bytes from one row to the
 * next there and here.
 */
export type Turn = (
  from: number,
  fromRow: number,
  to: number,
  toRow: number,
  rows: number,
  columns: number,
) => void;

/** The transpose of the 4 x 4 matrix with these rows. */
export function transpose(f: FunctionBuilder, rows: readonly Vector[]): Vector[] {
  const keep = (value: Vector): Local<"v128"> => f.local("v128", value);
  const [a, b, c, d] = rows;
  const [low, high] = [[0, 4, 1, 5], [2, 6, 3, 7]];
  const [ab0, ab2] = [keep(f32x4.shuffle(a, b, low)), keep(f32x4.shuffle(a, b, high))];
  const [cd0, cd2] = [keep(f32x4.shuffle(c, d, low)), keep(f32x4.shuffle(c, d, high))];
  return [[ab0, cd0], [ab2, cd2]].flatMap(([x, y]) => [
    f32x4.shuffle(x, y, [0, 1, 4, 5]),
    f32x4.shuffle(x, y, [2, 3, 6, 7]),
  ]);
}

/** Defines `turn`. */
export function defineTurn(module: ModuleBuilder): void {
  // deno-fmt-ignore
  module.define("turn", ["i32", "i32", "i32", "i32", "i32", "i32"], null, (f, from, fromRow, to, toRow, rows, columns) => {
    const [row, column, target] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const lines = Array.from({ length: 4 }, () => f.local("i32"));
    const values = lines.map(() => f.local("v128"));
    /** The next place, of which the last are four again where there are fewer. */
    const advance = (place: Local<"i32">, count: Local<"i32">): void => {
      const last = i32.sub(count, 4);
      f.set(place, select(i32.eq(place, last), count, least(i32.add(place, 4), last)));
    };
    f.if(i32.and(i32.geU(rows, 4), i32.geU(columns, 4)), () => {
      f.repeat(() => {
        f.set(column, 0);
        f.repeat(() => {
          f.set(lines[0], i32.add(i32.add(from, i32.mul(row, fromRow)), i32.shl(column, 2)));
          lines.forEach((line, i) => i > 0 && f.set(line, i32.add(lines[i - 1], fromRow)));
          lines.forEach((line, i) => f.set(values[i], v128.load(line)));
          f.set(target, i32.add(i32.add(to, i32.mul(column, toRow)), i32.shl(row, 2)));
          for (const value of transpose(f, values)) {
            f.store("v128", target, value);
            f.advance(target, toRow);
          }
          advance(column, columns);
        }, () => i32.ltU(column, columns));
        advance(row, rows);
      }, () => i32.ltU(row, rows));
      f.return();
    });
    f.while(rows, () => {
      f.set(lines[0], from);
      f.set(target, to);
      f.set(column, columns);
      f.while(column, () => {
        f.store("f32", target, f32.load(lines[0]));
        f.advance(lines[0], 4);
        f.advance(target, toRow);
        f.advance(column, -1);
      });
      f.advance(from, fromRow);
      f.advance(to, 4);
      f.advance(rows, -1);
    });
  });
}
