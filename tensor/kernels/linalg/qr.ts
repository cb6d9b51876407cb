/**
 * Orthogonal factors by reflections.
 *
 * @module
 */
import type { MatrixLoop } from "./steps.ts";

/**
 * Q [m, c] and R [c, n] with `A = Q R` by Householder reflections in double precision, with the signs of LAPACK.
 * Arguments: addresses of A [m, n], Q, R and of a float64 area of m (n + c + 1) elements a matrix; m, n, c with
 * min(m, n) <= c <= m. Units are matrices.
 */
export const qrLoop: MatrixLoop = (p, x, at, begin, end) => {
  const m = p[at + 4], n = p[at + 5], c = p[at + 6], k = Math.min(m, n);
  for (let u = begin; u < end; u++) {
    const a = p[at] + u * m * n, q = p[at + 1] + u * m * c, r = p[at + 2] + u * c * n;
    const w = p[at + 3] + begin * m * (n + c + 1), v = w + m * n, scales = v + m * c;
    for (let i = 0; i < m * n; i++) p[w + i] = x[a + i];
    for (let step = 0; step < k; step++) {
      const alpha = p[w + step * n + step];
      let below = 0, largest = 0;
      for (let i = step + 1; i < m; i++) largest = Math.max(largest, Math.abs(p[w + i * n + step]));
      if (largest > 0) {
        for (let i = step + 1; i < m; i++) below += (p[w + i * n + step] / largest) ** 2;
        below = largest * Math.sqrt(below);
      } else if (largest !== largest) below = NaN;
      if (below === 0) {
        p[scales + step] = 0;
        continue;
      }
      const beta = -Math.hypot(alpha, below) * (alpha < 0 || Object.is(alpha, -0) ? -1 : 1);
      const scale = (beta - alpha) / beta;
      p[scales + step] = scale;
      for (let i = step + 1; i < m; i++) p[w + i * n + step] /= alpha - beta;
      p[w + step * n + step] = beta;
      for (let j = step + 1; j < n; j++) {
        let sum = p[w + step * n + j];
        for (let i = step + 1; i < m; i++) sum += p[w + i * n + step] * p[w + i * n + j];
        sum *= scale;
        p[w + step * n + j] -= sum;
        for (let i = step + 1; i < m; i++) p[w + i * n + j] -= sum * p[w + i * n + step];
      }
    }
    for (let i = 0; i < m; i++) for (let j = 0; j < c; j++) p[v + i * c + j] = i === j ? 1 : 0;
    for (let step = k - 1; step >= 0; step--) {
      const scale = p[scales + step];
      if (scale === 0) continue;
      for (let j = step; j < c; j++) {
        let sum = p[v + step * c + j];
        for (let i = step + 1; i < m; i++) sum += p[w + i * n + step] * p[v + i * c + j];
        sum *= scale;
        p[v + step * c + j] -= sum;
        for (let i = step + 1; i < m; i++) p[v + i * c + j] -= sum * p[w + i * n + step];
      }
    }
    for (let i = 0; i < m * c; i++) x[q + i] = p[v + i];
    for (let i = 0; i < c; i++) {
      for (let j = 0; j < n; j++) x[r + i * n + j] = j < i ? 0 : p[w + i * n + j];
    }
  }
};

/**
 * `qrLoop` through products, for more columns. Arguments: addresses of A [m, n], Q, R and of a float64 area of (2 m + n) step + m qStep + n (2 c + 16) elements a matrix;
 * m, n, c with n <= c <= m, and the steps from row to row of areas of n and c columns. Units are matrices.
 */
export const qrByProductsLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const m = p[at + 4], n = p[at + 5], c = p[at + 6], step = p[at + 7], qStep = p[at + 8];
  for (let u = begin; u < end; u++) {
    const a = p[at] + u * m * n, q = p[at + 1] + u * m * c, r = p[at + 2] + u * c * n;
    const area = (2 * m + n) * step + m * qStep + n * (2 * c + 16);
    const w = p[at + 3] + begin * area,
      v = w + m * step,
      t = v + m * step,
      from = t + n * step,
      room = from + m * qStep;
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) p[w + i * step + j] = x[a + i * n + j];
    steps.orthogonalize(p, steps, w, v, t, step, room, from, qStep, m, n, c);
    for (let i = 0; i < m; i++) for (let j = 0; j < c; j++) x[q + i * c + j] = p[from + i * qStep + j];
    for (let i = 0; i < c; i++) {
      for (let j = 0; j < n; j++) x[r + i * n + j] = j < i ? 0 : p[w + i * step + j];
    }
  }
};
