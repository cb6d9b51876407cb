/**
 * Products of float64 matrices by a vector, in WebAssembly: the sum of each row of four lanes, whose totals are added at the
 * end.
 *
 * @module
 */
import type { ModuleBuilder } from "./assembler.ts";
import { functionsOf } from "./instances.ts";
import { f64, i32 } from "./scalar.ts";
import { multiplyAdd } from "./tile.ts";
import { f64x2, v128 } from "./vector.ts";

/** Rows that go along together, the most first. */
const ROWS = [4, 1] as const;

type Dots = (
  c: number,
  cRow: number,
  a: number,
  aRow: number,
  x: number,
  rows: number,
  inner: number,
  add: number,
) => void;

function defineDots(module: ModuleBuilder, relaxed: boolean): void {
  const madd = multiplyAdd(relaxed, true);
  const types = ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;
  module.define("dots", types, null, (f, c, cRow, a, aRow, x, rows, inner, add) => {
    const whole = f.local("i32", i32.shl(i32.and(inner, -4), 3));
    const end = f.local("i32", i32.shl(inner, 3));
    const [offset, at] = [f.local("i32"), f.local("i32")];
    const [x0, x1, total] = [f.local("v128"), f.local("v128"), f.local("f64")];
    for (const height of ROWS) {
      const starts = Array.from({ length: height }, () => f.local("i32"));
      const sums = starts.map(() => [f.local("v128"), f.local("v128")]);
      const rests = starts.map(() => f.local("f64"));
      f.while(i32.geU(rows, height), () => {
        starts.forEach((start, i) => {
          f.set(start, i === 0 ? a : i32.add(starts[i - 1], aRow));
          sums[i].forEach((sum) => f.set(sum, v128.constI32x4(0)));
          f.set(rests[i], 0);
        });
        f.set(offset, 0);
        f.until(offset, whole, 32, () => {
          f.set(at, i32.add(x, offset));
          f.set(x0, v128.load(at));
          f.set(x1, v128.load(at, 16));
          starts.forEach((start, i) => {
            f.set(at, i32.add(start, offset));
            f.set(sums[i][0], madd(v128.load(at), x0, sums[i][0]));
            f.set(sums[i][1], madd(v128.load(at, 16), x1, sums[i][1]));
          });
        });
        f.until(offset, end, 8, () => {
          const factor = f64.load(i32.add(x, offset));
          starts.forEach((start, i) =>
            f.set(rests[i], f64.add(rests[i], f64.mul(f64.load(i32.add(start, offset)), factor)))
          );
        });
        starts.forEach((_, i) => {
          f.set(x0, f64x2.add(sums[i][0], sums[i][1]));
          const lanes = f64.add(f64x2.extractLane(x0, 0), f64x2.extractLane(x0, 1));
          f.set(total, f64.add(lanes, rests[i]));
          f.if(i32.ltS(add, 0), () => f.set(total, f64.neg(total)));
          f.if(add, () => f.set(total, f64.add(f64.load(c), total)));
          f.store("f64", c, total);
          f.advance(c, cRow);
        });
        f.advance(a, i32.mul(aRow, height));
        f.advance(rows, -height);
      });
    }
  });
}

/**
 * `C = A x` if `add` is 0, `C += A x` if it is 1, `C -= A x` if it is -1, for rows of A and x whose elements are neighbours.
 * Addresses and steps from row to row count elements.
 */
export function dotsDouble(
  memory: WebAssembly.Memory,
  relaxed: boolean,
  c: number,
  cRow: number,
  a: number,
  aRow: number,
  x: number,
  rows: number,
  inner: number,
  add: number,
): void {
  const name = relaxed ? "dots|true" : "dots|false";
  const { dots } = functionsOf<{ readonly dots: Dots }>(
    memory,
    name,
    (module) => defineDots(module, relaxed),
  );
  dots(8 * c, 8 * cRow, 8 * a, 8 * aRow, 8 * x, rows, inner, add);
}
