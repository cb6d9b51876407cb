/**
 * Eigenvalues of symmetric matrices.
 *
 * @module
 */
import type { MatrixLoop } from "./steps.ts";

/**
 * Eigenvalues ascending and eigenvectors as columns of a symmetric matrix, whose lower triangle is read:
 * reflections to a tridiagonal matrix, then implicit QL steps in double precision (Bowdler, Martin, Reinsch and
 * Wilkinson's tql2); all NaN where it does not converge. Arguments: addresses of A [n, n], of the values,
 * of the vectors and of a float64 area of 4 n step + n (n + 22) elements a matrix; n, step, which is even. Units are
 * matrices.
 */
export const eighLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const n = p[at + 4], step = p[at + 5];
  const EPSILON = 2 ** -52;
  for (let unit = begin; unit < end; unit++) {
    const a = p[at] + unit * n * n, values = p[at + 1] + unit * n, vectors = p[at + 2] + unit * n * n;
    const w = p[at + 3] + begin * (4 * n * step + n * (n + 22)),
      v = w + n * step,
      t = v + n * step,
      z = t + n * step;
    const room = z + n * step, d = room + n * (n + 16), e = d + n, angles = e + n, y = angles + 2 * n;
    let finite = true;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const value = x[a + i * n + j];
        p[w + i * step + j] = p[w + j * step + i] = value;
        if (!(Math.abs(value) < Infinity)) finite = false;
      }
    }
    // Row j of V has the reflection that takes what is right of the diagonal of row j to one element.
    for (let i = 0; i < n * step; i++) p[v + i] = p[t + i] = 0;
    for (let j = 0; j < n; j++) {
      const m = n - j - 1, row = w + j * step + j, from = v + j * step + j + 1, rest = row + step + 1;
      p[d + j] = p[row];
      p[e + j] = 0;
      if (m === 0) break;
      const scale = steps.reflector(p, row + 1, 1, m, from, 1);
      p[t + j * (step + 1)] = scale;
      p[e + j] = p[row + 1];
      if (scale === 0) continue;
      // A - v y^T - y v^T with y = scale A v - (scale^2 v^T A v / 2) v.
      steps.multiply(y, 1, rest, step, 1, from, 1, 1, m, m, 1, 0);
      let along = 0;
      for (let i = 0; i < m; i++) along += p[y + i] * p[from + i];
      for (let i = 0; i < m; i++) p[y + i] = scale * (p[y + i] - scale * along / 2 * p[from + i]);
      steps.multiply(rest, step, from, 1, y - from, y, from - y, 1, m, 2, m, -1);
    }
    // Rows of Z are the vectors.
    steps.turnedFactor(p, steps, v, t, step, room, z, n);
    let f = 0, largest = 0;
    for (let l = 0; l < n && finite; l++) {
      largest = Math.max(largest, Math.abs(p[d + l]) + Math.abs(p[e + l]));
      let m = l;
      while (m < n - 1 && Math.abs(p[e + m]) > EPSILON * largest) m++;
      for (let rounds = 0; m > l && Math.abs(p[e + l]) > EPSILON * largest; rounds++) {
        if (rounds === 100) {
          finite = false;
          break;
        }
        let g = p[d + l];
        let q = (p[d + l + 1] - g) / (2 * p[e + l]);
        let r = q < 0 ? -Math.hypot(q, 1) : Math.hypot(q, 1);
        p[d + l] = p[e + l] / (q + r);
        p[d + l + 1] = p[e + l] * (q + r);
        const next = p[d + l + 1], shift = g - p[d + l];
        for (let i = l + 2; i < n; i++) p[d + i] -= shift;
        f += shift;
        q = p[d + m];
        let c = 1, c2 = 1, c3 = 1, s = 0, s2 = 0;
        const before = p[e + l + 1];
        for (let i = m - 1, angle = angles; i >= l; i--, angle += 2) {
          c3 = c2;
          c2 = c;
          s2 = s;
          g = c * p[e + i];
          const h = c * q, square = q * q + p[e + i] * p[e + i];
          r = square > 1e-280 && square < 1e280 ? Math.sqrt(square) : Math.hypot(q, p[e + i]);
          p[e + i + 1] = s * r;
          s = p[e + i] / r;
          c = q / r;
          q = c * p[d + i] - s * g;
          p[d + i + 1] = h + s * (c * g + s * p[d + i]);
          p[angle] = c;
          p[angle + 1] = s;
        }
        steps.rotate(z + m * step, -step, angles, m - l, n);
        q = -s * s2 * c3 * before * p[e + l] / next;
        p[e + l] = s * q;
        p[d + l] = c * q;
      }
      p[d + l] += f;
      p[e + l] = 0;
    }
    if (!finite) {
      x.fill(NaN, values, values + n);
      x.fill(NaN, vectors, vectors + n * n);
      continue;
    }
    for (let i = 0; i < n; i++) p[e + i] = i;
    // Exchanges with the least, as LAPACK does, so that vectors of equal values come in its order.
    for (let i = 0; i < n - 1; i++) {
      let least = i;
      for (let j = i + 1; j < n; j++) if (p[d + p[e + j]] < p[d + p[e + least]]) least = j;
      const kept = p[e + i];
      p[e + i] = p[e + least];
      p[e + least] = kept;
    }
    for (let j = 0; j < n; j++) {
      const row = z + p[e + j] * step;
      x[values + j] = p[d + p[e + j]];
      for (let i = 0; i < n; i++) x[vectors + i * n + j] = p[row + i];
    }
  }
};
