/**
 * The gradient of average pooling in WebAssembly SIMD, of four neighbouring channels at a time.
 *
 * @module
 */
import { promoted } from "./accumulate.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { holders, overRows, type Row } from "./average_pooling_gradient.ts";
import type { Expression } from "./expression.ts";
import { offsetsOf, overGroupRows, readAcross, startOf, storeLanes, withLanes } from "./pooling_across.ts";
import { type PoolForm, type Span, spanOf } from "./pooling_window.ts";
import { f64, i32 } from "./scalar.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

type Word = Expression<"i32">;

/** Defines the kernel; `whole` says whether padding counts. One unit is a row of the gradient of four channels. */
export function defineAveragePoolGradientAcross(module: ModuleBuilder, form: PoolForm, whole: boolean): void {
  const { window, strides } = form;
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const { a, groups } = readAcross(f, form, block, 2, 1);
    const [source, gradient] = a.operands;
    const [steps] = a.strides;
    const [sums, all] = [[f.local("v128"), f.local("v128")], f64x2.splat(window[0] * window[1])];
    const mean = f.local("v128");
    const column = f.local("i32");
    const extents = [a.rows, a.columns] as const;
    overGroupRows(f, a, groups, gradient, extents, begin, end, ({ group, row: i, target, offsets }) => {
      const windows = holders(f, i, a.lowRow, window[0], strides[0], a.outRows);
      const cotangent = startOf(f, source, steps, group);
      f.advance(cotangent, i32.mul(windows.first, steps[2]));
      const row: Row = { windows, cotangent, target };
      withLanes(f, group, steps[1], offsetsOf(f, group, steps[1]), (load) => {
        /** What some windows of the row come to. */
        const gather = (across: Span): void => {
          sums.forEach((half) => f.set(half, v128.constI32x4(0)));
          overRows(f, form, a, row, whole, (line, high) => {
            const from = f.local("i32", i32.add(line, i32.mul(across.first, steps[3])));
            const left = f.local("i32", across.count);
            const index = f.local("i32", across.first);
            f.while(i32.gtS(left, 0), () => {
              const wide = (): Word => spanOf(f, form, 1, index, a).count;
              const count = whole
                ? null
                : f.local("v128", f64x2.splat(f64.convertI32U(i32.mul(high, wide()))));
              promoted(f.local("v128", load(from))).forEach((part, half) =>
                f.set(sums[half], f64x2.add(sums[half], count === null ? part : f64x2.div(part, count)))
              );
              f.advance(from, steps[3]);
              f.advance(index, 1);
              f.advance(left, -1);
            });
          });
          const [low, high] = sums.map((half) => f32x4.demoteF64x2Zero(whole ? f64x2.div(half, all) : half));
          f.set(mean, f32x4.shuffle(low, high, [0, 1, 4, 5]));
        };
        const at = f.local("i32", target);
        f.set(column, 0);
        f.until(column, a.columns, 1, () => {
          gather(holders(f, column, a.lowColumn, window[1], strides[1], a.outColumns));
          storeLanes(f, at, offsets, mean);
          f.advance(at, 4);
        });
      });
    });
  });
}
