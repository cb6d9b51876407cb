/**
 * Average pooling in WebAssembly SIMD, with the units, the arguments and the bits of the JavaScript loop: sums are
 * in double precision, row by row.
 *
 * @module
 */
import { promoted } from "./accumulate.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { constant, select } from "./expression.ts";
import { argument } from "./operands.ts";
import { overRowsOfGroups, readAcross, stridesAt } from "./pooling_across.ts";
import { alongOutputRow } from "./pooling_row.ts";
import { overTaps, overWindow } from "./pooling_taps.ts";
import {
  after,
  overRowsOfPlanes,
  type PoolForm,
  positive,
  readPoolArguments,
  spanOf,
} from "./pooling_window.ts";
import { f32, f64, i32 } from "./scalar.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

/** Defines the kernel. One unit is a row of the output. */
export function defineAveragePool(module: ModuleBuilder, form: PoolForm): void {
  const { window } = form;
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const a = readPoolArguments(f, form, block, 2, 1);
    const [image, output] = a.operands;
    const [steps] = a.strides;
    const all = constant("i32", window[0] * window[1]);
    const whole = f.local("i32", argument(block, a.next));
    const sums = [f.local("v128"), f.local("v128")];
    const counts = f.local("v128");
    const sum = f.local("f64");
    const count = f.local("i32");
    overRowsOfPlanes(f, a, image, steps, begin, end, ({ start: plane, row: i, limit }) => {
      const rows = spanOf(f, form, 0, i, a);
      const high = f.local("i32", positive(rows.count));
      f.set(counts, f64x2.splat(f64.convertI32U(select(whole, all, i32.mul(high, window[1])))));
      const start = f.local("i32", i32.add(plane, i32.mul(rows.first, steps[2])));
      const to = f.local("i32", after(output, i32.mul(begin, a.outColumns)));
      alongOutputRow(f, form, a, {
        together: i32.gtS(high, 0),
        four(column) {
          sums.forEach((half) => f.set(half, v128.constI32x4(0)));
          overTaps(f, form, after(start, column), steps[2], high, (value) => {
            promoted(value).forEach((part, half) => f.set(sums[half], f64x2.add(sums[half], part)));
          });
          const [low, upper] = sums.map((half) => f32x4.demoteF64x2Zero(f64x2.div(half, counts)));
          return f32x4.shuffle(low, upper, [0, 1, 4, 5]);
        },
        one({ first, count: wide }) {
          f.set(sum, 0);
          overWindow(f, after(start, first), steps[2], high, wide, (value) => {
            f.set(sum, f64.add(sum, f64.promoteF32(value)));
          });
          f.set(count, select(whole, all, i32.mul(high, positive(wide))));
          f.if(count, () => f.set(sum, f64.div(sum, f64.convertI32U(count))));
          return f32.demoteF64(sum);
        },
        ...{ to, limit, from: [start, i32.mul(i32.sub(rows.count, 1), steps[2])] },
      });
    });
  });
}

/** The kernel for channels that go along together. One unit is a row of the output of four channels. */
export function defineAveragePoolAcross(module: ModuleBuilder, form: PoolForm): void {
  const { window } = form;
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const across = readAcross(f, form, block, 2, 1);
    const whole = f.local("i32", argument(block, across.a.next));
    const outSteps = stridesAt(f, block, across.a.next + 1);
    const result = f.local("v128");
    const sums = [f.local("v128"), f.local("v128")];
    const counts = f.local("v128");
    const count = f.local("i32");
    overRowsOfGroups(f, form, across, outSteps, begin, end, ({ each, rows, columns }, store) => {
      sums.forEach((half) => f.set(half, v128.constI32x4(0)));
      each((value) =>
        promoted(value).forEach((part, half) => f.set(sums[half], f64x2.add(sums[half], part)))
      );
      f.set(count, i32.mul(positive(rows.count), positive(columns.count)));
      // Of no elements, the mean is 0.
      f.set(count, select(whole, constant("i32", window[0] * window[1]), i32.add(count, i32.eqz(count))));
      f.set(counts, f64x2.splat(f64.convertI32U(count)));
      const [low, upper] = sums.map((half) => f32x4.demoteF64x2Zero(f64x2.div(half, counts)));
      f.set(result, f32x4.shuffle(low, upper, [0, 1, 4, 5]));
      store(result);
    });
  });
}
