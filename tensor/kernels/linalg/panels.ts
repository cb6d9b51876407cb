/**
 * Systems of a few large matrices whose right sides are solved in panels, which threads share.
 *
 * @module
 */
import type { MatrixLoop } from "./steps.ts";

/**
 * The factors of matrices with the order of their rows. Arguments: addresses of A [n, n] and of float64 areas of n (step + 2)
 * elements, one for each matrix; n, step. Units are matrices.
 */
export const factorsLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const n = p[at + 2], step = p[at + 3];
  for (let u = begin; u < end; u++) {
    const a = p[at] + u * n * n,
      w = p[at + 1] + u * n * (step + 2),
      pivots = w + n * step,
      order = pivots + n;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) p[w + i * step + j] = x[a + i * n + j];
      p[order + i] = i;
    }
    steps.eliminate(p, steps, w, step, n, 0, n, pivots);
    for (let i = 0; i < n; i++) steps.exchangeRows(p, order + i, order + p[pivots + i], 0, 1);
  }
};

/** Triangles as `factorsLoop` leaves its factors: arguments as there, then whether they are lower. Units are rows of matrices. */
export const trianglesLoop: MatrixLoop = (p, x, at, begin, end) => {
  const n = p[at + 2], step = p[at + 3], lower = p[at + 4] === 1;
  for (let u = begin; u < end; u++) {
    const i = u % n, matrix = (u - i) / n, to = p[at + 1] + matrix * n * (step + 2);
    for (let j = lower ? 0 : i, last = lower ? i + 1 : n; j < last; j++) {
      p[to + i * step + j] = x[p[at] + u * n + j];
    }
    p[to + n * (step + 1) + i] = i;
  }
};

/**
 * X with `A X = B` for factors or triangles A. Arguments: addresses of B [n, k], X, of what `factorsLoop` or `trianglesLoop`
 * left and of a float64 area of n width elements a unit; n, k, step, columns of a panel, and width, the step from row to row
 * of their area; whether a lower triangle is solved, whether its diagonal counts as ones, and whether an upper one is, and
 * whether its diagonal does (1 or 0 each). Units are panels.
 */
export const panelsLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const n = p[at + 4], k = p[at + 5], step = p[at + 6], panel = p[at + 7], width = p[at + 8];
  const panels = Math.ceil(k / panel), right = p[at + 3] + begin * n * width;
  for (let u = begin; u < end; u++) {
    const place = u % panels, matrix = (u - place) / panels, first = place * panel;
    const count = Math.min(panel, k - first), w = p[at + 2] + matrix * n * (step + 2);
    const b = p[at] + matrix * n * k + first, to = p[at + 1] + matrix * n * k + first;
    for (let i = 0; i < n; i++) {
      const from = b + p[w + n * (step + 1) + i] * k;
      for (let j = 0; j < count; j++) p[right + i * width + j] = x[from + j];
    }
    if (p[at + 9] === 1) {
      steps.substitute(p, steps, w, step, 1, n, true, p[at + 10] === 1, right, width, count);
    }
    if (p[at + 11] === 1) {
      steps.substitute(p, steps, w, step, 1, n, false, p[at + 12] === 1, right, width, count);
    }
    for (let i = 0; i < n; i++) for (let j = 0; j < count; j++) x[to + i * k + j] = p[right + i * width + j];
  }
};
