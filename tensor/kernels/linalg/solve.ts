/**
 * Systems of equations by elimination.
 *
 * @module
 */
import type { MatrixLoop } from "./steps.ts";

/**
 * X with `A X = B` by elimination with partial pivoting in double precision. Arguments: addresses of A [n, n],
 * B [n, k], X and a float64 area of n (n + k) elements a matrix; n, k. Units are matrices.
 */
export const solveLoop: MatrixLoop = (p, x, at, begin, end) => {
  const n = p[at + 4], k = p[at + 5], width = n + k;
  for (let u = begin; u < end; u++) {
    const a = p[at] + u * n * n, b = p[at + 1] + u * n * k, to = p[at + 2] + u * n * k;
    const w = p[at + 3] + begin * n * width;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) p[w + i * width + j] = x[a + i * n + j];
      for (let j = 0; j < k; j++) p[w + i * width + n + j] = x[b + i * k + j];
    }
    for (let column = 0; column < n; column++) {
      let pivot = column;
      for (let i = column + 1; i < n; i++) {
        if (Math.abs(p[w + i * width + column]) > Math.abs(p[w + pivot * width + column])) pivot = i;
      }
      const row = w + column * width, other = w + pivot * width;
      if (pivot !== column) {
        for (let j = column; j < width; j++) {
          const kept = p[row + j];
          p[row + j] = p[other + j];
          p[other + j] = kept;
        }
      }
      for (let i = column + 1; i < n; i++) {
        const below = w + i * width, factor = p[below + column] / p[row + column];
        if (factor === 0) continue;
        for (let j = column + 1; j < width; j++) p[below + j] -= factor * p[row + j];
      }
    }
    for (let i = n - 1; i >= 0; i--) {
      const row = w + i * width;
      for (let j = n; j < width; j++) {
        let sum = p[row + j];
        for (let c = i + 1; c < n; c++) sum -= p[row + c] * p[w + c * width + j];
        p[row + j] = sum / p[row + i];
        x[to + i * k + j - n] = p[row + j];
      }
    }
  }
};

/**
 * `solveLoop` through products, for larger systems. Arguments: addresses of A, B, X and a float64 area of n (step + 2) elements a matrix; n, k, step with n + k <= step. Units are matrices.
 */
export const solveByProductsLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const n = p[at + 4], k = p[at + 5], step = p[at + 6];
  for (let u = begin; u < end; u++) {
    const a = p[at] + u * n * n, b = p[at + 1] + u * n * k, to = p[at + 2] + u * n * k;
    const w = p[at + 3] + begin * n * (step + 2), pivots = w + n * step, order = pivots + n, right = w + n;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) p[w + i * step + j] = x[a + i * n + j];
      p[order + i] = i;
    }
    steps.eliminate(p, steps, w, step, n, 0, n, pivots);
    for (let i = 0; i < n; i++) steps.exchangeRows(p, order + i, order + p[pivots + i], 0, 1);
    for (let i = 0; i < n; i++) {
      const from = b + p[order + i] * k;
      for (let j = 0; j < k; j++) p[right + i * step + j] = x[from + j];
    }
    steps.substitute(p, steps, w, step, 1, n, true, true, right, step, k);
    steps.substitute(p, steps, w, step, 1, n, false, false, right, step, k);
    for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) x[to + i * k + j] = p[right + i * step + j];
  }
};
