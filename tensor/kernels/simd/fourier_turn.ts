/**
 * Turning matrices of complex numbers, so that what was across transforms lies along them; on the way each number is
 * multiplied by a root of unity where a long transform is made of short ones.
 *
 * @module
 */
import type { Local, ModuleBuilder } from "./assembler.ts";
import { type Expression, select } from "./expression.ts";
import type { FloatLanes } from "./float_lanes.ts";
import { complexProduct, type Pair } from "./fourier_pass.ts";
import { i32 } from "./scalar.ts";
import { v128 } from "./vector.ts";

/**
 * How a matrix is multiplied on the way: not at all; by a table of its shape; by that and for each row by another root.
 */
export type Turning = "plain" | "table" | "rows";

/**
 * Turns a matrix of `rows` rows of `columns` neighbours: its rows become columns. Addresses of the real parts, bytes from
 * them to the imaginary ones and from row to row, here and there; then addresses of the table's real and imaginary parts,
 * bytes from row to row of it, and the address of the roots for each row (real and imaginary part in turns).
 */
export type TurnPair = (
  from: number,
  fromImag: number,
  fromRow: number,
  to: number,
  toImag: number,
  toRow: number,
  rows: number,
  columns: number,
  table: number,
  tableImag: number,
  tableRow: number,
  roots: number,
) => void;

/** Defines `turn`. Fewer rows or columns than a vector has lanes are for "plain" alone. */
export function defineTurnPair(module: ModuleBuilder, turning: Turning, lanes: FloatLanes): void {
  const { size, width } = lanes;
  const shift = Math.log2(size);
  module.define(
    "turn",
    ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"],
    null,
    // deno-fmt-ignore
    (f, from, fromImag, fromRow, to, toImag, toRow, rows, columns, table, tableImag, tableRow, roots) => {
      const [row, column, source, target, root] = Array.from({ length: 5 }, () => f.local("i32"));
      const place = f.local("i32");
      const at = (first: Expression<"i32">, line: Expression<"i32">): Expression<"i32"> =>
        i32.add(first, i32.shl(line, shift));
      /** The next place, of which the last are a vector again where there are fewer. */
      const advance = (local: Local<"i32">, count: Local<"i32">): void => {
        const last = i32.sub(count, width);
        const next = i32.add(local, width);
        f.set(local, select(i32.eq(local, last), count, select(i32.ltU(next, last), next, last)));
      };
      f.if(i32.and(i32.geU(rows, width), i32.geU(columns, width)), () => {
        f.repeat(() => {
          f.set(row, 0);
          f.repeat(() => {
            f.set(source, i32.add(at(from, column), i32.mul(row, fromRow)));
            if (turning !== "plain") f.set(place, i32.add(at(table, column), i32.mul(row, tableRow)));
            if (turning === "rows") f.set(root, i32.add(roots, i32.shl(row, shift + 1)));
            const values = Array.from({ length: width }, (_, i): Pair<Local<"v128">> => {
              const keep = ([re, im]: Pair): Pair<Local<"v128">> => [f.local("v128", re), f.local("v128", im)];
              if (i > 0) f.advance(source, fromRow);
              let value = keep([v128.load(source), v128.load(i32.add(source, fromImag))]);
              if (turning === "plain") return value;
              if (i > 0) f.advance(place, tableRow);
              const powers = keep([v128.load(place), v128.load(i32.add(place, tableImag))]);
              value = keep(complexProduct(lanes, value, powers));
              if (turning === "table") return value;
              const splat = (part: number): Expression<"v128"> => lanes.loadSplat(root, (2 * i + part) * size);
              return keep(complexProduct(lanes, value, keep([splat(0), splat(1)])));
            });
            const turned = [0, 1].map((part) =>
              lanes.transpose(f, values.map((value) => value[part])).map((line) => f.local("v128", line))
            );
            f.set(target, i32.add(at(to, row), i32.mul(column, toRow)));
            turned[0].forEach((re, i) => {
              if (i > 0) f.advance(target, toRow);
              f.store("v128", target, re);
              f.store("v128", i32.add(target, toImag), turned[1][i]);
            });
            advance(row, rows);
          }, () => i32.ltU(row, rows));
          advance(column, columns);
        }, () => i32.ltU(column, columns));
        f.return();
      });
      if (turning !== "plain") return;
      f.until(row, rows, 1, () => {
        f.set(source, from);
        f.set(target, to);
        f.set(column, columns);
        f.while(column, () => {
          lanes.storeFirst(f, target, lanes.loadFirst(source));
          lanes.storeFirst(f, i32.add(target, toImag), lanes.loadFirst(i32.add(source, fromImag)));
          f.advance(source, size);
          f.advance(target, toRow);
          f.advance(column, -1);
        });
        f.advance(from, fromRow);
        f.advance(to, size);
      });
    },
  );
}
