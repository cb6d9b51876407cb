/**
 * Maximum pooling in WebAssembly SIMD, with the units, the arguments and the bits of the JavaScript loop.
 *
 * @module
 */
import { call, type ModuleBuilder } from "./assembler.ts";
import { f32, i32 } from "./scalar.ts";
import {
  after,
  alongRow,
  overTaps,
  overWindow,
  planeStart,
  type PoolForm,
  readPoolArguments,
  spanOf,
} from "./pooling_window.ts";
import { f32x4 } from "./vector.ts";

/** Defines the kernel. One unit is a row of the output. */
export function defineMaxPool(module: ModuleBuilder, form: PoolForm): void {
  const { window, strides } = form;
  const greatest = module.define(null, ["i32", "i32", "i32", "i32"], "f32", (f, from, row, high, wide) => {
    const best = f.local("f32", -Infinity);
    overWindow(f, from, row, high, wide, (value) => f.set(best, f32.max(best, value)));
    return best;
  });
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const a = readPoolArguments(f, form, block, 2, 1);
    const [image, output] = a.operands;
    const [steps] = a.strides;
    const best = f.local("v128");
    f.until(begin, end, 1, () => {
      const plane = f.local("i32", i32.divU(begin, a.outRows));
      const i = f.local("i32", i32.sub(begin, i32.mul(plane, a.outRows)));
      const rows = spanOf(f, i, strides[0], a.lowRow, window[0], a.rows);
      const start = planeStart(f, a, image, steps, plane);
      f.advance(start, i32.mul(rows.first, steps[2]));
      const to = f.local("i32", after(output, i32.mul(begin, a.outColumns)));
      alongRow(f, form, a, {
        again: true,
        together: i32.gtS(rows.count, 0),
        four(j, column) {
          f.set(best, f32x4.splat(-Infinity));
          overTaps(f, form, after(start, column), steps[2], rows.count, (value, first) => {
            f.set(best, first ? value : f32x4.max(best, value));
          });
          f.store("v128", after(to, j), best);
        },
        one: (j, { first, count }) =>
          f.store("f32", after(to, j), call(greatest, after(start, first), steps[2], rows.count, count)),
      });
    });
  });
}
