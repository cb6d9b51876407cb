/**
 * The gradient of maximum pooling in WebAssembly SIMD, of four neighbouring channels at a time.
 *
 * @module
 */
import type { ModuleBuilder } from "./assembler.ts";
import { better } from "./max_pooling_gradient.ts";
import { groupAt, offsetsOf, overPlaces, readAcross, startOf, withLanes } from "./pooling_across.ts";
import { clear } from "./pooling_memory.ts";
import { type PoolForm, spanOf } from "./pooling_window.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";

/** Defines the kernel. One unit is four planes of the image. */
export function defineMaxPoolGradientAcross(module: ModuleBuilder, form: PoolForm): void {
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const { a, groups } = readAcross(f, form, block, 3, 2);
    const [image, cotangent, gradient] = a.operands;
    const [steps, cotangentSteps] = a.strides;
    const pitch = f.local("i32", i32.shl(a.columns, 2));
    const size = f.local("i32", i32.mul(a.rows, pitch));
    const [best, place, mask] = [f.local("v128"), f.local("v128"), f.local("v128")];
    const [line, here, i, j] = Array.from({ length: 4 }, () => f.local("i32"));
    f.until(begin, end, 1, () => {
      const group = groupAt(f, a, groups, begin);
      const plane = startOf(f, image, steps, group);
      const above = startOf(f, cotangent, cotangentSteps, group);
      const target = f.local("i32", i32.add(i32.mul(group.image, a.channels), group.channel));
      f.set(target, i32.add(gradient, i32.mul(target, size)));
      clear(f, target, i32.add(target, i32.mul(group.count, size)));
      withLanes(f, group, steps[1], offsetsOf(f, group, steps[1]), (load) => {
        f.set(i, 0);
        f.until(i, a.outRows, 1, () => {
          const rows = spanOf(f, form, 0, i, a);
          const start = f.local("i32", i32.add(plane, i32.mul(rows.first, steps[2])));
          const y = f.local("i32", i32.add(above, i32.mul(i, cotangentSteps[2])));
          f.set(j, 0);
          f.until(j, a.outColumns, 1, () => {
            const columns = spanOf(f, form, 1, j, a);
            f.set(best, f32x4.splat(-Infinity));
            f.set(place, v128.constI32x4(0));
            f.set(line, 0);
            f.set(here, 0);
            const from = i32.add(start, i32.mul(columns.first, steps[3]));
            overPlaces(f, form, from, steps.slice(2), rows.count, columns.count, (address) => {
              const value = f.local("v128", load(address));
              f.set(mask, better(value, best));
              f.set(best, v128.bitselect(value, best, mask));
              f.set(place, v128.bitselect(i32x4.splat(here), place, mask));
              f.advance(here, 4);
            }, () => {
              f.advance(line, pitch);
              f.set(here, line);
            });
            const seen = i32.and(i32.gtS(rows.count, 0), i32.gtS(columns.count, 0));
            f.if(seen, () => {
              const to = f.local("i32", i32.add(i32.mul(rows.first, pitch), i32.shl(columns.first, 2)));
              f.set(to, i32.add(to, target));
              const from = f.local("i32", y);
              for (let lane = 0; lane < 4; lane++) {
                const add = (): void => {
                  const at = f.local("i32", i32.add(to, i32x4.extractLane(place, lane)));
                  f.store("f32", at, f32.add(f32.load(at), f32.load(from)));
                  f.advance(to, size);
                  f.advance(from, cotangentSteps[1]);
                };
                if (lane === 0) add();
                else f.if(i32.gtU(group.count, lane), add);
              }
            });
            f.advance(y, cotangentSteps[3]);
          });
        });
      });
    });
  });
}
