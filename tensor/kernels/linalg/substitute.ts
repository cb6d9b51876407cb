/**
 * Triangular systems in float64 memory.
 *
 * @module
 */
import type { OverMemory } from "./over_memory.ts";
import type { Steps, SubstituteBlock } from "./steps.ts";

/**
 * Puts X with `A X = B` in the place of B [n, k], whose rows lie `bRow` apart, for a triangle A [n, n] of any strides,
 * whose diagonal counts as ones if `unit`: halves of the rows one after the other, with a product between them.
 */
export const substitute: Steps["substitute"] = (p, steps, a, aRow, aColumn, n, lower, unit, b, bRow, k) => {
  if (k < 4 && n <= 64) {
    for (let j = b; j < b + k; j++) {
      for (let step = 0; step < n; step++) {
        const i = lower ? step : n - 1 - step, row = a + i * aRow;
        let sum = p[j + i * bRow];
        for (let c = lower ? 0 : i + 1, last = lower ? i : n; c < last; c++) {
          sum -= p[row + c * aColumn] * p[j + c * bRow];
        }
        p[j + i * bRow] = unit ? sum : sum / p[row + i * aColumn];
      }
    }
    return;
  }
  if (n <= 8) return steps.substituteBlock(a, aRow, aColumn, n, lower, unit, b, bRow, k);
  const half = 8 * Math.ceil(n / 16), rest = n - half;
  const corner = a + half * (aRow + aColumn), below = b + half * bRow;
  if (lower) {
    steps.substitute(p, steps, a, aRow, aColumn, half, lower, unit, b, bRow, k);
    steps.multiply(below, bRow, a + half * aRow, aRow, aColumn, b, bRow, 1, rest, half, k, -1);
    steps.substitute(p, steps, corner, aRow, aColumn, rest, lower, unit, below, bRow, k);
  } else {
    steps.substitute(p, steps, corner, aRow, aColumn, rest, lower, unit, below, bRow, k);
    steps.multiply(b, bRow, a + half * aColumn, aRow, aColumn, below, bRow, 1, half, rest, k, -1);
    steps.substitute(p, steps, a, aRow, aColumn, half, lower, unit, b, bRow, k);
  }
};

/** `substitute` row by row, for few rows. */
export const substituteLoop: OverMemory<SubstituteBlock> = (
  p,
  a,
  aRow,
  aColumn,
  n,
  lower,
  unit,
  b,
  bRow,
  k,
) => {
  for (let step = 0; step < n; step++) {
    const i = lower ? step : n - 1 - step, row = b + i * bRow;
    for (let c = lower ? 0 : i + 1, last = lower ? i : n; c < last; c++) {
      const factor = p[a + i * aRow + c * aColumn], other = b + c * bRow;
      for (let j = 0; j < k; j++) p[row + j] -= factor * p[other + j];
    }
    if (unit) continue;
    const diagonal = p[a + i * (aRow + aColumn)];
    for (let j = 0; j < k; j++) p[row + j] /= diagonal;
  }
};
