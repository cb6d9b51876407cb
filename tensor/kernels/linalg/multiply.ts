/**
 * Products of float64 matrices as loops.
 *
 * @module
 */
import type { OverMemory } from "./over_memory.ts";

/**
 * `C = A B` if `add` is 0, `C += A B` if it is 1, `C -= A B` if it is -1, for C [rows, columns], whose columns are
 * neighbours, and A [rows, inner] and B [inner, columns] of any strides. C must not overlap A and B.
 */
export type Multiply = (
  c: number,
  cRow: number,
  a: number,
  aRow: number,
  aColumn: number,
  b: number,
  bRow: number,
  bColumn: number,
  rows: number,
  inner: number,
  columns: number,
  add: number,
) => void;

/** `Multiply` over typed arrays. */
export const multiplyLoop: OverMemory<Multiply> = (
  p,
  c,
  cRow,
  a,
  aRow,
  aColumn,
  b,
  bRow,
  bColumn,
  rows,
  inner,
  columns,
  add,
) => {
  const sign = add < 0 ? -1 : 1;
  for (let i = 0; i < rows; i++) {
    const to = c + i * cRow, from = a + i * aRow;
    if (add === 0) { for (let j = 0; j < columns; j++) p[to + j] = 0; }
    if (bColumn === 1 && columns > 1) {
      for (let k = 0; k < inner; k++) {
        const factor = sign * p[from + k * aColumn], row = b + k * bRow;
        for (let j = 0; j < columns; j++) p[to + j] += factor * p[row + j];
      }
      continue;
    }
    for (let j = 0; j < columns; j++) {
      const column = b + j * bColumn;
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += p[from + k * aColumn] * p[column + k * bRow];
      p[to + j] += sign * sum;
    }
  }
};
