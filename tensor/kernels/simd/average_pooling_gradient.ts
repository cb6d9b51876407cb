/**
 * The gradient of average pooling in WebAssembly SIMD, with the units, the arguments and the bits of the
 * JavaScript loop: sums are in double precision, window by window.
 *
 * Where windows do not overlap along the columns, all columns of a window have the same sum, which is made once; where
 * they do, columns at the same place of their windows go along together.
 *
 * @module
 */
import { promoted } from "./accumulate.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { clear, fill, loadFour } from "./pooling_memory.ts";
import { isPaired, loadThree, storeThree } from "./pooling_pairs.ts";
import { alongRow, TOGETHER } from "./pooling_row.ts";
import {
  after,
  overRowsOfPlanes,
  type PoolArguments,
  type PoolForm,
  positive,
  readPoolArguments,
  smaller,
  type Span,
  spanOf,
} from "./pooling_window.ts";
import { f32, f64, i32 } from "./scalar.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Double = Expression<"f64">;

/** The columns of a window that are stored one by one without a loop. */
const UNROLLED_COLUMNS = 8;

/** The windows that hold a place of an axis: the first, and how many; 0 or less if there is none. */
export function holders(
  f: FunctionBuilder,
  place: Word,
  low: Word,
  window: number,
  step: number,
  windows: Word,
): Span {
  // Window i holds the place when i step <= place + low < i step + window.
  const at = f.local("i32", i32.add(place, low));
  const first = f.local("i32", positive(i32.sub(at, window - 1)));
  f.set(first, i32.divU(i32.add(first, step - 1), step));
  const count = f.local("i32", i32.add(i32.divU(at, step), 1));
  f.set(count, i32.sub(smaller(count, windows), first));
  return { first, count };
}

/** The row of the gradient that is being written. */
export interface Row {
  /** The window rows that hold it. */
  readonly windows: Span;
  /** The cotangent of the first of them. */
  readonly cotangent: Local<"i32">;
  /** The gradient. */
  readonly target: Local<"i32">;
}

/** Goes through the window rows of a row; `high` is how many of their rows are inside. */
export function overRows(
  f: FunctionBuilder,
  form: PoolForm,
  a: PoolArguments,
  row: Row,
  whole: boolean,
  body: (cotangent: Local<"i32">, high: Local<"i32">) => void,
): void {
  const cotangent = f.local("i32", row.cotangent);
  const left = f.local("i32", row.windows.count);
  const index = f.local("i32", row.windows.first);
  const high = f.local("i32", form.window[0]);
  f.while(i32.gtS(left, 0), () => {
    if (!whole) f.set(high, spanOf(f, form, 0, index, a).count);
    body(cotangent, high);
    f.advance(cotangent, a.strides[0][2]);
    f.advance(index, 1);
    f.advance(left, -1);
  });
}

/** `value` over the number of elements of its window. */
function share(value: Double, high: Word, wide: Word): Double {
  return f64.div(value, f64.convertI32U(i32.mul(high, wide)));
}

/** Whether windows cover rows of their own, which are all the same. */
function areStacked({ window, strides, inside }: PoolForm): boolean {
  return inside && window[0] === strides[0] && window[0] > 1 && window[1] <= strides[1];
}

/**
 * Writes a row whose windows do not overlap along the columns, or `lines` such rows that are the same. Where they do not along
 * the rows either, nothing is added up, and the quotient of float32 is that of float64, rounded.
 */
