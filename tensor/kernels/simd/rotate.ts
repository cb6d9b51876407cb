/**
 * Rotations of rows of float64 in WebAssembly, with the bits of `../linalg/rotate.ts`: columns that fit into registers go
 * down all rows at once, so that each element is read and written once.
 *
 * @module
 */
import type { Rotate } from "../linalg/rotate.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { functionsOf } from "./instances.ts";
import { i32 } from "./scalar.ts";
import { f64x2, v128 } from "./vector.ts";

/** Vectors of columns that go down together, the most first. */
const WIDTHS = [6, 1] as const;

function defineRotate(module: ModuleBuilder): void {
  module.define(
    "rotate",
    ["i32", "i32", "i32", "i32", "i32"],
    null,
    (f, first, step, angles, count, width) => {
      const [row, angle, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
      const [c, s, z] = [f.local("v128"), f.local("v128"), f.local("v128")];
      for (const vectors of WIDTHS) {
        const carried = Array.from({ length: vectors }, () => f.local("v128"));
        f.while(i32.geU(width, 2 * vectors), () => {
          f.set(row, first);
          f.set(angle, angles);
          f.set(left, count);
          carried.forEach((y, v) => f.set(y, v128.load(row, 16 * v)));
          f.while(left, () => {
            f.set(c, v128.load64Splat(angle));
            f.set(s, v128.load64Splat(angle, 8));
            const next = f.local("i32", i32.add(row, step));
            carried.forEach((y, v) => {
              f.set(z, v128.load(next, 16 * v));
              f.store("v128", row, f64x2.add(f64x2.mul(c, y), f64x2.mul(s, z)), 16 * v);
              f.set(y, f64x2.sub(f64x2.mul(c, z), f64x2.mul(s, y)));
            });
            f.set(row, next);
            f.advance(angle, 16);
            f.advance(left, -1);
          });
          carried.forEach((y, v) => f.store("v128", row, y, 16 * v));
          f.advance(first, 16 * vectors);
          f.advance(width, -2 * vectors);
        });
      }
    },
  );
}

/** `Rotate` on a memory. */
export function rotateSimd(
  memory: WebAssembly.Memory,
  row: number,
  step: number,
  angles: number,
  count: number,
  width: number,
): void {
  const { rotate } = functionsOf<{ readonly rotate: Rotate }>(memory, "rotate", defineRotate);
  rotate(8 * row, 8 * step, 8 * angles, count, width);
}
