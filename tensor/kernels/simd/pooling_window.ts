/**
 * Windows of pooling in WebAssembly: which windows a row of the output has, and what four neighbouring ones read.
 *
 * Four windows go along together where all their columns are inside the image; the others go one by one.
 *
 * @module
 */
import type { PoolSizes } from "../pooling_sizes.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import { constant, type Expression, type Operand, select } from "./expression.ts";
import { argument } from "./operands.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Address = Local<"i32">;
type Vector = Expression<"v128">;

/** What is constant in the code. */
export interface PoolForm extends Pick<PoolSizes, "window" | "strides"> {
  /** Whether all windows are inside of the image. */
  readonly inside: boolean;
  /** Whether there are relaxed instructions. */
  readonly relaxed: boolean;
}

/** The columns of a window that are written out; more are gone through in a loop. */
const UNROLLED_COLUMNS = 8;

/** The taps of a window that are written out. */
const UNROLLED_TAPS = 16;

/** The arguments of a pooling, as locals. Strides and addresses: bytes. */
export interface PoolArguments {
  /** Addresses of the operands. */
  readonly operands: readonly Address[];
  /** Channels. */
  readonly channels: Address;
  /** Rows of the image. */
  readonly rows: Address;
  /** Columns of the image. */
  readonly columns: Address;
  /** Rows of the output. */
  readonly outRows: Address;
  /** Columns of the output. */
  readonly outColumns: Address;
  /** Padding before the rows. */
  readonly lowRow: Address;
  /** Padding before the columns. */
  readonly lowColumn: Address;
  /** The first window of a row whose columns are all inside the image. */
  readonly inner: Address;
  /** The window after the last one whose columns are all inside the image. */
  readonly innerEnd: Address;
  /** Strides of the strided operands. */
  readonly strides: readonly (readonly Address[])[];
  /** The index of the argument after them. */
  readonly next: number;
}

/** The smaller of two signed numbers; both are evaluated twice. */
export function smaller(a: Word, b: Word): Word {
  return select(i32.ltS(a, b), a, b);
}

/** The number, or 0 if it is negative; it is evaluated twice. */
export function positive(a: Word): Word {
  return select(i32.gtS(a, 0), a, i32.and(a, 0));
}

/** The byte that is `elements` after `address`. */
export function after(address: Operand<"i32">, elements: Operand<"i32">): Word {
  return i32.add(address, i32.shl(elements, 2));
}

/** Reads the addresses of `operands` operands, the arguments of `poolScalars` and the strides of `strided`. */
export function readPoolArguments(
  f: FunctionBuilder,
  { window, strides, inside }: PoolForm,
  block: Word,
  operands: number,
  strided: number,
): PoolArguments {
  const number = (index: number): Address => f.local("i32", argument(block, operands + index));
  const [channels, rows, columns, outRows, outColumns] = [0, 1, 2, 3, 4].map(number);
  const [lowRow, lowColumn] = [number(9), number(10)];
  const [inner, innerEnd] = [f.local("i32", 0), f.local("i32", outColumns)];
  if (!inside) {
    f.set(inner, i32.divU(i32.add(lowColumn, strides[1] - 1), strides[1]));
    f.set(inner, smaller(inner, outColumns));
    f.set(innerEnd, i32.sub(i32.add(columns, lowColumn), window[1]));
    f.if(
      i32.geS(innerEnd, 0),
      () => f.set(innerEnd, i32.add(i32.divU(innerEnd, strides[1]), 1)),
      () => f.set(innerEnd, 0),
    );
    f.set(innerEnd, smaller(innerEnd, outColumns));
  }
  return {
    operands: Array.from({ length: operands }, (_, i) => f.local("i32", i32.shl(argument(block, i), 2))),
    ...{ channels, rows, columns, outRows, outColumns, lowRow, lowColumn, inner, innerEnd },
    strides: Array.from(
      { length: strided },
      (_, i) =>
        [0, 1, 2, 3].map((axis) => f.local("i32", i32.shl(argument(block, operands + 11 + 4 * i + axis), 2))),
    ),
    next: operands + 11 + 4 * strided,
  };
}

