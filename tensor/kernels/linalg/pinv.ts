/**
 * Pseudo-inverses out of singular values.
 *
 * @module
 */
import type { MatrixLoop } from "./matrix_kernel.ts";

/**
 * `V diag(1 / s) U^T`, where values of at most `cutoff` times the largest count as nothing. Arguments: addresses of
 * U [m, n], s [n], V^T [n, n] and the result [n, m]; m, n, cutoff. Units are matrices.
 */
export const pinvLoop: MatrixLoop = (p, x, at, begin, end) => {
  const m = p[at + 4], n = p[at + 5], cutoff = p[at + 6];
  for (let unit = begin; unit < end; unit++) {
    const u = p[at] + unit * m * n, s = p[at + 1] + unit * n, vt = p[at + 2] + unit * n * n;
    const to = p[at + 3] + unit * n * m;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) {
          // A NaN is kept.
          if (!(x[s + k] <= cutoff * x[s])) sum += x[vt + k * n + i] / x[s + k] * x[u + j * n + k];
        }
        x[to + i * m + j] = sum;
      }
    }
  }
};
