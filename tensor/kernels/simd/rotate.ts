/**
 * Rotations of rows of float64 in WebAssembly, with the bits of `../linalg/rotate.ts`: columns that fit into registers go
 * down all rows at once, so that each element is read and written once, for two sweeps of rotations too, the second of which
 * goes a row behind the first.
 *
 * @module
 */
import type { Rotate, RotateTwice } from "../linalg/rotate.ts";
import type { Local, ModuleBuilder } from "./assembler.ts";
import { functionsOf } from "./instances.ts";
import { i32 } from "./scalar.ts";
import { f64x2, v128 } from "./vector.ts";

/** Vectors of columns that go down together, the most first. */
const WIDTHS = [6, 1] as const;

/** The same for two sweeps. */
const TWICE_WIDTHS = [4, 1] as const;

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

function defineRotateTwice(module: ModuleBuilder): void {
  module.define(
    "rotateTwice",
    ["i32", "i32", "i32", "i32", "i32", "i32"],
    null,
    (f, first, step, angles, others, count, width) => {
      const [row, angle, other, left] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
      const [c, s, z, turned] = [f.local("v128"), f.local("v128"), f.local("v128"), f.local("v128")];
      const [c2, s2] = [f.local("v128"), f.local("v128")];
      for (const vectors of TWICE_WIDTHS) {
        const pair = (): readonly [Local<"v128">, Local<"v128">] => [f.local("v128"), f.local("v128")];
        const carried = Array.from({ length: vectors }, pair);
        /** What the first sweep leaves in `turned` of the rows that y carries and z has. */
        const turn = (y: Local<"v128">, v: number): void => {
          f.set(z, v128.load(row, 16 * v));
          f.set(turned, f64x2.add(f64x2.mul(c, y), f64x2.mul(s, z)));
          f.set(y, f64x2.sub(f64x2.mul(c, z), f64x2.mul(s, y)));
        };
        const read = (): void => {
          f.set(c, v128.load64Splat(angle));
          f.set(s, v128.load64Splat(angle, 8));
          f.advance(angle, 16);
        };
        const readOther = (): void => {
          f.set(c2, v128.load64Splat(other));
          f.set(s2, v128.load64Splat(other, 8));
          f.advance(other, 16);
        };
        f.while(i32.geU(width, 2 * vectors), () => {
          f.set(angle, angles);
          f.set(other, others);
          f.set(left, i32.sub(count, 1));
          f.set(row, first);
          const before = f.local("i32", first);
          carried.forEach(([y], v) => f.set(y, v128.load(row, 16 * v)));
          read();
          f.set(row, i32.add(row, step));
          carried.forEach(([y, behind], v) => {
            turn(y, v);
            f.set(behind, turned);
          });
          f.while(left, () => {
            read();
            readOther();
            f.set(row, i32.add(row, step));
            carried.forEach(([y, behind], v) => {
              turn(y, v);
              f.store("v128", before, f64x2.add(f64x2.mul(c2, behind), f64x2.mul(s2, turned)), 16 * v);
              f.set(behind, f64x2.sub(f64x2.mul(c2, turned), f64x2.mul(s2, behind)));
            });
            f.set(before, i32.add(before, step));
            f.advance(left, -1);
          });
          readOther();
          carried.forEach(([y, behind], v) => {
            f.store("v128", before, f64x2.add(f64x2.mul(c2, behind), f64x2.mul(s2, y)), 16 * v);
            f.store("v128", row, f64x2.sub(f64x2.mul(c2, y), f64x2.mul(s2, behind)), 16 * v);
          });
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

/** `RotateTwice` on a memory. */
export function rotateTwiceSimd(
  memory: WebAssembly.Memory,
  row: number,
  step: number,
  angles: number,
  other: number,
  count: number,
  width: number,
): void {
  const { rotateTwice } = functionsOf<{ readonly rotateTwice: RotateTwice }>(
    memory,
    "rotateTwice",
    defineRotateTwice,
  );
  rotateTwice(8 * row, 8 * step, 8 * angles, 8 * other, count, width);
}
