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
 * of the vectors and of a float64 area; n, step, which is even, whether vectors are wanted (1 or 0), the reflections of a
 * block, and the elements of the area for a matrix: (n + 2 block) step + 4 n, and where vectors are wanted
 * 3 n step + n (n + 16) more, otherwise step more. Units are matrices.
 */
export const eighLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const n = p[at + 4], step = p[at + 5], vectored = p[at + 6] === 1, block = p[at + 7], area = p[at + 8];
  const EPSILON = 2 ** -52;
  for (let unit = begin; unit < end; unit++) {
    const a = p[at] + unit * n * n, values = p[at + 1] + unit * n, vectors = p[at + 2] + unit * n * n;
    const w = p[at + 3] + begin * area, d = w + n * step, e = d + n, angles = e + n;
    const pairs = angles + 2 * n, v = pairs + 2 * block * step;
    // Scales of reflections that are not kept lie one upon the other.
    const t = vectored ? v + n * step : angles, z = t + n * step, room = z + n * step;
    let finite = true;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const value = x[a + i * n + j];
        p[w + i * step + j] = p[w + j * step + i] = value;
        if (!(Math.abs(value) < Infinity)) finite = false;
      }
    }
    if (vectored) { for (let i = 0; i < n * step; i++) p[v + i] = p[t + i] = 0; }
    steps.tridiagonalize(
      p,
      steps,
      w,
      step,
      v,
      vectored ? step : 0,
      t,
      vectored ? step + 1 : 0,
      d,
      e,
      pairs,
      block,
      angles,
      n,
    );
    // Rows of Z are the vectors.
    if (vectored) steps.turnedFactor(p, steps, v, t, step, room, z, n);
    let f = 0, largest = 0;
    // A sweep of rotations waits for the next one that begins in the same row, so that both go through the rows at once.
    let waiting = 0, start = 0;
    const others = v;
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
        let r = (q < 0 ? -1 : 1) * (Math.abs(q) < 1e140 ? Math.sqrt(q * q + 1) : Math.abs(q));
        p[d + l] = p[e + l] / (q + r);
        p[d + l + 1] = p[e + l] * (q + r);
        const next = p[d + l + 1], shift = g - p[d + l];
        for (let i = l + 2; i < n; i++) p[d + i] -= shift;
        f += shift;
        q = p[d + m];
        let c = 1, c2 = 1, c3 = 1, s = 0, s2 = 0;
        const before = p[e + l + 1];
        for (let i = m - 1, angle = waiting > 0 ? others : angles; i >= l; i--, angle += 2) {
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
        if (vectored) {
          const count = m - l;
          if (waiting > 0 && start === m && count <= waiting) {
            for (let i = 2 * count; i < 2 * waiting; i++) p[others + i] = 1 - i % 2;
            steps.rotateTwice(z + m * step, -step, angles, others, waiting, n);
            waiting = 0;
          } else {
            if (waiting > 0) {
              steps.rotate(z + start * step, -step, angles, waiting, n);
              for (let i = 0; i < 2 * count; i++) p[angles + i] = p[others + i];
            }
            waiting = count;
            start = m;
          }
        }
        q = -s * s2 * c3 * before * p[e + l] / next;
        p[e + l] = s * q;
        p[d + l] = c * q;
      }
      p[d + l] += f;
      p[e + l] = 0;
    }
    if (waiting > 0) steps.rotate(z + start * step, -step, angles, waiting, n);
    if (!finite) {
      x.fill(NaN, values, values + n);
      if (vectored) x.fill(NaN, vectors, vectors + n * n);
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
    for (let j = 0; j < n; j++) x[values + j] = p[d + p[e + j]];
    for (let j = 0; j < n && vectored; j++) {
      const row = z + p[e + j] * step;
      for (let i = 0; i < n; i++) x[vectors + i * n + j] = p[row + i];
    }
  }
};