function byWindows(
  f: FunctionBuilder,
  form: PoolForm,
  a: PoolArguments,
  row: Row,
  lines: Local<"i32">,
  whole: boolean,
): void {
  const { window, strides } = form;
  const apart = window[0] <= strides[0];
  const step = a.strides[0][3];
  const sums = [f.local("v128"), f.local("v128")];
  const sum = f.local("f64");
  const float = f.local("f32");
  const all = f64x2.splat(window[0] * window[1]);
  const stacked = areStacked(form);
  const rowBytes = f.local("i32", i32.shl(a.columns, 2));
  const [line, left] = [f.local("i32"), f.local("i32")];
  /** Writes at an address of the first row, and at the same place of the others. */
  const each = (from: Word, write: (at: Local<"i32">) => void): void => {
    f.set(line, from);
    if (!stacked) return write(line);
    f.set(left, lines);
    f.repeat(() => {
      write(line);
      f.advance(line, rowBytes);
      f.advance(left, -1);
    }, () => left);
  };
  const wipe = (from: Word): void => {
    const count = f.local("i32", i32.sub(after(row.target, a.columns), from));
    each(from, (at) => clear(f, at, i32.add(at, count)));
  };
  if (form.inside && window[1] === strides[1]) {
    // Windows side by side cover the row but for its end.
    const covered = i32.mul(a.outColumns, window[1]);
    f.if(i32.gtS(row.windows.count, 0), () => {
      f.if(i32.ltU(covered, a.columns), () => {
        const rest = (): void => wipe(after(row.target, covered));
        if (window[1] > TOGETHER + 1) return rest();
        // They are of the last four columns, of which windows are written later.
        f.if(
          i32.geU(a.columns, 4),
          () =>
            each(i32.sub(after(row.target, a.columns), 16), (at) => f.store("v128", at, v128.constI32x4(0))),
          rest,
        );
      });
    }, () => wipe(row.target));
  } else wipe(row.target);
  const mean = (value: Expression<"v128">, high: Word): Expression<"v128"> => {
    const count = window[0] * window[1];
    const quotient = !whole
      ? f32x4.div(value, f32x4.splat(f32.convertI32U(i32.mul(high, window[1]))))
      : Number.isInteger(Math.log2(count))
      ? f32x4.mul(value, f32x4.splat(1 / count))
      : f32x4.div(value, f32x4.splat(count));
    // Added to 0, so that -0 gives 0.
    return f32x4.add(quotient, v128.constI32x4(0));
  };
  const alongWindows = (): void =>
    alongRow(f, form, a, {
      again: true,
      together: i32.gtS(row.windows.count, 0),
      four(j, column) {
        const to = f.local("i32", after(row.target, column));
        if (apart) {
          // The row is of one window row.
          const high = whole ? constant("i32", window[0]) : spanOf(f, form, 0, row.windows.first, a).count;
          const value = loadFour(f, i32.add(row.cotangent, i32.mul(j, step)), step);
          const result = f.local("v128", mean(value, high));
          each(to, (at) => storeWindows(f, form, at, result));
          return;
        }
        sums.forEach((half) => f.set(half, v128.constI32x4(0)));
        overRows(f, form, a, row, whole, (cotangent, high) => {
          const value = loadFour(f, i32.add(cotangent, i32.mul(j, step)), step);
          const count = f64x2.splat(f64.convertI32U(i32.mul(high, window[1])));
          promoted(value).forEach((part, half) => {
            f.set(sums[half], f64x2.add(sums[half], whole ? part : f64x2.div(part, count)));
          });
        });
        const [low, high] = sums.map((half) => f32x4.demoteF64x2Zero(whole ? f64x2.div(half, all) : half));
        const result = f.local("v128", f32x4.shuffle(low, high, [0, 1, 4, 5]));
        storeWindows(f, form, to, result);
      },
      one(j, { first, count: wide }) {
        f.set(sum, 0);
        overRows(f, form, a, row, whole, (cotangent, high) => {
          const value = f64.promoteF32(f32.load(i32.add(cotangent, i32.mul(j, step))));
          f.set(sum, f64.add(sum, whole ? value : share(value, high, wide)));
        });
        if (whole) f.set(sum, f64.div(sum, window[0] * window[1]));
        f.set(float, f32.demoteF64(sum));
        f.if(i32.gtS(wide, 0), () => {
          const four = f.local("v128", f32x4.splat(float));
          const fillSome = (from: Word, count: Word): void => {
            const to = f.local("i32", from);
            fill(f, to, after(to, count), four, float);
          };
          const from = after(row.target, first);
          const apartFill = (): void => each(from, (at) => fillSome(at, wide));
          if (!stacked) return apartFill();
          // Whole rows are neighbours.
          f.if(i32.eq(a.columns, window[1]), () => fillSome(from, i32.mul(lines, window[1])), apartFill);
        });
      },
    });
  if (!isPaired(form) || !form.inside) return alongWindows();
  f.if(i32.eq(a.outColumns, TOGETHER - 1), () => {
    f.if(i32.gtS(row.windows.count, 0), () => {
      const value = f.local("v128", mean(loadThree(f, row.cotangent, step), constant("i32", 2)));
      each(row.target, (at) => storeThree(f, a, at, value, value));
    });
  }, alongWindows);
}

