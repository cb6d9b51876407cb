/**
 * The micro-kernel of convolutions of one channel of the source each that go plane by plane (`convolution_by_plane.ts`) and
 * step on by two columns: planes are read where they are (`plane_halves.ts`).
 *
 * @module
 */
import type { ModuleBuilder } from "./assembler.ts";
import type { Depthwise } from "./depthwise.ts";
import { HELD_TAPS } from "./depthwise_halves_plan.ts";
import { functionsOf } from "./instances.ts";
import { alongHalves, type HalvesForm, halvesKey, type HalvesTile, ROWS } from "./plane_halves.ts";
import { multiplyAdd } from "./tile.ts";
import { v128 } from "./vector.ts";

/** Vectors of columns that are summed at once. */
const VECTORS = 2;

function defineHalves(module: ModuleBuilder, form: HalvesForm): void {
  const { window } = form;
  const madd = multiplyAdd(form.relaxed);
  const held = window[0] * window[1] <= HELD_TAPS;
  const parameters = Array.from({ length: 14 }, () => "i32" as const);
  // deno-fmt-ignore
  module.define("run", parameters, null, (f, _table, _filled, weight, plane, output, _rows, planes, targets, sourceStep,
    weightStep, targetStep, nextWeights, nextTarget) => {
    const weights = Array.from({ length: window[0] * window[1] }, () => f.local("v128"));
    const [weightsAt, targetAt, count] = [1, 2, 3].map(() => f.local("i32"));
    const value = f.local("v128");
    const sums = Array.from({ length: ROWS }, () => Array.from({ length: VECTORS }, () => f.local("v128")));
    const sum = ({ height, places, seen, split, under, at, offset }: HalvesTile): void => {
      for (const list of sums.slice(0, height)) for (const local of list) f.set(local, v128.constI32x4(0));
      const vectors = places.map((_, v) => v).reverse();
      const taps = Array.from({ length: window[1] }, (_, tap) => tap);
      for (const { row, uses } of seen) {
        const add = (v: number, tap: number): void => {
          f.set(value, under(v, tap));
          for (const [line, below] of uses) {
            f.set(sums[line][v], madd(weights[below * window[1] + tap], value, sums[line][v]));
          }
        };
        // Weights that have no registers are read once for all vectors.
        if (held) {
          for (const v of vectors) {
            split(row, v);
            for (const tap of taps) add(v, tap);
          }
        } else {
          for (const v of vectors) split(row, v);
          for (const tap of taps) for (const v of vectors) add(v, tap);
        }
      }
      for (let i = 0; i < height; i++) {
        for (const v of places.keys()) f.store("v128", at, sums[i][v], offset(i, v));
      }
    };
    f.while(planes, () => {
      f.set(weightsAt, weight);
      f.set(targetAt, output);
      f.set(count, targets);
      f.while(count, () => {
        weights.forEach((local, i) => f.set(local, v128.load32Splat(weightsAt, 4 * i)));
        alongHalves(f, form, VECTORS, plane, { address: targetAt, rowBytes: 4 * form.target[1] }, sum);
        f.advance(weightsAt, nextWeights);
        f.advance(targetAt, nextTarget);
        f.advance(count, -1);
      });
      f.advance(plane, sourceStep);
      f.advance(weight, weightStep);
      f.advance(output, targetStep);
      f.advance(planes, -1);
    });
  });
}

/** The micro-kernel of a form; its first planes, that are filled, its rows and its last parameter are not used. */
export function depthwiseHalvesOf(memory: WebAssembly.Memory, form: HalvesForm): Depthwise {
  const key = halvesKey(form);
  return functionsOf<{ readonly run: Depthwise }>(
    memory,
    `depthwiseHalves|${key}`,
    (module) => defineHalves(module, form),
  ).run;
}
