/**
 * Singular values by one-sided Jacobi rotations.
 *
 * @module
 */
import type { MatrixLoop } from "./matrix_kernel.ts";

/**
 * U [m, c], s [n] descending and V^T [n, n] with `A = U diag(s) V^T`, m >= n: rotations make the columns of A
 * orthogonal, their lengths are the singular values (Hestenes). Columns of U beyond the rank complete an
 * orthonormal basis. Arguments: addresses of A [m, n], U, s, V^T and of a float64 area of (m + n + 2) max(n, c)
 * elements a matrix; m, n, c with n <= c <= m. Units are matrices.
 */
export const svdLoop: MatrixLoop = (p, x, at, begin, end) => {
  const m = p[at + 5], n = p[at + 6], c = p[at + 7];
  const EPSILON = 2 ** -52;
  for (let unit = begin; unit < end; unit++) {
    const a = p[at] + unit * m * n, u = p[at + 1] + unit * m * c;
    const s = p[at + 2] + unit * n, vt = p[at + 3] + unit * n * n;
    // Columns lie as rows: w has those of A and then of U, v those of V.
    const w = p[at + 4] + unit * (m + n + 2) * Math.max(n, c),
      v = w + m * Math.max(n, c),
      lengths = v + n * n;
    const order = lengths + n;
    let largest = 0;
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < m; i++) {
        const value = x[a + i * n + j];
        p[w + j * m + i] = value;
        largest = Math.abs(value) <= largest ? largest : Math.abs(value);
      }
    }
    if (!(largest < Infinity)) {
      x.fill(NaN, u, u + m * c);
      x.fill(NaN, s, s + n);
      x.fill(NaN, vt, vt + n * n);
      continue;
    }
    const scale = largest === 0 ? 1 : largest;
    for (let i = 0; i < m * n; i++) p[w + i] /= scale;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) p[v + i * n + j] = i === j ? 1 : 0;
    for (let sweep = 0, turned = true; turned && sweep < 60; sweep++) {
      turned = false;
      for (let i = 0; i < n - 1; i++) {
        for (let j = i + 1; j < n; j++) {
          const first = w + i * m, second = w + j * m;
          let alpha = 0, beta = 0, gamma = 0;
          for (let k = 0; k < m; k++) {
            const y = p[first + k], z = p[second + k];
            alpha += y * y;
            beta += z * z;
            gamma += y * z;
          }
          if (Math.abs(gamma) <= EPSILON * Math.sqrt(alpha * beta) || alpha * beta === 0) continue;
          turned = true;
          const zeta = (beta - alpha) / (2 * gamma);
          const tangent = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta));
          const cosine = 1 / Math.hypot(1, tangent), sine = cosine * tangent;
          for (let k = 0; k < m; k++) {
            const y = p[first + k], z = p[second + k];
            p[first + k] = cosine * y - sine * z;
            p[second + k] = sine * y + cosine * z;
          }
          for (let k = 0; k < n; k++) {
            const y = p[v + i * n + k], z = p[v + j * n + k];
            p[v + i * n + k] = cosine * y - sine * z;
            p[v + j * n + k] = sine * y + cosine * z;
          }
        }
      }
    }
    let longest = 0;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < m; k++) sum += p[w + j * m + k] ** 2;
      p[lengths + j] = Math.sqrt(sum);
      p[order + j] = j;
      longest = Math.max(longest, p[lengths + j]);
    }
    for (let i = 1; i < n; i++) {
      const moved = p[order + i];
      let j = i - 1;
      for (; j >= 0 && p[lengths + p[order + j]] < p[lengths + moved]; j--) p[order + j + 1] = p[order + j];
      p[order + j + 1] = moved;
    }
    // Directions of what is nothing but rounding are not orthogonal to the others.
    const least = longest * EPSILON * m;
    let rank = 0;
    for (let j = 0; j < n; j++) {
      const from = p[order + j], length = p[lengths + from];
      x[s + j] = length * scale;
      for (let k = 0; k < n; k++) x[vt + j * n + k] = p[v + from * n + k];
      if (length > least) rank = j + 1;
    }
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < rank; j++) {
        x[u + i * c + j] = p[w + p[order + j] * m + i] / p[lengths + p[order + j]];
      }
    }
    // The rest of the basis: what is left of the unit vector that lies least in the span so far.
    for (let j = 0; j < rank; j++) for (let i = 0; i < m; i++) p[w + j * m + i] = x[u + i * c + j];
    for (let j = rank; j < c; j++) {
      let axis = 0, least = Infinity;
      for (let i = 0; i < m; i++) {
        let inside = 0;
        for (let k = 0; k < j; k++) inside += p[w + k * m + i] ** 2;
        if (inside < least) {
          least = inside;
          axis = i;
        }
      }
      const row = w + j * m;
      for (let i = 0; i < m; i++) p[row + i] = i === axis ? 1 : 0;
      for (let pass = 0; pass < 2; pass++) {
        for (let k = 0; k < j; k++) {
          let sum = 0;
          for (let i = 0; i < m; i++) sum += p[w + k * m + i] * p[row + i];
          for (let i = 0; i < m; i++) p[row + i] -= sum * p[w + k * m + i];
        }
      }
      let sum = 0;
      for (let i = 0; i < m; i++) sum += p[row + i] ** 2;
      for (let i = 0; i < m; i++) {
        p[row + i] /= Math.sqrt(sum);
        x[u + i * c + j] = p[row + i];
      }
    }
  }
};
