/**
 * Reflections in float64 memory: one, and many as `I - V T V^T`, V with a reflection a column and T a triangle (Schreiber
 * and Van Loan, 1989).
 *
 * @module
 */
import type { Steps } from "./steps.ts";

/**
 * The reflection that takes a vector x of `length` elements to a multiple of the first axis, with the signs of LAPACK:
 * v with a first element of 1 is written to `v`, the multiple to `x`, and the scale of `I - scale v v^T` is returned.
 */
export const reflector: Steps["reflector"] = (p, x, xStep, length, v, vStep) => {
  const alpha = p[x];
  let squares = 0, below = 0;
  for (let i = 1; i < length; i++) squares += p[x + i * xStep] * p[x + i * xStep];
  const isSafe = squares > 1e-280 && squares + alpha * alpha < 1e280;
  if (isSafe) below = Math.sqrt(squares);
  else {
    let largest = 0;
    for (let i = 1; i < length; i++) {
      const size = Math.abs(p[x + i * xStep]);
      largest = size <= largest ? largest : size;
    }
    if (largest > 0) {
      for (let i = 1; i < length; i++) below += (p[x + i * xStep] / largest) ** 2;
      below = largest * Math.sqrt(below);
    } else if (largest !== largest) below = NaN;
  }
  p[v] = 1;
  if (below === 0) {
    for (let i = 1; i < length; i++) p[v + i * vStep] = 0;
    return 0;
  }
  const beta = -(isSafe ? Math.sqrt(alpha * alpha + squares) : Math.hypot(alpha, below)) *
    (alpha < 0 || Object.is(alpha, -0) ? -1 : 1);
  for (let i = 1; i < length; i++) p[v + i * vStep] = p[x + i * xStep] / (alpha - beta);
  p[x] = beta;
  return (beta - alpha) / beta;
};

/**
 * Writes the part of T above the diagonal that joins the reflections `first` to `middle` with those from `middle` to
 * `last`, `-T1 V1^T V2 T2`. V has m rows, none of which counts above the diagonal. `w` is room for two such parts.
 */
export const joinReflections: Steps["joinReflections"] = (
  p,
  steps,
  v,
  vRow,
  vColumn,
  t,
  tRow,
  w,
  m,
  first,
  middle,
  last,
) => {
  const left = middle - first, right = last - middle, other = w + left * right;
  const to = t + first * tRow + middle, from = v + middle * vRow;
  const v1 = from + first * vColumn, v2 = from + middle * vColumn, t1 = t + first * (tRow + 1);
  steps.multiply(w, right, v1, vColumn, vRow, v2, vRow, vColumn, left, m - middle, right, 0);
  steps.multiply(other, right, t1, tRow, 1, w, right, 1, left, left, right, 0);
  for (let i = 0; i < left; i++) for (let j = 0; j < right; j++) p[to + i * tRow + j] = 0;
  steps.multiply(to, tRow, other, right, 1, t + middle * (tRow + 1), tRow, 1, left, right, right, -1);
};

/** `joinReflections` for all of `first` to `last`, by halves; the diagonal of T has their scales, and zeros are below it. */
export const joinAll: Steps["joinAll"] = (p, steps, v, vRow, vColumn, t, tRow, w, m, first, last) => {
  if (last - first < 2) return;
  const middle = (first + last) >> 1;
  steps.joinAll(p, steps, v, vRow, vColumn, t, tRow, w, m, first, middle);
  steps.joinAll(p, steps, v, vRow, vColumn, t, tRow, w, m, middle, last);
  steps.joinReflections(p, steps, v, vRow, vColumn, t, tRow, w, m, first, middle, last);
};

/**
 * Takes the columns `first` to `last` of A, of m rows that lie `step` apart, to a triangle by reflections, one a column of V
 * and their triangle in T, whose rows lie `step` apart too. V has zeros above its diagonal, T below. Columns by halves, with
 * products between them; `w` is room for half as many elements as the square of the columns, and 8 more a column.
 */
