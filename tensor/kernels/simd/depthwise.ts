/**
 * The micro-kernels of convolutions with a single source channel to a group, and of their gradient for the
 * weights: few vectors of a plane are read at places that are constants of the code.
 *
 * @module
 */
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { functionsOf } from "./instances.ts";
import { f32, i32 } from "./scalar.ts";
import { multiplyAdd } from "./tile.ts";
import { f32x4, v128 } from "./vector.ts";

/** The most taps that are written out; more go through the micro-kernel of products. */
export const DEPTHWISE_TAPS: number = 32;

/**
 * Rows of the target from a plane. Addresses and rows: bytes; `width` counts elements. The weights of the taps
 * are neighbours. Each element is the sum over the taps in their order, from 0.
 */
export type Depthwise = (
  weights: number,
  plane: number,
  planeRow: number,
  target: number,
  targetRow: number,
  lines: number,
  width: number,
) => void;

/** Writes the sums of `count` vectors from `plane` on; `store` is told the sums. */
function sumTaps(
  f: FunctionBuilder,
  weights: readonly Local<"v128">[],
  offsets: readonly number[],
  plane: Local<"i32">,
  count: number,
  relaxed: boolean,
): Expression<"v128">[] {
  const madd = multiplyAdd(relaxed);
  const sums = Array.from({ length: count }, () => f.local("v128"));
  for (const sum of sums) f.set(sum, v128.constI32x4(0));
  offsets.forEach((offset, tap) => {
    sums.forEach((sum, v) => f.set(sum, madd(weights[tap], v128.load(plane, offset + 16 * v), sum)));
  });
  return sums;
}

function defineDepthwise(module: ModuleBuilder, offsets: readonly number[], relaxed: boolean): void {
  const parameters = ["i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;
  // deno-fmt-ignore
  module.define("run", parameters, null, (f, weight, plane, planeRow, target, targetRow, lines, width) => {
    const weights = offsets.map((_, tap) => f.local("v128", v128.load32Splat(weight, 4 * tap)));
    const [from, to, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
    f.while(lines, () => {
      f.set(from, plane);
      f.set(to, target);
      f.set(left, width);
      for (const count of [3, 1]) {
        f.while(i32.geU(left, 4 * count), () => {
          const sums = sumTaps(f, weights, offsets, from, count, relaxed);
          sums.forEach((sum, v) => f.store("v128", to, sum, 16 * v));
          f.advance(from, 16 * count);
          f.advance(to, 16 * count);
          f.advance(left, -4 * count);
        });
      }
      f.if(left, () => {
        const [sum] = sumTaps(f, weights, offsets, from, 1, relaxed);
        for (const lane of [0, 1, 2]) {
          f.if(i32.gtU(left, lane), () => f.storeLane32(to, sum, lane, 4 * lane));
        }
      });
      f.advance(plane, planeRow);
      f.advance(target, targetRow);
      f.advance(lines, -1);
    });
  });
}

/** The micro-kernel for taps that see a plane from these bytes on. */
export function depthwiseOf(
  memory: WebAssembly.Memory,
  offsets: readonly number[],
  relaxed: boolean,
): Depthwise {
  return functionsOf<{ readonly run: Depthwise }>(
    memory,
    `depthwise|${relaxed}|${offsets.join()}`,
    (module) => defineDepthwise(module, offsets, relaxed),
  ).run;
}

/**
 * The products of what each tap sees of a plane with a cotangent, added up and then added to what is at `sums`,
 * a number for each tap. Addresses and rows: bytes; `width` counts elements, which are neighbours.
 *
 * Four partial sums run over the columns modulo 4 of all rows and are added as (0 + 1) + (2 + 3).
 */
export type TapDots = (
  plane: number,
  planeRow: number,
  cotangent: number,
  cotangentRow: number,
  lines: number,
  width: number,
  sums: number,
) => void;

/** The most taps that `TapDots` sums at once. */
const TAPS_AT_ONCE = 8;

function defineTapDots(module: ModuleBuilder, offsets: readonly number[], relaxed: boolean): void {
  const madd = multiplyAdd(relaxed);
  const parameters = ["i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;
  // deno-fmt-ignore
  module.define("run", parameters, null, (f, plane, planeRow, cotangent, cotangentRow, lines, width, sums) => {
    const [from, beside, left, line] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
    const [row, other] = [f.local("i32"), f.local("i32")];
    const value = f.local("v128");
    const parts = Math.ceil(offsets.length / TAPS_AT_ONCE);
    const size = Math.ceil(offsets.length / parts);
    for (let first = 0; first < offsets.length; first += size) {
      const places = offsets.slice(first, first + size);
      const dots = places.map(() => f.local("v128"));
      const add = (load: (address: Expression<"i32">, offset?: number) => Expression<"v128">): void => {
        f.set(value, load(beside));
        dots.forEach((dot, tap) => f.set(dot, madd(value, load(from, places[tap]), dot)));
      };
      for (const dot of dots) f.set(dot, v128.constI32x4(0));
      f.set(row, plane);
      f.set(other, cotangent);
      f.set(line, lines);
      f.while(line, () => {
        f.set(from, row);
        f.set(beside, other);
        f.set(left, width);
        for (const [count, load] of [[4, v128.load], [1, v128.load32Zero]] as const) {
          f.while(i32.geU(left, count), () => {
            add(load);
            f.advance(from, 4 * count);
            f.advance(beside, 4 * count);
            f.advance(left, -count);
          });
        }
        f.advance(row, planeRow);
        f.advance(other, cotangentRow);
        f.advance(line, -1);
      });
      dots.forEach((dot, tap) => {
        const lane = (l: number): Expression<"f32"> => f32x4.extractLane(dot, l);
        const sum = f32.add(f32.add(lane(0), lane(1)), f32.add(lane(2), lane(3)));
        const offset = 4 * (first + tap);
        f.store("f32", sums, f32.add(f32.load(sums, offset), sum), offset);
      });
    }
  });
}

/** The micro-kernel of the gradient for taps that see a plane from these bytes on. */
export function tapDotsOf(
  memory: WebAssembly.Memory,
  offsets: readonly number[],
  relaxed: boolean,
): TapDots {
  return functionsOf<{ readonly run: TapDots }>(
    memory,
    `tapDots|${relaxed}|${offsets.join()}`,
    (module) => defineTapDots(module, offsets, relaxed),
  ).run;
}
