/**
 * Singular values by reflections and implicit QR steps.
 *
 * @module
 */
import type { MatrixLoop } from "./steps.ts";

/**
 * U [m, c], s [n] descending and V^T [n, n] with `A = U diag(s) V^T`, m >= n, in double precision: reflections to a triangle
 * where there are more rows than columns, then to two diagonals, whose values implicit QR steps find (Golub and Reinsch,
 * 1970); all NaN where it does not converge. Arguments: addresses of A [m, n], s, U, V^T and of a float64 area;
 * m, n, c with n <= c <= m, the steps from row to row, the first of them even, of areas of n and c columns, whether vectors
 * are wanted (1 or 0), and the elements of the area for a matrix: (2 m + 2 n) step + n (2 c + 28), and m uStep + 2 n step more
 * where vectors are wanted. Units are matrices.
 */
export const svdLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const m = p[at + 5], n = p[at + 6], c = p[at + 7], step = p[at + 8], uStep = p[at + 9];
  const vectored = p[at + 10] === 1, area = p[at + 11];
  const EPSILON = 2 ** -52;
  const isTall = m > n;
  for (let unit = begin; unit < end; unit++) {
    const a = p[at] + unit * m * n, s = p[at + 1] + unit * n;
    const u = p[at + 2] + unit * m * c, vt = p[at + 3] + unit * n * n;
    const w = p[at + 4] + begin * area, v = w + m * step, right = v + m * step, t = right + n * step;
    const room = t + n * step, d = room + n * (2 * c + 16), e = d + n, y = e + n, angles = y + 2 * n;
    const q = angles + 8 * n, left = q + m * uStep, turned = left + n * step;
    let largest = 0;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const value = p[w + i * step + j] = x[a + i * n + j];
        largest = Math.abs(value) <= largest ? largest : Math.abs(value);
      }
    }
    let finite = largest < Infinity;
    const scale = largest === 0 ? 1 : largest;
    for (let i = 0; i < m * step; i++) p[w + i] /= scale;
    if (isTall) {
      steps.orthogonalize(p, steps, w, v, t, step, room, q, uStep, m, n, vectored ? c : 0);
      for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) p[w + i * step + j] = 0;
    }
    steps.bidiagonalize(p, steps, w, step, v, right, t, angles, d, e, y, n);
    if (vectored) {
      steps.turnedFactor(p, steps, v, t, step, room, left, n);
      for (let i = 0; i < n * step; i++) p[t + i] = 0;
      for (let j = 0; j < n; j++) p[t + j * (step + 1)] = p[angles + j];
      steps.turnedFactor(p, steps, right, t, step, room, turned, n);
    }

    finite = finite &&
      steps.diagonalize(
        p,
        steps,
        d,
        e,
        n,
        angles,
        left,
        step,
        vectored ? n : 0,
        turned,
        step,
        vectored ? n : 0,
      );
    if (!finite) {
      x.fill(NaN, s, s + n);
      if (!vectored) continue;
      x.fill(NaN, u, u + m * c);
      x.fill(NaN, vt, vt + n * n);
      continue;
    }
    for (let j = 0; j < n; j++) p[e + j] = j;
    for (let i = 1; i < n; i++) {
      const moved = p[e + i];
      let j = i - 1;
      for (; j >= 0 && Math.abs(p[d + p[e + j]]) < Math.abs(p[d + moved]); j--) p[e + j + 1] = p[e + j];
      p[e + j + 1] = moved;
    }
    for (let j = 0; j < n; j++) x[s + j] = Math.abs(p[d + p[e + j]]) * scale;
    if (!vectored) continue;
    // Vectors of U, one a column, in the place of A where they lie in the span of Q.
    if (isTall) steps.multiply(w, step, q, uStep, 1, left, 1, step, m, n, n, 0);
    const least = n === 0 ? 0 : n * EPSILON * Math.abs(p[d + p[e]]);
    for (let j = 0; j < n; j++) {
      const from = p[e + j],
        value = p[d + from],
        uFrom = isTall ? w + from : left + from * step,
        uStride = isTall ? step : 1;
      let sign = value < 0 ? -1 : 1;
      if (Math.abs(value) <= least) {
        // The sign of what is nothing but rounding means nothing: the two vectors get the same direction.
        let along = 0;
        for (let k = 0; k < n; k++) along += p[uFrom + k * uStride] * p[turned + from * step + k];
        sign = along < 0 ? -1 : 1;
      }
      for (let k = 0; k < n; k++) x[vt + j * n + k] = sign * p[turned + from * step + k];
      for (let i = 0; i < m; i++) x[u + i * c + j] = p[uFrom + i * uStride];
    }
    for (let i = 0; i < m; i++) for (let j = n; j < c; j++) x[u + i * c + j] = p[q + i * uStep + j];
  }
};