/** Stores each lane in all columns of its window. */
function storeWindows(
  f: FunctionBuilder,
  { window: [, columns], strides: [, step] }: PoolForm,
  to: Word,
  value: Expression<"v128">,
): void {
  if (columns === 2 && step === 2) {
    f.store("v128", to, f32x4.shuffle(value, value, [0, 0, 1, 1]));
    return f.store("v128", to, f32x4.shuffle(value, value, [2, 2, 3, 3]), 16);
  }
  for (const lane of [0, 1, 2, 3]) {
    if (columns <= UNROLLED_COLUMNS) {
      for (let column = 0; column < columns; column++) {
        f.storeLane32(to, value, lane, 4 * (lane * step + column));
      }
    } else {
      const at = f.local("i32", i32.add(to, 4 * lane * step));
      const end = f.local("i32", i32.add(at, 4 * columns));
      f.until(at, end, 4, () => f.storeLane32(at, value, lane));
    }
  }
}

/**
 * Writes a row whose windows overlap. Columns that are as far from the start of their last window are held by as many
 * windows, neighbours of those of the next such column: four of them go along together where all these windows are
 * inside of the image, the other columns go one by one.
 */
function byColumns(f: FunctionBuilder, form: PoolForm, a: PoolArguments, row: Row, whole: boolean): void {
  const { window: [, wide], strides: [, stride] } = form;
  const most = Math.floor((wide - 1) / stride) + 1;
  const [low, high] = whole ? [0, a.outColumns] : [a.inner, a.innerEnd];
  // The last windows of the first and after the last columns that go along together.
  const first = f.local("i32", i32.add(low, most - 1));
  const least = f.local("i32", i32.divU(i32.add(a.lowColumn, stride - 1), stride));
  f.if(i32.ltS(first, least), () => f.set(first, least));
  const last = f.local("i32", smaller(high, i32.divU(i32.add(a.columns, a.lowColumn), stride)));
  // The last four may be some of those before again.
  const four = f.local("i32", i32.sub(last, 4));
  const enough = f.local("i32", i32.leS(first, four));
  const start = f.local("i32", i32.sub(i32.mul(first, stride), a.lowColumn));
  const column = f.local("i32", 0);
  const to = f.local("i32", row.target);
  const place = (window: Word): void => {
    f.set(column, i32.sub(i32.mul(window, stride), a.lowColumn));
    f.set(to, after(row.target, column));
  };
  f.while(i32.ltU(column, a.columns), () => {
    f.if(i32.and(i32.eq(column, start), enough), () => {
      f.repeat(() => {
        place(first);
        fourColumns(f, form, a, row, whole, first, to);
        f.set(first, select(i32.eq(first, four), last, smaller(i32.add(first, 4), four)));
      }, () => i32.ltS(first, last));
      place(last);
    }, () => {
      oneColumn(f, form, a, row, whole, column, to);
      f.advance(column, 1);
      f.advance(to, 4);
    });
  });
}

