/**
 * Maximum pooling in WebAssembly SIMD, with the units, the arguments and the bits of the JavaScript loop.
 *
 * @module
 */
import { call, type ModuleBuilder } from "./assembler.ts";
import { greatestOf } from "./extremes.ts";
import { i32 } from "./scalar.ts";
import { alongOutputRow } from "./pooling_row.ts";
import { overTaps, overWindow } from "./pooling_taps.ts";
import { after, overRowsOfPlanes, type PoolForm, readPoolArguments, spanOf } from "./pooling_window.ts";
import { f32x4 } from "./vector.ts";
import { overRowsOfGroups, readAcross } from "./pooling_across.ts";

/** Taps of a window that are compared as numbers. */
const FEW_TAPS = 4;

/** Defines the kernel. One unit is a row of the output. */
export function defineMaxPool(module: ModuleBuilder, form: PoolForm): void {
  const { window } = form;
  const greatest = module.define(null, ["i32", "i32", "i32", "i32"], "f32", (f, from, row, high, wide) => {
    // The greatest of vectors takes fewer instructions than that of numbers.
    const best = greatestOf(f, window[0] * window[1] <= FEW_TAPS);
    best.start();
    overWindow(f, from, row, high, wide, (value) => best.take(f.local("v128", f32x4.splat(value))));
    return f32x4.extractLane(best.result(), 0);
  });
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const a = readPoolArguments(f, form, block, 2, 1);
    const [image, output] = a.operands;
    const [steps] = a.strides;
    const best = greatestOf(f, window[0] * window[1] <= FEW_TAPS);
    overRowsOfPlanes(f, a, image, steps, begin, end, ({ start: plane, row: i, limit }) => {
      const rows = spanOf(f, form, 0, i, a);
      const start = f.local("i32", i32.add(plane, i32.mul(rows.first, steps[2])));
      const to = f.local("i32", after(output, i32.mul(begin, a.outColumns)));
      alongOutputRow(f, form, a, {
        together: i32.gtS(rows.count, 0),
        four(column) {
          best.start();
          overTaps(f, form, after(start, column), steps[2], rows.count, best.take);
          return best.result();
        },
        one: ({ first, count }) => call(greatest, after(start, first), steps[2], rows.count, count),
        ...{ to, limit, from: [start, i32.mul(i32.sub(rows.count, 1), steps[2])] },
      });
    });
  });
}

/** The kernel for channels that go along together. One unit is a row of the output of four channels. */
export function defineMaxPoolAcross(module: ModuleBuilder, form: PoolForm): void {
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const across = readAcross(f, form, block, 2, 2);
    const best = greatestOf(f);
    const result = f.local("v128");
    overRowsOfGroups(f, form, across, across.a.strides[1], begin, end, ({ each }, store) => {
      best.start();
      each((value) => best.take(value));
      f.set(result, best.result());
      store(result);
    });
  });
}
