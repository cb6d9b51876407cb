/**
 * Windows of pooling in WebAssembly: their arguments, the rows of planes that they are of, and their places on an axis.
 *
 * @module
 */
import type { PoolSizes } from "../pooling_sizes.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import { constant, type Expression, type Operand, select } from "./expression.ts";
import { argument } from "./operands.ts";
import { i32 } from "./scalar.ts";

type Word = Expression<"i32">;
type Address = Local<"i32">;

/** What is constant in the code. */
export interface PoolForm extends Pick<PoolSizes, "window" | "strides"> {
  /** Whether all windows are inside of the image. */
  readonly inside: boolean;
  /** Whether there are relaxed instructions. */
  readonly relaxed: boolean;
}

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
  /** The row; one that writes several goes on by the others, and so does the unit. */
  readonly row: Address;
  /** The row after the last one of the plane that is among the units. */
  readonly stop: Address;
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
      body({ start, row, stop, limit });
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
