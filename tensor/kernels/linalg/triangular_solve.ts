/**
 * Systems whose matrix is a triangle.
 *
 * @module
 */
import type { MatrixLoop } from "./steps.ts";

/**
 * X with `A X = B` by substitution, summed in double precision: for small systems and few right sides. Arguments: addresses
 * of A [n, n], B [n, k] and X; n, k, whether A is lower, whether its diagonal counts as ones (1 or 0 each). Units are
 * matrices.
 */
export const triangularSolveLoop: MatrixLoop = (p, x, at, begin, end) => {
  const n = p[at + 3], k = p[at + 4], lower = p[at + 5] === 1, unit = p[at + 6] === 1;
  for (let u = begin; u < end; u++) {
    const a = p[at] + u * n * n, b = p[at + 1] + u * n * k, to = p[at + 2] + u * n * k;
    for (let c = 0; c < k; c++) {
      for (let step = 0; step < n; step++) {
        const i = lower ? step : n - 1 - step;
        const first = lower ? 0 : i + 1, last = lower ? i : n;
        let sum = x[b + i * k + c];
        for (let j = first; j < last; j++) sum -= x[a + i * n + j] * x[to + j * k + c];
        x[to + i * k + c] = unit ? sum : sum / x[a + i * n + i];
      }
    }
  }
};

/**
 * `triangularSolveLoop` through products, for larger ones. Arguments: addresses of A, B, X and of a float64 area of n step
 * elements a matrix; n, k, lower, unit, step with n + k <= step. Units are matrices.
 */
export const triangularSolveByProductsLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const n = p[at + 4], k = p[at + 5], lower = p[at + 6] === 1, unit = p[at + 7] === 1, step = p[at + 8];
  for (let u = begin; u < end; u++) {
    const a = p[at] + u * n * n, b = p[at + 1] + u * n * k, to = p[at + 2] + u * n * k;
    const w = p[at + 3] + begin * n * step, right = w + n;
    for (let i = 0; i < n; i++) {
      for (let j = lower ? 0 : i, last = lower ? i + 1 : n; j < last; j++) {
        p[w + i * step + j] = x[a + i * n + j];
      }
      for (let j = 0; j < k; j++) p[right + i * step + j] = x[b + i * k + j];
    }
    steps.substitute(p, steps, w, step, 1, n, lower, unit, right, step, k);
    for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) x[to + i * k + j] = p[right + i * step + j];
  }
};
