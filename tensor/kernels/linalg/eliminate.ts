/**
 * Triangular factors by elimination with partial pivoting, in float64 memory.
 *
 * @module
 */
import type { Steps } from "./steps.ts";

/**
 * Factors the columns `first` to `last` of A, whose rows `first` to `n` lie `step` apart, in place: `P A = L U`, L below
 * the diagonal, whose ones are not stored. Row r was exchanged with row `p[pivots + r]`, in their order. Returns the sign
 * of P. Columns by halves, with a product between them.
 */
export const eliminate: Steps["eliminate"] = (p, steps, a, step, n, first, last, pivots) => {
  if (last - first <= 8) {
    let sign = 1;
    for (let column = first; column < last; column++) {
      let pivot = column, largest = Math.abs(p[a + column * step + column]);
      for (let i = column + 1; i < n; i++) {
        const size = Math.abs(p[a + i * step + column]);
        if (size > largest) {
          largest = size;
          pivot = i;
        }
      }
      p[pivots + column] = pivot;
      const row = a + column * step;
      if (pivot !== column) {
        sign = -sign;
        steps.exchangeRows(p, row, a + pivot * step, first, last);
      }
      const diagonal = p[row + column];
      for (let i = column + 1; i < n; i++) {
        const below = a + i * step, factor = p[below + column] / diagonal;
        p[below + column] = factor;
        for (let j = column + 1; j < last; j++) p[below + j] -= factor * p[row + j];
      }
    }
    return sign;
  }
  const middle = first + 8 * Math.ceil((last - first) / 16), width = last - middle;
  const top = a + first * step, below = a + middle * step;
  const sign = steps.eliminate(p, steps, a, step, n, first, middle, pivots);
  for (let r = first; r < middle; r++) {
    steps.exchangeRows(p, a + r * step, a + p[pivots + r] * step, middle, last);
  }
  steps.substitute(p, steps, top + first, step, 1, middle - first, true, true, top + middle, step, width);
  steps.multiply(
    below + middle,
    step,
    below + first,
    step,
    1,
    top + middle,
    step,
    1,
    n - middle,
    middle - first,
    width,
    -1,
  );
  const other = steps.eliminate(p, steps, a, step, n, middle, last, pivots);
  for (let r = middle; r < last; r++) {
    steps.exchangeRows(p, a + r * step, a + p[pivots + r] * step, first, middle);
  }
  return sign * other;
};

/** Exchanges the places `first` to `last` of two rows. */
export const exchangeRows: Steps["exchangeRows"] = (p, row, other, first, last) => {
  if (row === other) return;
  for (let j = first; j < last; j++) {
    const kept = p[row + j];
    p[row + j] = p[other + j];
    p[other + j] = kept;
  }
};
