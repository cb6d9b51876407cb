/**
 * Triangular systems of eight unknowns in WebAssembly: the eight elements of two right sides stay in registers.
 *
 * @module
 */
import type { Views } from "../kernel.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { functionsOf } from "./instances.ts";
import { i32 } from "./scalar.ts";
import { f64x2, v128 } from "./vector.ts";

/** Rows of the triangle. */
const EIGHT = 8;

type Solve = (triangle: number, b: number, bRow: number, k: number) => void;

function defineSolve(module: ModuleBuilder, relaxed: boolean): void {
  module.define("solve", ["i32", "i32", "i32", "i32"], null, (f, triangle, b, bRow, k) => {
    const rows = Array.from({ length: EIGHT }, () => f.local("i32"));
    const values = rows.map(() => f.local("v128"));
    const element = (i: number, c: number): Expression<"v128"> =>
      v128.load64Splat(triangle, 8 * (EIGHT * i + c));
    const minus = (c: Local<"v128">, a: Expression<"v128">, b: Local<"v128">): Expression<"v128"> =>
      relaxed ? f64x2.relaxedNmadd(a, b, c) : f64x2.sub(c, f64x2.mul(a, b));
    const columns = (
      load: (row: Local<"i32">) => Expression<"v128">,
      store: (f: FunctionBuilder, row: Local<"i32">, value: Local<"v128">) => void,
    ): void => {
      rows.forEach((row, i) => {
        f.set(row, i === 0 ? b : i32.add(rows[i - 1], bRow));
        f.set(values[i], load(row));
        for (let c = 0; c < i; c++) f.set(values[i], minus(values[i], element(i, c), values[c]));
        f.set(values[i], f64x2.div(values[i], element(i, i)));
        store(f, row, values[i]);
      });
    };
    f.while(i32.geU(k, 2), () => {
      columns((row) => v128.load(row), (f, row, value) => f.store("v128", row, value));
      f.advance(b, 16);
      f.advance(k, -2);
    });
    f.if(k, () => columns((row) => v128.load64Zero(row), (f, row, value) => f.storeLane64(row, value, 0)));
  });
}

/**
 * Puts X with `A X = B` in the place of B [8, k], whose rows lie `bRow` apart, for a triangle A of any strides, whose diagonal
 * counts as ones if `unit`. Uses the first 512 bytes of the scratch area.
 */
export function substituteEight(
  views: Views,
  relaxed: boolean,
  a: number,
  aRow: number,
  aColumn: number,
  lower: boolean,
  unit: boolean,
  b: number,
  bRow: number,
  k: number,
): void {
  const heap = views.float64;
  const triangle = views.scratch / 8;
  // An upper triangle is a lower one from the other end.
  const [corner, sign] = lower ? [a, 1] : [a + (EIGHT - 1) * (aRow + aColumn), -1];
  for (let i = 0; i < EIGHT; i++) {
    for (let c = 0; c <= i; c++) {
      heap[triangle + EIGHT * i + c] = unit && c === i ? 1 : heap[corner + sign * (i * aRow + c * aColumn)];
    }
  }
  const name = `substitute|${relaxed}`;
  const { solve } = functionsOf<{ readonly solve: Solve }>(
    views.memory,
    name,
    (module) => defineSolve(module, relaxed),
  );
  solve(views.scratch, 8 * (lower ? b : b + (EIGHT - 1) * bRow), 8 * sign * bRow, k);
}
