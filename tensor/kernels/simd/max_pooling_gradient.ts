/**
 * The gradient of maximum pooling and the gather at greatest elements in WebAssembly SIMD, with the units, the
 * arguments and the bits of the JavaScript loops.
 *
 * @module
 */
import {
  call,
  type FunctionBuilder,
  type FunctionHandle,
  type Local,
  type ModuleBuilder,
} from "./assembler.ts";
import { constant, type Expression } from "./expression.ts";
import { clear, loadFour } from "./pooling_memory.ts";
import { alongRow, TOGETHER } from "./pooling_row.ts";
import { overTaps, overWindow } from "./pooling_taps.ts";
import {
  after,
  planeStart,
  type PoolArguments,
  type PoolForm,
  readPoolArguments,
  spanOf,
} from "./pooling_window.ts";
import { isPaired, loadPairsOfThree, loadThree, storeThree } from "./pooling_pairs.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;
type Argmax = FunctionHandle<readonly ["i32", "i32", "i32", "i32", "i32", "i32"], "i32">;

/**
 * Where the first greatest element of a window is: bytes after the first one, in an operand with these strides.
 * Parameters: the first element and its row stride, rows, columns, the strides of the operand.
 */
function defineArgmax(module: ModuleBuilder, form: PoolForm): Argmax {
  const parameters = ["i32", "i32", "i32", "i32", "i32", "i32"] as const;
  return module.define(null, parameters, "i32", (f, from, row, high, wide, rowStep, columnStep) => {
    const [line, here] = [f.local("i32", 0), f.local("i32", 0)];
    // In vectors, because a comparison that may come out either way is a slow branch.
    const [best, place] = [f.local("v128", f32x4.splat(-Infinity)), f.local("v128", v128.constI32x4(0))];
    overWindow(f, from, row, high, wide, (element) => {
      const value = f.local("v128", f32x4.splat(element));
      const mask = f.local("v128", better(value, best));
      f.set(best, chosen(form, value, best, mask));
      f.set(place, chosen(form, i32x4.splat(here), place, mask));
      f.advance(here, columnStep);
    }, () => {
      f.advance(line, rowStep);
      f.set(here, line);
    });
    return i32x4.extractLane(place, 0);
  });
}

/** The lanes in which `value` comes before `best`: those where it is greater, or the first NaN. */
export function better(value: Vector, best: Vector): Vector {
  return v128.andnot(f32x4.eq(best, best), f32x4.le(value, best));
}

/** The lanes of `a` where the mask has ones, and of `b` where it has zeros. */
export function chosen({ relaxed }: PoolForm, a: Vector, b: Vector, mask: Vector): Vector {
  return (relaxed ? i32x4.relaxedLaneselect : v128.bitselect)(a, b, mask);
}

/** What `Argmax` gives for four neighbouring windows, each from its own first element. */
function argmaxOfFour(
  f: FunctionBuilder,
  form: PoolForm,
  from: Word,
  row: Word,
  high: Word,
  rowStep: Word,
  columnStep: Word,
): Local<"v128"> {
  const zero = v128.constI32x4(0);
  const [line, here, place] = [f.local("v128", zero), f.local("v128", zero), f.local("v128", zero)];
  const best = f.local("v128", f32x4.splat(-Infinity));
  const [rowSteps, columnSteps] = [rowStep, columnStep].map((step) => f.local("v128", i32x4.splat(step)));
  overTaps(f, form, from, row, high, (value) => {
    const mask = f.local("v128", better(value, best));
    f.set(best, chosen(form, value, best, mask));
    f.set(place, chosen(form, here, place, mask));
    f.set(here, i32x4.add(here, columnSteps));
  }, () => {
    f.set(line, i32x4.add(line, rowSteps));
    f.set(here, line);
  });
  return place;
}

