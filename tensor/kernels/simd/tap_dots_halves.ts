/**
 * The micro-kernel of gradients of convolutions for their weights that go plane by plane (`tap_dots.ts`) where windows step on by
 * two columns: images are read where they are, as in `plane_halves.ts`.
 *
 * @module
 */
import type { ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { functionsOf } from "./instances.ts";
import { alongHalves, type HalvesForm, halvesKey, type HalvesTile } from "./plane_halves.ts";
import { i32 } from "./scalar.ts";
import { addDot, DOT_PIXELS, type TapDots } from "./tap_dots.ts";
import { multiplyAdd } from "./tile.ts";
import { v128 } from "./vector.ts";

/** Vectors of columns that go along together. */
const VECTORS = 2;

function defineTapDotsHalves(module: ModuleBuilder, form: HalvesForm, cotangentRow: number): void {
  const { window, target } = form;
  const madd = multiplyAdd(form.relaxed);
  const parameters = Array.from({ length: 16 }, () => "i32" as const);
  // deno-fmt-ignore
  module.define("run", parameters, null, (f, _table, _filled, source, cotangent, sums, images, sourceImage, cotangentImage,
    _lines, outputs, cotangentOutput, sumOutput, channels, sourceStep, cotangentStep, sumStep) => {
    const [plane, other, beside, into, image, output, left] = [1, 2, 3, 4, 5, 6, 7].map(() => f.local("i32"));
    const dots = Array.from({ length: window[0] * window[1] }, () => f.local("v128"));
    const values = [0, 1].map(() => Array.from({ length: VECTORS }, () => f.local("v128")));
    const value = f.local("v128");
    const restart = (): void => {
      for (const dot of dots) f.set(dot, v128.constI32x4(0));
      f.set(left, DOT_PIXELS);
    };
    const finish = (): void => dots.forEach((dot, tap) => addDot(f, into, dot, 4 * tap));
    const add = ({ height, places, from, seen, split, under, at, offset }: HalvesTile): void => {
      /** What a vector has of columns that no vector before it has. */
      const own = (v: number, vector: Expression<"v128">): Expression<"v128"> => {
        const first = Math.max(from, v > 0 ? places[v - 1] + 4 : 0) - places[v];
        const [a, b, c, d] = [0, 1, 2, 3].map((lane) => lane < first ? 0 : -1);
        return first > 0 ? v128.and(vector, v128.constI32x4(a, b, c, d)) : vector;
      };
      for (let i = 0; i < height; i++) {
        for (const v of places.keys()) f.set(values[i][v], own(v, v128.load(at, offset(i, v))));
      }
      for (const { row, uses } of seen) {
        for (const v of [...places.keys()].reverse()) {
          split(row, v);
          for (let tap = 0; tap < window[1]; tap++) {
            f.set(value, own(v, under(v, tap)));
            for (const [line, below] of uses) {
              const dot = dots[below * window[1] + tap];
              f.set(dot, madd(values[line][v], value, dot));
            }
          }
        }
      }
    };
    f.while(channels, () => {
      f.set(other, cotangent);
      f.set(into, sums);
      f.set(output, outputs);
      f.while(output, () => {
        restart();
        f.set(plane, source);
        f.set(beside, other);
        f.set(image, images);
        f.while(image, () => {
          alongHalves(f, form, VECTORS, plane, { address: beside, rowBytes: cotangentRow }, add, (height) => {
            f.advance(left, -height * target[1]);
            f.if(i32.leS(left, 0), () => {
              finish();
              restart();
            });
          });
          f.advance(plane, sourceImage);
          f.advance(beside, cotangentImage);
          f.advance(image, -1);
        });
        finish();
        f.advance(other, cotangentOutput);
        f.advance(into, sumOutput);
        f.advance(output, -1);
      });
      f.advance(source, sourceStep);
      f.advance(cotangent, cotangentStep);
      f.advance(sums, sumStep);
      f.advance(channels, -1);
    });
  });
}

/** The micro-kernel of a form, whose cotangents have so many bytes from row to row; its first planes and its lines are not used. */
export function tapDotsHalvesOf(memory: WebAssembly.Memory, form: HalvesForm, cotangentRow: number): TapDots {
  return functionsOf<{ readonly run: TapDots }>(
    memory,
    `tapDotsHalves|${cotangentRow}|${halvesKey(form)}`,
    (module) => defineTapDotsHalves(module, form, cotangentRow),
  ).run;
}
