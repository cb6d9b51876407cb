/**
 * Eigenvalues of symmetric matrices.
 *
 * @module
 */
import type { MatrixLoop } from "./matrix_kernel.ts";

/**
 * Eigenvalues ascending and eigenvectors as columns of a symmetric matrix, whose lower triangle is read:
 * reflections to a tridiagonal matrix, then implicit QL steps in double precision (Bowdler, Martin, Reinsch and
 * Wilkinson's tred2 and tql2); all NaN where it does not converge. Arguments: addresses of A [n, n], of the values,
 * of the vectors and of a float64 area of n (n + 2) elements a matrix; n. Units are matrices.
 */
export const eighLoop: MatrixLoop = (p, x, at, begin, end) => {
  const n = p[at + 4];
  const EPSILON = 2 ** -52;
  for (let unit = begin; unit < end; unit++) {
    const a = p[at] + unit * n * n, values = p[at + 1] + unit * n, vectors = p[at + 2] + unit * n * n;
    const v = p[at + 3] + unit * n * (n + 2), d = v + n * n, e = d + n;
    let finite = true;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const value = x[a + i * n + j];
        p[v + i * n + j] = p[v + j * n + i] = value;
        if (!(Math.abs(value) < Infinity)) finite = false;
      }
    }
    for (let j = 0; j < n; j++) p[d + j] = p[v + (n - 1) * n + j];
    for (let i = n - 1; i > 0; i--) {
      let scale = 0, h = 0;
      for (let k = 0; k < i; k++) scale += Math.abs(p[d + k]);
      if (scale === 0) {
        p[e + i] = p[d + i - 1];
        for (let j = 0; j < i; j++) {
          p[d + j] = p[v + (i - 1) * n + j];
          p[v + i * n + j] = p[v + j * n + i] = 0;
        }
      } else {
        for (let k = 0; k < i; k++) {
          p[d + k] /= scale;
          h += p[d + k] ** 2;
        }
        const f = p[d + i - 1], g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
        p[e + i] = scale * g;
        h -= f * g;
        p[d + i - 1] = f - g;
        for (let j = 0; j < i; j++) p[e + j] = 0;
        for (let j = 0; j < i; j++) {
          const f = p[d + j];
          p[v + j * n + i] = f;
          let g = p[e + j] + p[v + j * n + j] * f;
          for (let k = j + 1; k < i; k++) {
            g += p[v + k * n + j] * p[d + k];
            p[e + k] += p[v + k * n + j] * f;
          }
          p[e + j] = g;
        }
        let sum = 0;
        for (let j = 0; j < i; j++) {
          p[e + j] /= h;
          sum += p[e + j] * p[d + j];
        }
        for (let j = 0; j < i; j++) p[e + j] -= sum / (h + h) * p[d + j];
        for (let j = 0; j < i; j++) {
          const f = p[d + j], g = p[e + j];
          for (let k = j; k < i; k++) p[v + k * n + j] -= f * p[e + k] + g * p[d + k];
          p[d + j] = p[v + (i - 1) * n + j];
          p[v + i * n + j] = 0;
        }
      }
      p[d + i] = h;
    }
    for (let i = 0; i < n - 1; i++) {
      p[v + (n - 1) * n + i] = p[v + i * n + i];
      p[v + i * n + i] = 1;
      const h = p[d + i + 1];
      if (h !== 0) {
        for (let k = 0; k <= i; k++) p[d + k] = p[v + k * n + i + 1] / h;
        for (let j = 0; j <= i; j++) {
          let g = 0;
          for (let k = 0; k <= i; k++) g += p[v + k * n + i + 1] * p[v + k * n + j];
          for (let k = 0; k <= i; k++) p[v + k * n + j] -= g * p[d + k];
        }
      }
      for (let k = 0; k <= i; k++) p[v + k * n + i + 1] = 0;
    }
    for (let j = 0; j < n; j++) {
      p[d + j] = p[v + (n - 1) * n + j];
      p[v + (n - 1) * n + j] = 0;
    }
    if (n > 0) p[v + n * n - 1] = 1;
    for (let i = 1; i < n; i++) p[e + i - 1] = p[e + i];
    if (n > 0) p[e + n - 1] = 0;
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
        for (let i = m - 1; i >= l; i--) {
          c3 = c2;
          c2 = c;
          s2 = s;
          g = c * p[e + i];
          const h = c * q;
          r = Math.hypot(q, p[e + i]);
          p[e + i + 1] = s * r;
          s = p[e + i] / r;
          c = q / r;
          q = c * p[d + i] - s * g;
          p[d + i + 1] = h + s * (c * g + s * p[d + i]);
          for (let k = 0; k < n; k++) {
            const z = p[v + k * n + i + 1], y = p[v + k * n + i];
            p[v + k * n + i + 1] = s * y + c * z;
            p[v + k * n + i] = c * y - s * z;
          }
        }
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
      x[values + j] = p[d + p[e + j]];
      for (let i = 0; i < n; i++) x[vectors + i * n + j] = p[v + i * n + p[e + j]];
    }
  }
};