/** Where a plane of a strided operand starts. */
export function planeStart(
  f: FunctionBuilder,
  { channels }: PoolArguments,
  address: Word,
  strides: readonly Word[],
  plane: Word,
): Address {
  const image = f.local("i32", i32.divU(plane, channels));
  const channel = i32.sub(plane, i32.mul(image, channels));
  return f.local(
    "i32",
    i32.add(address, i32.add(i32.mul(image, strides[0]), i32.mul(channel, strides[1]))),
  );
}

/** A row of a plane of the output. */
export interface PlaneRow {
  /** Where the plane starts in a strided operand. */
  readonly start: Address;
  /** The row. */
  readonly row: Address;
  /** Where that plane ends in the operand, or the one behind it of the same image. */
  readonly limit: Address;
}

/**
 * Goes through the units `begin` to `end` that are rows of planes of the output. Where a plane starts in a strided operand
 * is found once for its rows.
 */
export function overRowsOfPlanes(
  f: FunctionBuilder,
  a: PoolArguments,
  address: Word,
  strides: readonly Word[],
  begin: Address,
  end: Word,
  body: (unit: PlaneRow) => void,
): void {
  f.if(i32.geU(begin, end), () => f.return());
  const [row, stop, start, limit] = Array.from({ length: 4 }, () => f.local("i32"));
  const plane = f.local("i32", i32.divU(begin, a.outRows));
  f.set(row, i32.sub(begin, i32.mul(plane, a.outRows)));
  const image = f.local("i32", i32.divU(plane, a.channels));
  const channel = f.local("i32", i32.sub(plane, i32.mul(image, a.channels)));
  const reach = f.local("i32", i32.mul(i32.sub(a.rows, 1), strides[2]));
  f.set(reach, i32.add(positive(reach), i32.shl(a.columns, 2)));
  f.set(image, i32.add(address, i32.mul(image, strides[0])));
  f.set(start, i32.add(image, i32.mul(channel, strides[1])));
  f.while(i32.ltU(begin, end), () => {
    f.set(stop, smaller(a.outRows, i32.add(row, i32.sub(end, begin))));
    f.set(limit, i32.add(start, reach));
    f.if(i32.ltU(i32.add(channel, 1), a.channels), () => f.advance(limit, positive(strides[1])));
    f.repeat(() => {
      body({ start, row, limit });
      f.advance(row, 1);
      f.advance(begin, 1);
    }, () => i32.ltU(row, stop));
    f.set(row, 0);
    f.advance(channel, 1);
    f.advance(start, strides[1]);
    f.if(i32.eq(channel, a.channels), () => {
      f.set(channel, 0);
      f.advance(image, strides[0]);
      f.set(start, image);
    });
  });
}

/** The places of a window on an axis that are inside of it: the first, and how many; 0 or less if there is none. */
export interface Span {
  /** The first place. */
  readonly first: Address;
  /** How many there are. */
  readonly count: Word;
}

/** The places of window `index` on an axis. */
export function spanOf(
  f: FunctionBuilder,
  form: PoolForm,
  axis: 0 | 1,
  index: Word,
  { lowRow, lowColumn, rows, columns }: PoolArguments,
): Span {
  const [step, window] = [form.strides[axis], form.window[axis]];
  const [low, extent] = axis === 0 ? [lowRow, rows] : [lowColumn, columns];
  if (form.inside) return { first: f.local("i32", i32.mul(index, step)), count: constant("i32", window) };
  const start = f.local("i32", i32.sub(i32.mul(index, step), low));
  const first = f.local("i32", positive(start));
  const count = f.local("i32", i32.add(start, window));
  f.set(count, i32.sub(smaller(count, extent), first));
  return { first, count };
}

