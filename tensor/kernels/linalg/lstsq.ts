/**
 * Least squares by reflections.
 *
 * @module
 */
import type { MatrixLoop } from "./steps.ts";

/**
 * The shortest X of least squares of `A X = B`, if wanted Y of `A^T Y = X` too, and the singular values of A, descending, where those of at most `cutoff` times
 * the largest count as nothing; all NaN where they are not found. The taller of A and its transpose, [m, n], is taken to a
 * triangle, then to two diagonals, `Q D P^T`. If all values count, X is `P D^-1 Q^T B`, or `Q D^-T P^T B` if A is wide, of
 * nothing but reflections; otherwise rotations take D to its values, and right sides and vectors with it. Arguments:
 * addresses of A, B, X, Y, s and of a float64 area; m, n, the right sides k, `step` from row to row of n elements, which is even,
 * whether A is wide and whether Y is wanted (1 or 0), `cutoff` and the elements of the area for a matrix:
 * (2 m + 5 n) step + (m + n + 64) (k + 1) + n (n + 95). Units are matrices.
 */
export const lstsqLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const m = p[at + 6], n = p[at + 7], k = p[at + 8], step = p[at + 9], isFirstWide = p[at + 10] === 1;
  const passes = p[at + 11] === 1 ? 2 : 1, cutoff = p[at + 12], area = p[at + 13], isTall = m > n;
  const [known, unknown] = isFirstWide ? [n, m] : [m, n], kStep = k + k % 2;
  const [aRow, aColumn] = isFirstWide ? [1, m] : [n, 1];
  for (let unit = begin; unit < end; unit++) {
    const a = p[at] + unit * m * n,
      b = p[at + 1] + unit * known * k,
      results = [p[at + 2] + unit * unknown * k, p[at + 3] + unit * known * k];
    const s = p[at + 4] + unit * n;
    const w = p[at + 5] + begin * area, vTall = w + m * step, tTall = vTall + m * step;
    const v = tTall + n * step, right = v + n * step, t = right + n * step, vectors = t + n * step;
    const sides = vectors + n * step, turned = sides + m * k, room = turned + n * kStep;
    const d = room + n * (n + 80) + 64 * k, e = d + n, dKept = e + n, eKept = dKept + n;
    const y = eKept + n, scales = y + 2 * n, angles = scales + n;
    let largest = 0;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const value = p[w + i * step + j] = x[a + i * aRow + j * aColumn];
        largest = Math.abs(value) <= largest ? largest : Math.abs(value);
      }
    }
    let finite = largest < Infinity;
    const scale = largest === 0 ? 1 : largest;
    if (finite) {
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) p[w + i * step + j] /= scale;
      if (isTall) {
        steps.orthogonalize(p, steps, w, vTall, tTall, step, room, 0, 0, m, n, 0);
        for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) p[w + i * step + j] = 0;
      }
      steps.bidiagonalize(p, steps, w, step, v, right, t, scales, d, e, y, n);
      for (let j = 0; j < n; j++) {
        p[dKept + j] = p[d + j];
        p[eKept + j] = p[e + j];
      }
      finite = steps.diagonalize(p, steps, d, e, n, angles, 0, 0, 0, 0, 0, 0);
    }
    if (!finite) {
      x.fill(NaN, s, s + n);
      x.fill(NaN, results[0], results[0] + unknown * k);
      if (passes === 2) x.fill(NaN, results[1], results[1] + known * k);
      continue;
    }
    for (let j = 0; j < n; j++) p[y + j] = Math.abs(p[d + j]) * scale;
    p.subarray(y, y + n).sort().reverse();
    for (let j = 0; j < n; j++) x[s + j] = p[y + j];

    // Rows of `sides` are right sides, of as many elements as are known and then unknown.
    for (let r = 0; r < k; r++) {
      for (let i = 0; i < known; i++) p[sides + r * m + i] = x[b + i * k + r];
    }
    const reflectTall = (backwards: boolean): void => {
      if (isTall) {
        steps.reflectRows(p, steps, vTall, step, 1, tTall, step, room, sides, m, k, m, n, backwards);
      }
    };
    const tRight = w;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        p[tRight + i * step + j] = i === j ? p[scales + i] : 0;
      }
    }
    for (let pass = 0; pass < passes; pass++) {
      const isWide = pass === 0 ? isFirstWide : !isFirstWide;
      for (let i = 0; i < k * m; i++) p[sides + i] /= scale;
      if (!isWide) reflectTall(false);
      // V and T of what D is multiplied by on the side of the known, and on the other.
      const [vKnown, tKnown, vUnknown, tUnknown] = isWide ? [right, tRight, v, t] : [v, t, right, tRight];
      if (n === 0 || !(x[s + n - 1] <= cutoff * x[s])) {
        for (
          const [from, triangle, backwards] of [[vKnown, tKnown, false], [vUnknown, tUnknown, true]] as const
        ) {
          for (let first = 0; first < n; first += 32) {
            steps.joinAll(p, steps, from, 1, step, triangle, step, room, n, first, Math.min(n, first + 32));
          }
          steps.reflectRows(p, steps, from, 1, step, triangle, step, room, sides, m, k, n, n, backwards);
          if (backwards) continue;
          for (let r = 0; r < k; r++) {
            const row = sides + r * m;
            for (let j = 0, before = 0; j < n; j++) {
              const i = isWide ? j : n - 1 - j, beside = j === 0 ? 0 : p[eKept + (isWide ? i - 1 : i)];
              before = p[row + i] = (p[row + i] - beside * before) / p[dKept + i];
            }
          }
        }
      } else {
        // The right sides and the vectors of the unknown go through the rotations, each from its side.
        steps.turnedFactor(p, steps, vKnown, tKnown, step, room, vectors, n);
        steps.multiply(turned, kStep, vectors, step, 1, sides, 1, m, n, n, k, 0);
        steps.turnedFactor(p, steps, vUnknown, tUnknown, step, room, vectors, n);
        const [left, leftStep, leftWidth] = isWide ? [vectors, step, n] : [turned, kStep, k];
        const [across, acrossStep, acrossWidth] = isWide ? [turned, kStep, k] : [vectors, step, n];
        for (let j = 0; j < n; j++) {
          p[d + j] = p[dKept + j];
          p[e + j] = p[eKept + j];
        }
        steps.diagonalize(
          p,
          steps,
          d,
          e,
          n,
          angles,
          left,
          leftStep,
          leftWidth,
          across,
          acrossStep,
          acrossWidth,
        );
        const kept = x[s], least = cutoff * kept;
        for (let j = 0; j < n; j++) {
          // Rounded as the values that were given.
          x[s] = Math.abs(p[d + j]) * scale;
          const counts = !(x[s] <= least);
          for (let r = 0; r < k; r++) {
            p[turned + j * kStep + r] = counts ? p[turned + j * kStep + r] / p[d + j] : 0;
          }
        }
        x[s] = kept;
        steps.multiply(sides, m, turned, 1, kStep, vectors, step, 1, k, n, n, 0);
      }
      if (isWide) {
        for (let r = 0; r < k; r++) for (let i = n; i < m; i++) p[sides + r * m + i] = 0;
        reflectTall(true);
      }
      const rows = isWide ? m : n, to = results[pass];
      for (let i = 0; i < rows; i++) for (let r = 0; r < k; r++) x[to + i * k + r] = p[sides + r * m + i];
    }
  }
};
