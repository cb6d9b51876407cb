/**
 * Pseudo-inverses out of singular values.
 *
 * @module
 */
import type { MatrixLoop } from "./steps.ts";

/**
 * `V diag(1 / s) U^T`, where values of at most `cutoff` times the largest count as nothing. Arguments: addresses of
 * U [m, n], s [n], V^T [n, n], the result [n, m] and of a float64 area of n (n + 2 m) elements a matrix; m, n, cutoff. Units
 * are matrices.
 */
export const pinvLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const m = p[at + 5], n = p[at + 6], cutoff = p[at + 7];
  for (let unit = begin; unit < end; unit++) {
    const u = p[at] + unit * m * n, s = p[at + 1] + unit * n, vt = p[at + 2] + unit * n * n;
    const to = p[at + 3] + unit * n * m;
    const w = p[at + 4] + begin * n * (n + 2 * m), left = w + n * n, result = left + n * m;
    for (let k = 0; k < n; k++) {
      // A NaN is kept.
      const counts = !(x[s + k] <= cutoff * x[s]);
      for (let i = 0; i < n; i++) p[w + k * n + i] = counts ? x[vt + k * n + i] / x[s + k] : 0;
      for (let j = 0; j < m; j++) p[left + k * m + j] = counts ? x[u + j * n + k] : 0;
    }
    steps.multiply(result, m, w, 1, n, left, m, 1, n, n, m, 0);
    for (let i = 0; i < n * m; i++) x[to + i] = p[result + i];
  }
};
