/**
 * The gradient of average pooling in WebAssembly SIMD, of four neighbouring channels at a time.
 *
 * @module
 */
import { promoted } from "./accumulate.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { holders, overRows, type Row } from "./average_pooling_gradient.ts";
import { constant, type Expression } from "./expression.ts";
import {
  type LoadLanes,
  offsetsOf,
  overGroupRows,
  readAcross,
  startOf,
  stridesAt,
  withLanes,
} from "./pooling_across.ts";
import { type PoolArguments, type PoolForm, positive, spanOf } from "./pooling_window.ts";
import { f32, f64, i32 } from "./scalar.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;

/** The columns of a window that are stored without a loop. */
const UNROLLED = 8;

/** Defines the kernel; `whole` says whether padding counts. One unit is a row of the gradient of four channels. */
export function defineAveragePoolGradientAcross(module: ModuleBuilder, form: PoolForm, whole: boolean): void {
  const { window, strides } = form;
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const { a, groups } = readAcross(f, form, block, 2, 1);
    const [source, gradient] = a.operands;
    const [steps] = a.strides;
    const outSteps = stridesAt(f, block, a.next + 1);
    const targets = { address: gradient, strides: outSteps, rows: a.rows };
    overGroupRows(f, a, groups, targets, begin, end, ({ group, row: i, target, store }) => {
      const windows = holders(f, i, a.lowRow, window[0], strides[0], a.outRows);
      const cotangent = startOf(f, source, steps, group);
      f.advance(cotangent, i32.mul(windows.first, steps[2]));
      const unit: Unit = { row: { windows, cotangent, target }, step: outSteps[3], store };
      withLanes(f, group, steps[1], offsetsOf(f, group, steps[1]), (load) => {
        if (window[1] > strides[1]) byColumns(f, form, a, unit, whole, load);
        else byWindows(f, form, a, unit, whole, load);
      });
    });
  });
}

/** A row of the gradient of four channels. */
interface Unit {
  /** The row. */
  readonly row: Row;
  /** Bytes from one of its columns to the next. */
  readonly step: Word;
  /** Stores an element of each channel. */
  readonly store: (address: Word, value: Local<"v128">) => void;
}

/** Writes a row whose windows do not overlap along the columns: all columns of a window have the same sum. */
function byWindows(
  f: FunctionBuilder,
  form: PoolForm,
  a: PoolArguments,
  { row, step, store }: Unit,
  whole: boolean,
  load: LoadLanes,
): void {
  const { window, strides } = form;
  const apart = window[0] <= strides[0];
  const from = a.strides[0][3];
  const [sums, all] = [[f.local("v128"), f.local("v128")], f64x2.splat(window[0] * window[1])];
  const [mean, zero] = [f.local("v128"), f.local("v128", v128.constI32x4(0))];
  const [at, j, left] = Array.from({ length: 3 }, () => f.local("i32"));
  /** Writes zeros from a column on. */
  const wipe = (from: Word): void => {
    f.set(at, i32.add(row.target, i32.mul(from, step)));
    f.set(left, i32.sub(a.columns, from));
    f.while(left, () => {
      store(at, zero);
      f.advance(at, step);
      f.advance(left, -1);
    });
  };
  const start = constant("i32", 0);
  if (form.inside && window[1] === strides[1]) {
    // Windows side by side cover the row but for its end.
    f.if(
      i32.gtS(row.windows.count, 0),
      () => wipe(f.local("i32", i32.mul(a.outColumns, window[1]))),
      () => wipe(start),
    );
  } else wipe(start);
  f.set(j, 0);
  f.if(i32.gtS(row.windows.count, 0), () => {
    // Where windows do not overlap along the rows either, there is one.
    const tall = whole ? constant("i32", window[0]) : spanOf(f, form, 0, row.windows.first, a).count;
    f.until(j, a.outColumns, 1, () => {
      const { first, count } = spanOf(f, form, 1, j, a);
      const sizeOf = (high: Word): Expression<"f64"> => f64.convertI32U(i32.mul(high, count));
      if (apart) {
        // The quotient of float32 is that of float64, rounded; added to 0, so that -0 gives 0.
        const size = whole
          ? f32x4.splat(window[0] * window[1])
          : f32x4.splat(f32.convertI32U(i32.mul(tall, count)));
        f.set(mean, f32x4.add(f32x4.div(load(i32.add(row.cotangent, i32.mul(j, from))), size), zero));
      } else {
        sums.forEach((half) => f.set(half, v128.constI32x4(0)));
        overRows(f, form, a, row, whole, (line, high) => {
          const value = f.local("v128", load(i32.add(line, i32.mul(j, from))));
          const size = whole ? null : f.local("v128", f64x2.splat(sizeOf(high)));
          promoted(value).forEach((part, half) =>
            f.set(sums[half], f64x2.add(sums[half], size === null ? part : f64x2.div(part, size)))
          );
        });
        f.set(mean, demoted(sums, whole ? all : null));
      }
      f.set(at, i32.add(row.target, i32.mul(first, step)));
      if (form.inside && window[1] <= UNROLLED) {
        for (let column = 0; column < window[1]; column++) {
          store(at, mean);
          if (column + 1 < window[1]) f.advance(at, step);
        }
        return;
      }
      f.set(left, positive(count));
      f.while(left, () => {
        store(at, mean);
        f.advance(at, step);
        f.advance(left, -1);
      });
    });
  });
}

/** Writes a row whose windows overlap along the columns. */
function byColumns(
  f: FunctionBuilder,
  form: PoolForm,
  a: PoolArguments,
  { row, step, store }: Unit,
  whole: boolean,
  load: LoadLanes,
): void {
  const { window, strides } = form;
  const from = a.strides[0][3];
  const [sums, all] = [[f.local("v128"), f.local("v128")], f64x2.splat(window[0] * window[1])];
  const mean = f.local("v128");
  const column = f.local("i32", 0);
  const at = f.local("i32", row.target);
  f.set(column, 0);
  f.until(column, a.columns, 1, () => {
    const across = holders(f, column, a.lowColumn, window[1], strides[1], a.outColumns);
    sums.forEach((half) => f.set(half, v128.constI32x4(0)));
    overRows(f, form, a, row, whole, (line, high) => {
      const place = f.local("i32", i32.add(line, i32.mul(across.first, from)));
      const left = f.local("i32", across.count);
      const index = f.local("i32", across.first);
      f.while(i32.gtS(left, 0), () => {
        const wide = (): Word => spanOf(f, form, 1, index, a).count;
        const count = whole ? null : f.local("v128", f64x2.splat(f64.convertI32U(i32.mul(high, wide()))));
        promoted(f.local("v128", load(place))).forEach((part, half) =>
          f.set(sums[half], f64x2.add(sums[half], count === null ? part : f64x2.div(part, count)))
        );
        f.advance(place, from);
        f.advance(index, 1);
        f.advance(left, -1);
      });
    });
    f.set(mean, demoted(sums, whole ? all : null));
    store(at, mean);
    f.advance(at, step);
  });
}

/** Two halves as one vector of float32, over a size unless that is null. */
function demoted(sums: readonly Vector[], size: Vector | null): Vector {
  const [low, high] = sums.map((half) => f32x4.demoteF64x2Zero(size === null ? half : f64x2.div(half, size)));
  return f32x4.shuffle(low, high, [0, 1, 4, 5]);
}