/** What is written for the windows of a row of the output. */
export interface RowOfWindows {
  /** Whether a window may be done twice, so that the last four may overlap those before. */
  readonly again: boolean;
  /** Whether windows go four at a time in this row. */
  readonly together: Word;
  /**
   * The windows `j` to `j + 3`; `column` is the first column of the first. The first `done` of them were done before, where
   * none may be done twice.
   */
  readonly four: (j: Address, column: Address, done: Word) => void;
  /** Window `j`, which is to see these columns. */
  readonly one: (j: Address, span: Span) => void;
}

/** Goes through the windows of a row of the output. */
export function alongRow(
  f: FunctionBuilder,
  form: PoolForm,
  a: PoolArguments,
  { again, together, four, one }: RowOfWindows,
): void {
  const j = f.local("i32", 0);
  const single = (): void => one(j, spanOf(f, form, 1, j, a));
  const vector = (at: Address, done: Word): void =>
    four(at, f.local("i32", i32.sub(i32.mul(at, form.strides[1]), a.lowColumn)), done);
  f.until(j, a.inner, 1, single);
  const enough = i32.leS(i32.add(j, 4), a.innerEnd);
  if (again) {
    f.if(i32.and(together, enough), () => {
      const last = f.local("i32", i32.sub(a.innerEnd, 4));
      f.repeat(() => {
        vector(j, constant("i32", 0));
        f.set(j, select(i32.eq(j, last), a.innerEnd, smaller(i32.add(j, 4), last)));
      }, () => i32.ltU(j, a.innerEnd));
    });
  } else {
    const [at, done, last] = [f.local("i32"), f.local("i32"), f.local("i32", i32.sub(a.innerEnd, 4))];
    f.if(i32.and(together, i32.geS(last, a.inner)), () =>
      f.while(i32.ltS(j, a.innerEnd), () => {
        f.set(at, smaller(j, last));
        f.set(done, i32.sub(j, at));
        vector(at, done);
        f.set(j, i32.add(at, 4));
      }));
  }
  f.until(j, a.outColumns, 1, single);
}

/** What is stored for the windows of a row of the output, each by itself. */
export interface OutputRow {
  /** Whether windows go four at a time in this row. */
  readonly together: Word;
  /** What the windows from one on give, of which `column` is the first column. */
  readonly four: (column: Address) => Vector;
  /** What a window gives that is to see these columns. */
  readonly one: (span: Span) => Expression<"f32">;
  /** Where the row is stored. */
  readonly to: Address;
  /** Where the rows of the image start that it sees: the first, and bytes from it to the last. */
  readonly from: readonly [Word, Word];
  /** Where the image ends, or some of it that holds these rows. */
  readonly limit: Word;
}

/**
 * Goes through the windows of a row of the output. Three windows go along together too, with a fourth that does not count,
 * where what that sees is still of the image.
 */
export function alongOutputRow(
  f: FunctionBuilder,
  form: PoolForm,
  a: PoolArguments,
  { together, four, one, to, from: [first, down], limit }: OutputRow,
): void {
  const usual = (): void =>
    alongRow(f, form, a, {
      again: true,
      together,
      four: (j, column) => f.store("v128", after(to, j), four(column)),
      one: (j, span) => f.store("f32", after(to, j), one(span)),
    });
  if (!form.inside) return usual();
  const { window: [, wide], strides: [, step] } = form;
  const end = i32.add(first, 4 * (3 * step + wide));
  const fits = f.local("i32");
  f.set(fits, i32.eq(a.outColumns, TOGETHER - 1));
  f.if(fits, () => f.set(fits, i32.and(i32.leU(end, limit), i32.leU(i32.add(end, down), limit))));
  f.if(fits, () => {
    const column = f.local("i32", 0);
    f.set(column, 0);
    const value = f.local("v128", four(column));
    f.storeLane64(to, value, 0);
    f.storeLane32(to, value, 2, 8);
  }, usual);
}

/** Windows that go along together. */
export const TOGETHER = 4;

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
