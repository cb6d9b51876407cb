/**
 * What windows of pooling read in WebAssembly: four neighbouring ones together, or one by itself.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import type { PoolForm } from "./pooling_window.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Address = Local<"i32">;
type Vector = Expression<"v128">;

/** The columns of a window that are written out; more are gone through in a loop. */
const UNROLLED_COLUMNS = 8;

/** The taps of a window that are written out. */
const UNROLLED_TAPS = 16;

/** Four elements, each `step` elements after the one before; nothing behind the last is read. */
function stepped(address: Word, first: number, step: number): Vector {
  const at = 4 * first;
  if (step === 1) return v128.load(address, at);
  if (step === 2) return f32x4.shuffle(v128.load(address, at), v128.load(address, at + 12), [0, 2, 5, 7]);
  return [1, 2, 3].reduce<Vector>(
    (vector, lane) => f32x4.replaceLane(vector, lane, f32.load(address, at + 4 * lane * step)),
    v128.load32Zero(address, at),
  );
}

/**
 * By the step of windows that have so many columns: for each column the lanes of four windows in the first two vectors, and
 * those in what this gives and the next vector.
 */
const APART: Readonly<Record<number, readonly (readonly (readonly number[])[])[]>> = {
  2: [[[0, 2, 4, 6]], [[1, 3, 5, 7]]],
  3: [[[0, 3, 6, 6], [0, 1, 2, 5]], [[1, 4, 7, 7], [0, 1, 2, 6]], [[2, 5, 5, 5], [0, 1, 4, 7]]],
};

function alongColumns(
  f: FunctionBuilder,
  { window: [, columns], strides: [, step] }: PoolForm,
  address: Address,
  tap: (value: Local<"v128">, first: boolean) => void,
  first: boolean,
): void {
  if (columns > UNROLLED_COLUMNS) {
    const place = f.local("i32", address);
    const end = f.local("i32", i32.add(address, 4 * columns));
    return f.until(place, end, 4, () => tap(f.local("v128", stepped(place, 0, step)), false));
  }
  for (let column = 0; column < columns; column++) {
    const lanes = APART[step] ?? [];
    if (lanes.length === 0 || column + step > columns) {
      tap(f.local("v128", stepped(address, column, step)), first && column === 0);
      continue;
    }
    // As many columns of windows as they step by are apart in the same few vectors.
    const parts = lanes.map((_, part) => f.local("v128", v128.load(address, 4 * column + 16 * part)));
    lanes.forEach((pairs, i) => {
      const value = pairs.reduce<Vector>(
        (low, pair, part) => f32x4.shuffle(low, parts[part + 1], pair),
        parts[0],
      );
      tap(f.local("v128", value), first && column + i === 0);
    });
    column += step - 1;
  }
}

/**
 * Goes through the elements that four neighbouring windows see, row by row: `high` rows, more than 0, from
 * `address` on. `nextRow` is written after each row. `first` is true where a tap is known to be the first of its
 * windows; it may be false for a first one too.
 */
export function overTaps(
  f: FunctionBuilder,
  form: PoolForm,
  address: Word,
  rowStride: Word,
  high: Word,
  tap: (value: Local<"v128">, first: boolean) => void,
  nextRow: () => void = () => {},
): void {
  const [rows, columns] = form.window;
  const place = f.local("i32", address);
  const row = (first: boolean): void => {
    alongColumns(f, form, place, tap, first);
    f.advance(place, rowStride);
    nextRow();
  };
  const loop = (): void => {
    const left = f.local("i32", high);
    f.repeat(() => {
      row(false);
      f.advance(left, -1);
    }, () => left);
  };
  if (rows * columns > UNROLLED_TAPS) return loop();
  const unrolled = (): void => {
    for (let i = 0; i < rows; i++) row(i === 0);
  };
  if (form.inside) unrolled();
  else f.if(i32.eq(high, rows), unrolled, loop);
}

/** Goes through the elements of one window, row by row; counts of 0 or less give none. */
export function overWindow(
  f: FunctionBuilder,
  address: Word,
  rowStride: Word,
  high: Word,
  wide: Word,
  tap: (value: Local<"f32">) => void,
  nextRow: () => void = () => {},
): void {
  const row = f.local("i32", address);
  const left = f.local("i32", high);
  const place = f.local("i32");
  const columns = f.local("i32");
  f.while(i32.gtS(left, 0), () => {
    f.set(place, row);
    f.set(columns, wide);
    f.while(i32.gtS(columns, 0), () => {
      tap(f.local("f32", f32.load(place)));
      f.advance(place, 4);
      f.advance(columns, -1);
    });
    f.advance(row, rowStride);
    f.advance(left, -1);
    nextRow();
  });
}
