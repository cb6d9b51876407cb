/**
 * Matrices of few columns seen as others of some times as many, so that vectors take whole rows of them.
 *
 * @module
 */
import { copyInto } from "./launch_elementwise.ts";
import type { Machine, Operand } from "./machine.ts";

/** Columns from which rows are wide enough, and how many they come to at least. */
const [ENOUGH, WIDE] = [16, 64];

/** Elements of a matrix from which it pays; of twice as many where there are vectors in a row as it is. */
const LARGE = 1 << 12;

/** Rows that lie after each other, several of which are one. */
export interface Widened {
  /** How many rows are one. */
  readonly times: number;
  /** How many there are then. */
  readonly rows: number;
  /** The operands of those, `[rows, times columns]`. */
  readonly wide: readonly Operand[];
  /** The operands of the rows that are left over, `[rest, columns]`. */
  readonly rest: readonly Operand[];
}

/** How many rows of `columns` neighbours become one: so that they are whole lines of the caches. */
function timesOf(columns: number): number {
  let times = 1;
  while ((times * columns) % 16 !== 0) times *= 2;
  while (times * columns < WIDE) times *= 2;
  return times;
}

/**
 * Operands with their strides over `rows` rows of `columns` columns, widened; null where that does not pay, or where
 * some go along in another way than row after row, or the same row again. Such a row is copied as often as it is needed.
 */
export function widened(
  operands: readonly Operand[],
  rows: number,
  columns: number,
  strides: readonly (readonly [row: number, column: number])[],
  machine: Machine,
): Widened | null {
  if (columns < 2 || columns >= ENOUGH || rows * columns < LARGE * (columns < 8 ? 1 : 2)) return null;
  const fits = strides.every(([row, column]) =>
    (column === 1 && (row === columns || row === 0)) || (column === 0 && row === 0)
  );
  if (!fits || strides.every(([row]) => row === 0)) return null;
  const times = timesOf(columns);
  const many = Math.floor(rows / times);
  const shape = [many, times * columns];
  const wide = operands.map((x, i): Operand => {
    const [row, column] = strides[i];
    if (row !== 0) return { ...x, shape, strides: [times * columns, 1] };
    if (column === 0) return { ...x, shape, strides: [0, 0] };
    const copy = machine.temporary(x.dtype, [times, columns]);
    copyInto({ ...x, shape: [times, columns], strides: [0, 1] }, copy, machine);
    return { ...copy, shape, strides: [0, 1] };
  });
  const rest = operands.map((x, i): Operand => ({
    ...x,
    shape: [rows - many * times, columns],
    strides: [...strides[i]],
    offset: x.offset + many * times * strides[i][0],
  }));
  return { times, rows: many, wide, rest };
}

/** Most rows that become one, as a part of all: what they come to is combined after that. */
const PART = 16;

/**
 * How many of `rows` rows of `columns` neighbours become one where there are matrices of them beside each other: a divisor,
 * so that none are left over; 1 where it does not pay.
 */
export function timesWithin(rows: number, columns: number): number {
  if (columns < 2 || columns >= ENOUGH / 2) return 1;
  const fits = (times: number): boolean => rows % times === 0 && times * columns >= WIDE / 2;
  const most = Math.floor(Math.min(rows / PART, 4 * WIDE / columns));
  const all = Array.from({ length: most }, (_, i) => i + 1).filter(fits);
  return all.find((times) => (times * columns) % 4 === 0 && times * columns >= WIDE - 16) ?? all.at(-1) ?? 1;
}

/** Whether there are so many elements that it pays. */
export function isLarge(elements: number): boolean {
  return elements >= LARGE;
}
