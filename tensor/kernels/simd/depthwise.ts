/**
 * The micro-kernels of convolutions with a single source channel to a group: few vectors of a plane are read at
 * places that are constants of the code.
 *
 * @module
 */
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { functionsOf } from "./instances.ts";
import { i32 } from "./scalar.ts";
import { multiplyAdd } from "./tile.ts";
import { v128 } from "./vector.ts";

/** The most taps that are written out; more go through the micro-kernel of products. */
export const DEPTHWISE_TAPS: number = 32;

/**
 * Rows of the targets from planes, `planes` of them. Addresses, rows and steps from one plane, its weights and its target
 * to the next: bytes; `width` counts elements. The weights of the taps are neighbours. Each element is the sum over the
 * taps in their order, from 0.
 */
export type Depthwise = (
  weights: number,
  plane: number,
  planeRow: number,
  target: number,
  targetRow: number,
  lines: number,
  width: number,
  planes: number,
  weightStep: number,
  planeStep: number,
  targetStep: number,
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
  const parameters = ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;
  // deno-fmt-ignore
  module.define("run", parameters, null, (f, weight, first, planeRow, output, targetRow, count, width,
    planes, weightStep, planeStep, targetStep) => {
    const weights = offsets.map(() => f.local("v128"));
    const [plane, target, lines] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const [from, to, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
    f.while(planes, () => {
      weights.forEach((local, tap) => f.set(local, v128.load32Splat(weight, 4 * tap)));
      f.set(plane, first);
      f.set(target, output);
      f.set(lines, count);
      f.while(lines, () => {
        f.set(from, plane);
        f.set(to, target);
        f.set(left, width);
        for (const vectors of [3, 1]) {
          f.while(i32.geU(left, 4 * vectors), () => {
            const sums = sumTaps(f, weights, offsets, from, vectors, relaxed);
            sums.forEach((sum, v) => f.store("v128", to, sum, 16 * v));
            f.advance(from, 16 * vectors);
            f.advance(to, 16 * vectors);
            f.advance(left, -4 * vectors);
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
      f.advance(weight, weightStep);
      f.advance(first, planeStep);
      f.advance(output, targetStep);
      f.advance(planes, -1);
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