/** Defines the gather. One unit is a row of the output. */
export function defineMaxPoolGather(module: ModuleBuilder, form: PoolForm): void {
  const { strides } = form;
  const argmax = defineArgmax(module, form);
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const a = readPoolArguments(f, form, block, 3, 2);
    const [image, values, output] = a.operands;
    const [steps, valueSteps] = a.strides;
    f.until(begin, end, 1, () => {
      const plane = f.local("i32", i32.divU(begin, a.outRows));
      const i = f.local("i32", i32.sub(begin, i32.mul(plane, a.outRows)));
      const rows = spanOf(f, form, 0, i, a);
      const start = planeStart(f, a, image, steps, plane);
      f.advance(start, i32.mul(rows.first, steps[2]));
      const beside = planeStart(f, a, values, valueSteps, plane);
      f.advance(beside, i32.mul(rows.first, valueSteps[2]));
      const to = f.local("i32", after(output, i32.mul(begin, a.outColumns)));
      alongRow(f, form, a, {
        again: true,
        together: i32.gtS(rows.count, 0),
        four(j, column) {
          const from = after(start, column);
          const places = argmaxOfFour(f, form, from, steps[2], rows.count, valueSteps[2], valueSteps[3]);
          const address = f.local("i32", i32.add(beside, i32.mul(column, valueSteps[3])));
          for (const lane of [0, 1, 2, 3]) {
            const value = f32.load(i32.add(address, i32x4.extractLane(places, lane)));
            f.store("f32", after(to, j), value, 4 * lane);
            f.advance(address, i32.mul(valueSteps[3], strides[1]));
          }
        },
        one(j, { first, count }) {
          const value = f.local("f32", 0);
          f.if(i32.and(i32.gtS(rows.count, 0), i32.gtS(count, 0)), () => {
            const from = after(start, first);
            const place = call(argmax, from, steps[2], rows.count, count, valueSteps[2], valueSteps[3]);
            f.set(value, f32.load(i32.add(i32.add(beside, i32.mul(first, valueSteps[3])), place)));
          });
          f.store("f32", after(to, j), value);
        },
      });
    });
  });
}

/** The left and the right columns of a row of windows, and how they are stored. */
interface Pairs {
  readonly load: (address: Local<"i32">) => readonly [Local<"v128">, Local<"v128">];
  readonly store: (address: Local<"i32">, left: Vector, right: Vector) => void;
}

/** Four windows of two columns. */
function pairsOfFour(f: FunctionBuilder): Pairs {
  return {
    load(address) {
      const [low, high] = [0, 16].map((offset) => f.local("v128", v128.load(address, offset)));
      const left = f.local("v128", f32x4.shuffle(low, high, [0, 2, 4, 6]));
      return [left, f.local("v128", f32x4.shuffle(low, high, [1, 3, 5, 7]))];
    },
    store(address, left, right) {
      f.store("v128", address, f32x4.shuffle(left, right, [0, 4, 1, 5]));
      f.store("v128", address, f32x4.shuffle(left, right, [2, 6, 3, 7]), 16);
    },
  };
}

/** Writes both rows of windows of two by two. */
function spreadPairs(
  f: FunctionBuilder,
  { load, store }: Pairs,
  from: Word,
  row: Word,
  cotangent: Vector,
  to: Word,
  toRow: Word,
): void {
  const address = f.local("i32", from);
  const halves = [0, 1].map(() => {
    const [left, right] = load(address);
    const mask = f.local("v128", better(right, left));
    f.advance(address, row);
    return { mask, best: f.local("v128", v128.bitselect(right, left, mask)) };
  });
  const below = f.local("v128", better(halves[1].best, halves[0].best));
  // Added to 0, so that -0 gives 0 as where windows overlap.
  const sum = f.local("v128", f32x4.add(cotangent, v128.constI32x4(0)));
  const target = f.local("i32", to);
  halves.forEach(({ mask }, i) => {
    const line = f.local("v128", i === 0 ? v128.andnot(sum, below) : v128.and(sum, below));
    const left = f.local("v128", v128.andnot(line, mask));
    store(target, left, f.local("v128", v128.and(line, mask)));
    f.advance(target, toRow);
  });
}

/** Writes zeros in a plane where no window of two by two is: behind the last of each row, and below them. */
function clearBehindPairs(f: FunctionBuilder, a: PoolArguments, plane: Word, pitch: Word): void {
  const line = f.local("i32", plane);
  const end = f.local("i32", i32.add(plane, i32.mul(i32.shl(a.outRows, 1), pitch)));
  const covered = i32.shl(a.outColumns, 3);
  f.if(i32.ltU(covered, pitch), () =>
    f.until(line, end, pitch, () => {
      const at = f.local("i32", i32.add(line, covered));
      clear(f, at, i32.add(line, pitch));
    }));
  clear(f, end, i32.add(plane, i32.mul(a.rows, pitch)));
}

