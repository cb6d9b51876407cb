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
 * are wanted (1 or 0), and the elements of the area for a matrix: (2 m + 2 n) step + n (2 c + 25), and m uStep + 2 n step more
 * where vectors are wanted. Units are matrices.
 */
export const svdLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const m = p[at + 5], n = p[at + 6], c = p[at + 7], step = p[at + 8], uStep = p[at + 9];
  const vectored = p[at + 10] === 1, area = p[at + 11];
  const EPSILON = 2 ** -52, TINY = 2 ** -966;
  const isTall = m > n;
  const radius = (y: number, z: number): number => {
    const square = y * y + z * z;
    return square > 1e-280 && square < 1e280 ? Math.sqrt(square) : Math.hypot(y, z);
  };
  for (let unit = begin; unit < end; unit++) {
    const a = p[at] + unit * m * n, s = p[at + 1] + unit * n;
    const u = p[at + 2] + unit * m * c, vt = p[at + 3] + unit * n * n;
    const w = p[at + 4] + begin * area, v = w + m * step, right = v + m * step, t = right + n * step;
    const room = t + n * step, d = room + n * (2 * c + 16), e = d + n, y = e + n, z = y + n, angles = z + n;
    const q = angles + 5 * n, left = q + m * uStep, turned = left + n * step;
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
    // Rows of V and of `right` have the reflections from the left and from the right.
    for (let i = 0; i < n * step; i++) p[v + i] = p[t + i] = p[right + i] = 0;
    for (let j = 0; j < n; j++) {
      const corner = w + j * (step + 1),
        rest = n - j - 1,
        from = v + j * (step + 1),
        across = right + from - v + 1;
      const byLeft = p[t + j * (step + 1)] = steps.reflector(p, corner, step, n - j, from, 1);
      p[d + j] = p[corner];
      p[e + j] = 0;
      if (rest === 0) break;
      // A - v y^T - z u^T, from the left and then from the right, with one product; row j has them first.
      steps.multiply(y, rest, from, n, 1, corner + 1, step, 1, 1, n - j, rest, 0);
      for (let i = 0; i < rest; i++) {
        p[y + i] *= byLeft;
        p[corner + 1 + i] -= p[y + i];
      }
      const byRight = p[angles + j] = steps.reflector(p, corner + 1, 1, rest, across, 1);
      p[e + j] = p[corner + 1];
      steps.multiply(z, 1, corner + step + 1, step, 1, across, 1, 1, rest, rest, 1, 0);
      let along = 0;
      for (let i = 0; i < rest; i++) along += p[y + i] * p[across + i];
      for (let i = 0; i < rest; i++) p[z + i] = byRight * (p[z + i] - along * p[from + 1 + i]);
      steps.multiply(corner + step + 1, step, from + 1, 1, z - from - 1, y, across - y, 1, rest, 2, rest, -1);
    }
    if (vectored) {
      steps.turnedFactor(p, steps, v, t, step, room, left, n);
      for (let i = 0; i < n * step; i++) p[t + i] = 0;
      for (let j = 0; j + 1 < n; j++) p[t + j * (step + 1)] = p[angles + j];
      steps.turnedFactor(p, steps, right, t, step, room, turned, n);
    }

    for (let last = n, rounds = 0; last > 0 && finite;) {
      let k = last - 2;
      for (; k >= 0; k--) {
        if (Math.abs(p[e + k]) > TINY + EPSILON * (Math.abs(p[d + k]) + Math.abs(p[d + k + 1]))) continue;
        p[e + k] = 0;
        break;
      }
      // The block from k + 1 to `last` has no zeros beside its diagonal.
      const first = k + 1;
      if (first === last - 1) {
        rounds = 0;
        last--;
        continue;
      }
      if (rounds++ === 100) finite = false;
      let zero = last - 1;
      for (; zero >= first; zero--) {
        const beside = (zero < last - 1 ? Math.abs(p[e + zero]) : 0) +
          (zero > first ? Math.abs(p[e + zero - 1]) : 0);
        if (Math.abs(p[d + zero]) <= TINY + EPSILON * beside) break;
      }
      if (zero === last - 1) {
        // A last zero: its column is cleared from the right, upwards.
        p[d + zero] = 0;
        let f = p[e + zero - 1];
        p[e + zero - 1] = 0;
        for (let j = zero - 1; j >= first && f !== 0; j--) {
          const r = radius(p[d + j], f), cosine = p[angles] = p[d + j] / r, sine = p[angles + 1] = f / r;
          p[d + j] = r;
          if (j > first) {
            f = -sine * p[e + j - 1];
            p[e + j - 1] *= cosine;
          }
          if (vectored) steps.rotate(turned + j * step, (zero - j) * step, angles, 1, n);
        }
      } else if (zero >= first) {
        // A zero above: its row is cleared from the left, downwards.
        p[d + zero] = 0;
        let f = p[e + zero];
        p[e + zero] = 0;
        for (let j = zero + 1; j < last && f !== 0; j++) {
          const r = radius(p[d + j], f), cosine = p[angles] = p[d + j] / r, sine = p[angles + 1] = f / r;
          p[d + j] = r;
          f = -sine * p[e + j];
          p[e + j] *= cosine;
          if (vectored) steps.rotate(left + j * step, (zero - j) * step, angles, 1, n);
        }
      } else {
        const high = last - 1;
        let most = Math.abs(p[d + high]);
        for (let j = first; j < high; j++) most = Math.max(most, Math.abs(p[d + j]), Math.abs(p[e + j]));
        const sp = p[d + high] / most, before = p[d + high - 1] / most, beside = p[e + high - 1] / most;
        const sk = p[d + first] / most, ek = p[e + first] / most;
        const b = ((before + sp) * (before - sp) + beside * beside) / 2, square = (sp * beside) ** 2;
        let shift = 0;
        if (b !== 0 || square !== 0) {
          const root = Math.sqrt(b * b + square);
          shift = square / (b + (b < 0 ? -root : root));
        }
        let f = (sk + sp) * (sk - sp) + shift, g = sk * ek;
        const other = angles + 2 * n;
        for (let j = first, angle = 0; j < high; j++, angle += 2) {
          let r = radius(f, g), cosine = r === 0 ? 1 : f / r, sine = r === 0 ? 0 : g / r;
          if (j > first) p[e + j - 1] = r;
          f = cosine * p[d + j] + sine * p[e + j];
          p[e + j] = cosine * p[e + j] - sine * p[d + j];
          g = sine * p[d + j + 1];
          p[d + j + 1] *= cosine;
          p[angles + angle] = cosine;
          p[angles + angle + 1] = sine;
          r = radius(f, g);
          cosine = r === 0 ? 1 : f / r;
          sine = r === 0 ? 0 : g / r;
          p[d + j] = r;
          f = cosine * p[e + j] + sine * p[d + j + 1];
          p[d + j + 1] = cosine * p[d + j + 1] - sine * p[e + j];
          g = sine * p[e + j + 1];
          p[e + j + 1] *= cosine;
          p[other + angle] = cosine;
          p[other + angle + 1] = sine;
        }
        p[e + high - 1] = f;
        if (!vectored) continue;
        steps.rotate(turned + first * step, step, angles, high - first, n);
        steps.rotate(left + first * step, step, other, high - first, n);
      }
    }
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