export const reflect: Steps["reflect"] = (p, steps, a, v, t, step, w, m, first, last) => {
  if (last - first <= 8) {
    for (let column = first; column < last; column++) {
      const corner = column * (step + 1),
        left = column - first,
        right = last - column - 1,
        next = a + corner + 1;
      const scale = steps.reflector(p, a + corner, step, m - column, v + corner, step);
      p[t + corner] = scale;
      if (scale === 0) continue;
      const from = v + corner, height = m - column, changes = w + left;
      if (height < 48) {
        for (let j = 0; j < left + right; j++) p[w + j] = 0;
        for (let i = 0; i < height; i++) {
          const factor = p[from + i * step], row = next + i * step, before = from + i * step - left;
          for (let j = 0; j < left; j++) p[w + j] += factor * p[before + j];
          for (let j = 0; j < right; j++) p[changes + j] += factor * p[row + j];
        }
      } else {
        steps.multiply(w, left, from, 0, step, from - left, step, 1, 1, height, left, 0);
        steps.multiply(changes, right, from, 0, step, next, step, 1, 1, height, right, 0);
      }
      for (let i = 0; i < left; i++) {
        let sum = 0;
        for (let k = i; k < left; k++) sum -= p[t + (first + i) * step + first + k] * p[w + k];
        p[t + (first + i) * step + column] = scale * sum;
      }
      for (let j = 0; j < right; j++) p[changes + j] *= scale;
      if (height < 48) {
        for (let i = 0; i < height; i++) {
          const factor = p[from + i * step], row = next + i * step;
          for (let j = 0; j < right; j++) p[row + j] -= factor * p[changes + j];
        }
      } else steps.multiply(next, step, from, step, 1, changes, right, 1, height, 1, right, -1);
    }
    return;
  }
  const middle = first + 8 * Math.ceil((last - first) / 16), left = middle - first, right = last - middle;
  const corner = first * (step + 1), c = a + first * step + middle, other = w + left * right;
  steps.reflect(p, steps, a, v, t, step, w, m, first, middle);
  steps.multiply(w, right, v + corner, 1, step, c, step, 1, left, m - first, right, 0);
  steps.multiply(other, right, t + corner, 1, step, w, right, 1, left, left, right, 0);
  steps.multiply(c, step, v + corner, step, 1, other, right, 1, m - first, left, right, -1);
  steps.reflect(p, steps, a, v, t, step, w, m, middle, last);
  steps.joinReflections(p, steps, v, step, 1, t, step, w, m, first, middle, last);
};

/**
 * Multiplies `count` rows of m elements, which lie `rowStep` apart, by the product of n reflections, the columns of V from the
 * right, or by its transpose if `backwards`. T has the triangle of each group of 32; `w` is room for 64 elements a row.
 */
export const reflectRows: Steps["reflectRows"] = (
  _,
  steps,
  v,
  vRow,
  vColumn,
  t,
  tRow,
  w,
  rows,
  rowStep,
  count,
  m,
  n,
  backwards,
) => {
  const most = 32, groups = Math.ceil(n / most);
  for (let group = 0; group < groups; group++) {
    const first = most * (backwards ? groups - 1 - group : group),
      width = Math.min(most, n - first),
      other = w + count * width;
    const corner = v + first * (vRow + vColumn), triangle = t + first * (tRow + 1), to = rows + first;
    steps.multiply(w, width, to, rowStep, 1, corner, vRow, vColumn, count, m - first, width, 0);
    steps.multiply(
      other,
      width,
      w,
      width,
      1,
      triangle,
      backwards ? 1 : tRow,
      backwards ? tRow : 1,
      count,
      width,
      width,
      0,
    );
    steps.multiply(to, rowStep, other, width, 1, corner, vColumn, vRow, count, width, m - first, -1);
  }
};
