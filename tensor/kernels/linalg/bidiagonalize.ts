/**
 * Square matrices to two diagonals by reflections, in float64 memory.
 *
 * @module
 */
import type { Steps } from "./steps.ts";

/**
 * Takes A of n rows, which lie `step` apart, to its diagonal `d` and the one above it, `e`, by reflections from the left, a row of V
 * each, and from the right, a row of `right` each (Golub and Reinsch, 1970). Their scales are the diagonal of T, beside which are
 * zeros, and the elements of `scales`; `y` is room for 2 n elements.
 */
export const bidiagonalize: Steps["bidiagonalize"] = (p, steps, a, step, v, right, t, scales, d, e, y, n) => {
  const z = y + n;
  // Rows of V and of `right` have the reflections from the left and from the right.
  for (let i = 0; i < n * step; i++) p[v + i] = p[t + i] = p[right + i] = 0;
  for (let j = 0; j < n; j++) {
    const corner = a + j * (step + 1),
      rest = n - j - 1,
      from = v + j * (step + 1),
      across = right + from - v + 1;
    const byLeft = p[t + j * (step + 1)] = steps.reflector(p, corner, step, n - j, from, 1);
    p[d + j] = p[corner];
    p[e + j] = 0;
    if (rest === 0) {
      // Nothing is right of the last element, so no reflection either.
      p[scales + j] = 0;
      break;
    }
    // A - v y^T - z u^T, from the left and then from the right, with one product; row j has them first.
    steps.multiply(y, rest, from, n, 1, corner + 1, step, 1, 1, n - j, rest, 0);
    for (let i = 0; i < rest; i++) {
      p[y + i] *= byLeft;
      p[corner + 1 + i] -= p[y + i];
    }
    const byRight = p[scales + j] = steps.reflector(p, corner + 1, 1, rest, across, 1);
    p[e + j] = p[corner + 1];
    steps.multiply(z, 1, corner + step + 1, step, 1, across, 1, 1, rest, rest, 1, 0);
    let along = 0;
    for (let i = 0; i < rest; i++) along += p[y + i] * p[across + i];
    for (let i = 0; i < rest; i++) p[z + i] = byRight * (p[z + i] - along * p[from + 1 + i]);
    steps.multiply(corner + step + 1, step, from + 1, 1, z - from - 1, y, across - y, 1, rest, 2, rest, -1);
  }
};
