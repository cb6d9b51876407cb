/**
 * Orthogonal matrices out of reflections, in float64 memory.
 *
 * @module
 */
import type { Steps } from "./steps.ts";

/**
 * Q [m, c] and, in the place of A [m, n], the upper triangle R with `A = Q R`, n <= c <= m; R alone where c is 0. V and T are areas of m and n rows
 * as A, which lie `step` apart; rows of Q lie `qRow` apart; `w` is room for n (2 c + 16) elements. Reflections change
 * what is right of them in groups.
 */
export const orthogonalize: Steps["orthogonalize"] = (p, steps, a, v, t, step, w, q, qRow, m, n, c) => {
  const most = 32;
  for (let i = 0; i < n * step; i++) p[v + i] = p[t + i] = 0;
  for (let first = 0; first < n; first += most) {
    const last = Math.min(n, first + most), width = last - first, right = n - last, height = m - first;
    const corner = first * (step + 1), next = a + first * step + last, other = w + width * right;
    steps.reflect(p, steps, a, v, t, step, w, m, first, last);
    steps.multiply(w, right, v + corner, 1, step, next, step, 1, width, height, right, 0);
    steps.multiply(other, right, t + corner, 1, step, w, right, 1, width, width, right, 0);
    steps.multiply(next, step, v + corner, step, 1, other, right, 1, height, width, right, -1);
  }
  if (c === 0) return;
  for (let i = 0; i < m; i++) for (let j = 0; j < c; j++) p[q + i * qRow + j] = i === j ? 1 : 0;
  // From the last group on, each of which changes what is right of it and below; its own columns are those of the identity.
  for (let last = n, first = most * Math.floor((n - 1) / most); first >= 0; last = first, first -= most) {
    const width = last - first, right = c - last, whole = c - first, height = m - first;
    const corner = first * (step + 1), from = v + corner, other = w + width * right;
    const below = q + last * qRow + last;
    steps.multiply(w, right, from + width * step, 1, step, below, qRow, 1, width, m - last, right, 0);
    steps.multiply(other, whole, t + corner, step, 1, from, 1, step, width, width, width, 0);
    steps.multiply(other + width, whole, t + corner, step, 1, w, right, 1, width, width, right, 0);
    steps.multiply(q + first * (qRow + 1), qRow, from, step, 1, other, whole, 1, height, width, whole, -1);
  }
};

/**
 * The transpose of the product of n reflections, `Z = I - V T^T V^T`. Row j of V, from place j on, has reflection j, and the
 * diagonal of T its scale; V, T and Z have n rows that lie `step` apart, `w` is room for n (n + 16) elements.
 */
export const turnedFactor: Steps["turnedFactor"] = (p, steps, v, t, step, w, z, n) => {
  for (let i = 0; i < n; i++) for (let j = 0; j < step; j++) p[z + i * step + j] = i === j ? 1 : 0;
  if (n <= 16) {
    for (let j = n - 1; j >= 0; j--) {
      const from = v + j * step, scale = p[t + j * (step + 1)];
      for (let i = j, row = z + j * step; i < n && scale !== 0; i++, row += step) {
        let along = 0;
        for (let k = j; k < n; k++) along += p[row + k] * p[from + k];
        along *= scale;
        for (let k = j; k < n; k++) p[row + k] -= along * p[from + k];
      }
    }
    return;
  }
  // Groups of reflections from the last on, each of which changes what is right of it and below.
  const most = Math.min(32, 8 * ((n + 16) >> 4));
  for (let last = n, first = most * Math.floor((n - 1) / most); first >= 0; last = first, first -= most) {
    const corner = first * (step + 1), m = n - first, width = last - first, other = w + m * width;
    steps.joinAll(p, steps, v, 1, step, t, step, w, n, first, last);
    steps.multiply(w, width, z + corner, step, 1, v + corner, 1, step, m, m, width, 0);
    steps.multiply(other, width, w, width, 1, t + corner, 1, step, m, width, width, 0);
    steps.multiply(z + corner, step, other, width, 1, v + corner, step, 1, m, width, m, -1);
  }
};