/** Four times as many columns as windows step on, whose last windows are `last` and the three after it. */
function fourColumns(
  f: FunctionBuilder,
  form: PoolForm,
  a: PoolArguments,
  row: Row,
  whole: boolean,
  last: Word,
  to: Word,
): void {
  const { window, strides: [, stride] } = form;
  const step = a.strides[0][3];
  const all = f64x2.splat(window[0] * window[1]);
  const values = Array.from({ length: stride }, (_, column) => {
    const windows = Math.floor((window[1] - 1 - column) / stride) + 1;
    const sums = [0, 1].map(() => f.local("v128", v128.constI32x4(0)));
    overRows(f, form, a, row, whole, (cotangent, high) => {
      const from = f.local("i32", i32.add(cotangent, i32.mul(i32.sub(last, windows - 1), step)));
      const count = f.local("v128", f64x2.splat(f64.convertI32U(i32.mul(high, window[1]))));
      const add = (): void => {
        promoted(loadFour(f, from, step)).forEach((part, half) =>
          f.set(sums[half], f64x2.add(sums[half], whole ? part : f64x2.div(part, count)))
        );
        f.advance(from, step);
      };
      if (windows <= UNROLLED_COLUMNS) { for (let i = 0; i < windows; i++) add(); }
      else {
        const rest = f.local("i32", windows);
        f.set(rest, windows);
        f.repeat(() => {
          add();
          f.advance(rest, -1);
        }, () => rest);
      }
    });
    const [low, high] = sums.map((half) => f32x4.demoteF64x2Zero(whole ? f64x2.div(half, all) : half));
    return f.local("v128", f32x4.shuffle(low, high, [0, 1, 4, 5]));
  });
  if (stride === 1) return f.store("v128", to, values[0]);
  if (stride === 2) {
    const [even, odd] = values;
    f.store("v128", to, f32x4.shuffle(even, odd, [0, 4, 1, 5]));
    return f.store("v128", to, f32x4.shuffle(even, odd, [2, 6, 3, 7]), 16);
  }
  values.forEach((value, column) =>
    [0, 1, 2, 3].forEach((lane) => f.storeLane32(to, value, lane, 4 * (lane * stride + column)))
  );
}

/** One column of a row. */
function oneColumn(
  f: FunctionBuilder,
  form: PoolForm,
  a: PoolArguments,
  row: Row,
  whole: boolean,
  column: Word,
  to: Word,
): void {
  const { window, strides } = form;
  const step = a.strides[0][3];
  const across = holders(f, column, a.lowColumn, window[1], strides[1], a.outColumns);
  const sum = f.local("f64", 0);
  overRows(f, form, a, row, whole, (cotangent, high) => {
    const from = f.local("i32", i32.add(cotangent, i32.mul(across.first, step)));
    const left = f.local("i32", across.count);
    const index = f.local("i32", across.first);
    f.while(i32.gtS(left, 0), () => {
      const value = f64.promoteF32(f32.load(from));
      if (whole) f.set(sum, f64.add(sum, value));
      else {
        const { count } = spanOf(f, form, 1, index, a);
        f.set(sum, f64.add(sum, share(value, high, count)));
      }
      f.advance(from, step);
      f.advance(index, 1);
      f.advance(left, -1);
    });
  });
  const mean = whole ? f64.div(sum, window[0] * window[1]) : sum;
  f.store("f32", to, f32.demoteF64(mean));
}

/** Defines the kernel; `whole` says whether padding counts. One unit is a row of the gradient. */
export function defineAveragePoolGradient(module: ModuleBuilder, form: PoolForm, whole: boolean): void {
  const { window, strides } = form;
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const a = readPoolArguments(f, form, block, 2, 1);
    const [source, gradient] = a.operands;
    const [steps] = a.strides;
    overRowsOfPlanes(
      f,
      { ...a, outRows: a.rows },
      source,
      steps,
      begin,
      end,
      ({ start: plane, row: i, stop }) => {
        const windows = holders(f, i, a.lowRow, window[0], strides[0], a.outRows);
        const cotangent = f.local("i32", i32.add(plane, i32.mul(windows.first, steps[2])));
        const target = f.local("i32", after(gradient, i32.mul(begin, a.columns)));
        const row: Row = { windows, cotangent, target };
        if (window[1] > strides[1]) byColumns(f, form, a, row, whole);
        else {
          const lines = f.local("i32");
          f.set(lines, 1);
          if (areStacked(form)) {
            const all = i32.and(i32.gtS(windows.count, 0), i32.eq(i32.mul(windows.first, strides[0]), i));
            f.if(i32.and(all, i32.leU(i32.add(i, window[0]), stop)), () => f.set(lines, window[0]));
          }
          byWindows(f, form, a, row, lines, whole);
          f.advance(i, i32.sub(lines, 1));
          f.advance(begin, i32.sub(lines, 1));
        }
      },
    );
  });
}
