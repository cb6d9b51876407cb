/**
 * Adding up what lies in windows, in WebAssembly SIMD: plane by plane, so that each stays at hand for all places of the
 * windows.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import type { Local } from "./assembler.ts";
import { simdKernel } from "./generated.ts";
import { argument } from "./operands.ts";
import { walkAlong } from "./outer_axes.ts";
import { clear } from "./pooling_memory.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

/** Planes of windows and of their sums. Strides: elements. */
export interface WindowPlanes {
  /** Windows along the rows and columns of a plane. */
  readonly counts: readonly [number, number];
  /** Strides of the windows along them. */
  readonly from: readonly [number, number];
  /** Strides of the sums from one window to the next. */
  readonly to: readonly [number, number];
  /** Rows and columns of the sums, whose columns are neighbours. */
  readonly extents: readonly [number, number];
  /** The stride of their rows. */
  readonly pitch: number;
  /** For each place of a window, how far it is from the first one, in the windows and in the sums. */
  readonly taps: readonly (readonly [number, number])[];
  /** Extents of the other axes, outermost first. */
  readonly outer: readonly number[];
  /** Strides of the windows along them. */
  readonly fromOuter: readonly number[];
  /** Strides of the sums along them. */
  readonly toOuter: readonly number[];
}

/** The arguments behind the addresses of the windows and the sums. */
export function windowPlaneNumbers(planes: WindowPlanes): readonly number[] {
  const { counts, from, to, extents, pitch, taps, outer, fromOuter, toOuter } = planes;
  return [
    ...[...counts, ...from, ...to, ...extents, pitch],
    ...[...outer, ...fromOuter, ...toOuter],
    ...[taps.length, ...taps.flat()],
  ];
}

/** The loop over float32 for so many outer axes. A unit is a plane. */
export function simdAddWindowsKernel(outer: number): KernelReference {
  return simdKernel(`simd|addWindows|${outer}`, (module) => {
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
      const number = (index: number): Local<"i32"> => f.local("i32", argument(block, index));
      const bytes = (index: number): Local<"i32"> => f.local("i32", i32.shl(argument(block, index), 2));
      const pointers = [bytes(0), bytes(1)];
      const [rows, columns] = [number(2), number(3)];
      const [fromRow, fromColumn, toRow, toColumn] = [4, 5, 6, 7].map(bytes);
      const [height, width, pitch] = [number(8), bytes(9), bytes(10)];
      const axes = Array.from({ length: outer }, (_, i) => ({
        extent: number(11 + i),
        strides: [bytes(11 + outer + i), bytes(11 + 2 * outer + i)],
      }));
      const first = 11 + 3 * outer;
      const walk = walkAlong(f, axes, pointers);
      const [tap, taps, i, left] = [f.local("i32"), number(first), f.local("i32"), f.local("i32")];
      const [line, target, from, to] = Array.from({ length: 4 }, () => f.local("i32"));
      const together = f.local("i32", i32.and(i32.eq(fromColumn, 4), i32.eq(toColumn, 4)));
      walk.start(begin);
      f.until(begin, end, 1, () => {
        f.set(target, pointers[1]);
        f.set(i, 0);
        f.until(i, height, 1, () => {
          clear(f, target, i32.add(target, width));
          f.advance(target, pitch);
        });
        f.set(tap, 0);
        f.until(tap, taps, 1, () => {
          const at = i32.add(block, i32.shl(tap, 4));
          f.set(line, i32.add(pointers[0], i32.shl(argument(at, first + 1), 2)));
          f.set(target, i32.add(pointers[1], i32.shl(argument(at, first + 2), 2)));
          f.set(i, 0);
          f.until(i, rows, 1, () => {
            f.set(from, line);
            f.set(to, target);
            f.set(left, columns);
            f.if(together, () =>
              f.while(i32.geU(left, 4), () => {
                f.store("v128", to, f32x4.add(v128.load(to), v128.load(from)));
                f.advance(from, 16);
                f.advance(to, 16);
                f.advance(left, -4);
              }));
            f.while(left, () => {
              f.store("f32", to, f32.add(f32.load(to), f32.load(from)));
              f.advance(from, fromColumn);
              f.advance(to, toColumn);
              f.advance(left, -1);
            });
            f.advance(line, fromRow);
            f.advance(target, toRow);
          });
        });
        walk.next();
      });
    });
  });
}
