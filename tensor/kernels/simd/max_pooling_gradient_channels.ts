/**
 * The gradient of maximum pooling in WebAssembly SIMD for channels that are neighbours in all operands, where windows do
 * not overlap: each element gets the cotangent of its window or zero.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { better } from "./max_pooling_gradient.ts";
import type { PoolArguments, PoolForm } from "./pooling_window.ts";
import { i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

type Address = Local<"i32">;

/** The most elements of a window that are written out. */
const TAPS = 16;

/** Whether windows are inside of the image, do not overlap and have few elements. */
export function areFewApart({ window, strides, inside }: PoolForm): boolean {
  return inside && window[0] <= strides[0] && window[1] <= strides[1] && window[0] * window[1] <= TAPS;
}

/** Writes zeros where no window is, or everywhere where there are gaps between windows. */
function clearRest(
  f: FunctionBuilder,
  { window, strides }: PoolForm,
  a: PoolArguments,
  start: Address,
): void {
  const [, , toRow, toColumn] = a.strides[2];
  const beside = window.every((extent, axis) => extent === strides[axis]);
  const [line, at, i, j] = [f.local("i32", start), ...[1, 2, 3].map(() => f.local("i32"))];
  const rows = i32.mul(a.outRows, strides[0]);
  const columns = i32.mul(a.outColumns, strides[1]);
  f.set(i, 0);
  f.until(i, a.rows, 1, () => {
    f.set(j, beside ? select(i32.ltU(i, rows), columns, constant("i32", 0)) : 0);
    f.set(at, i32.add(line, i32.mul(j, toColumn)));
    f.until(j, a.columns, 1, () => {
      f.store("v128", at, v128.constI32x4(0));
      f.advance(at, toColumn);
    });
    f.advance(line, toRow);
  });
}

/** Writes the windows of four channels; `starts` are those of the image, the cotangent and the gradient. */
export function spreadChannels(
  f: FunctionBuilder,
  form: PoolForm,
  a: PoolArguments,
  starts: readonly [Address, Address, Address],
): void {
  const { window, strides } = form;
  const [fromSteps, cotangentSteps, toSteps] = a.strides;
  clearRest(f, form, a, starts[2]);
  const rows = starts.map((start) => f.local("i32", start));
  const [from, y, to] = rows.map(() => f.local("i32"));
  const [line, place, i, j] = Array.from({ length: 4 }, () => f.local("i32"));
  const [best, value, later] = [f.local("v128"), f.local("v128"), f.local("v128")];
  // Of each element: whether it comes before those in front of it, then whether it is the first greatest.
  const masks = Array.from({ length: window[0] * window[1] }, () => f.local("v128"));
  const overTaps = (start: Address, steps: readonly Address[], tap: (mask: Local<"v128">) => void): void => {
    f.set(line, start);
    for (let row = 0; row < window[0]; row++) {
      f.set(place, line);
      for (let column = 0; column < window[1]; column++) {
        tap(masks[row * window[1] + column]);
        if (column + 1 < window[1]) f.advance(place, steps[3]);
      }
      if (row + 1 < window[0]) f.advance(line, steps[2]);
    }
  };
  const each = (steps: readonly Address[], axis: number, of: number): Expression<"i32"> =>
    i32.mul(steps[2 + axis], of);
  f.set(i, 0);
  f.until(i, a.outRows, 1, () => {
    [from, y, to].forEach((address, operand) => f.set(address, rows[operand]));
    f.set(j, 0);
    f.until(j, a.outColumns, 1, () => {
      overTaps(from, fromSteps, (mask) => {
        f.set(value, v128.load(place));
        if (mask === masks[0]) return f.set(best, value);
        f.set(mask, better(value, best));
        f.set(best, v128.bitselect(value, best, mask));
      });
      f.set(later, v128.constI32x4(0));
      for (const mask of masks.slice(1).reverse()) {
        f.set(value, v128.andnot(mask, later));
        f.set(later, v128.or(later, mask));
        f.set(mask, value);
      }
      f.set(masks[0], v128.not(later));
      // Added to 0, so that -0 gives 0 as where windows overlap.
      f.set(value, f32x4.add(v128.load(y), v128.constI32x4(0)));
      overTaps(to, toSteps, (mask) => f.store("v128", place, v128.and(value, mask)));
      f.advance(from, each(fromSteps, 1, strides[1]));
      f.advance(y, cotangentSteps[3]);
      f.advance(to, each(toSteps, 1, strides[1]));
    });
    f.advance(rows[0], each(fromSteps, 0, strides[0]));
    f.advance(rows[1], cotangentSteps[2]);
    f.advance(rows[2], each(toSteps, 0, strides[0]));
  });
}