/** Defines the gradient. One unit is a plane of the image. */
export function defineMaxPoolGradient(module: ModuleBuilder, form: PoolForm): void {
  const { strides } = form;
  const paired = isPaired(form);
  const argmax = defineArgmax(module, form);
  const four = constant("i32", 4);
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const a = readPoolArguments(f, form, block, 3, 2);
    const [image, cotangent, gradient] = a.operands;
    const [steps, cotangentSteps] = a.strides;
    const pitch = f.local("i32", i32.shl(a.columns, 2));
    const size = f.local("i32", i32.mul(a.rows, pitch));
    const add = (address: Word, value: Expression<"f32">, offset = 0): void =>
      f.store("f32", address, f32.add(f32.load(address, offset), value), offset);
    f.until(begin, end, 1, () => {
      const plane = planeStart(f, a, image, steps, begin);
      const above = planeStart(f, a, cotangent, cotangentSteps, begin);
      const target = f.local("i32", i32.add(gradient, i32.mul(begin, size)));
      const wipe = (): void => clear(f, target, i32.add(target, size));
      // Three windows write all of both rows, and more of them all but what is behind the last.
      if (paired && form.inside) {
        f.if(i32.geU(a.outColumns, TOGETHER), () => clearBehindPairs(f, a, target, pitch), () => {
          const rows = i32.shl(a.outRows, 1);
          f.if(
            i32.eq(a.outColumns, TOGETHER - 1),
            () => clear(f, i32.add(target, i32.mul(rows, pitch)), i32.add(target, size)),
            wipe,
          );
        });
      } else wipe();
      const i = f.local("i32", 0);
      f.set(i, 0);
      if (paired && form.inside) {
        f.if(i32.eq(a.outColumns, TOGETHER - 1), () => {
          const pairs: Pairs = {
            load: (address) => loadPairsOfThree(f, a, address),
            store: (address, left, right) => storeThree(f, a, address, left, right),
          };
          const [start, to] = [f.local("i32", plane), f.local("i32", target)];
          f.until(i, a.outRows, 1, () => {
            spreadPairs(f, pairs, start, steps[2], loadThree(f, above, cotangentSteps[3]), to, pitch);
            f.advance(start, i32.shl(steps[2], 1));
            f.advance(to, i32.shl(pitch, 1));
            f.advance(above, cotangentSteps[2]);
          });
        });
      }
      f.until(i, a.outRows, 1, () => {
        const rows = spanOf(f, form, 0, i, a);
        const start = f.local("i32", i32.add(plane, i32.mul(rows.first, steps[2])));
        const to = f.local("i32", i32.add(target, i32.mul(rows.first, pitch)));
        alongRow(f, form, a, {
          again: paired,
          together: paired ? i32.eq(rows.count, 2) : i32.gtS(rows.count, 0),
          four(j, column, done) {
            const y = f.local("i32", i32.add(above, i32.mul(j, cotangentSteps[3])));
            const from = after(start, column);
            const address = f.local("i32", after(to, column));
            if (paired) {
              return spreadPairs(
                f,
                pairsOfFour(f),
                from,
                steps[2],
                loadFour(f, y, cotangentSteps[3]),
                address,
                pitch,
              );
            }
            const places = argmaxOfFour(f, form, from, steps[2], rows.count, pitch, four);
            for (const lane of [0, 1, 2, 3]) {
              const give = (): void => {
                const place = f.local("i32", i32.add(address, i32x4.extractLane(places, lane)));
                add(place, f32.load(y), 4 * lane * strides[1]);
              };
              if (lane === 3) give();
              else f.if(i32.leU(done, lane), give);
              f.advance(y, cotangentSteps[3]);
            }
          },
          one(j, { first, count }) {
            f.if(i32.and(i32.gtS(rows.count, 0), i32.gtS(count, 0)), () => {
              const place = call(argmax, after(start, first), steps[2], rows.count, count, pitch, 4);
              const address = f.local("i32", i32.add(after(to, first), place));
              add(address, f32.load(i32.add(above, i32.mul(j, cotangentSteps[3]))));
            });
          },
        });
        f.advance(above, cotangentSteps[2]);
      });
    });
  });
}
