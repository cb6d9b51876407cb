/**
 * The factor of a positive definite matrix.
 *
 * @module
 */
import type { MatrixLoop, Steps } from "./steps.ts";

/**
 * Puts U with `U^T U = A` into the upper triangle of A [n, n], whose rows lie `step` apart; whether A is positive
 * definite. Halves of the rows, with a triangular system and a product between them.
 */
export const factorDefinite: Steps["factorDefinite"] = (p, steps, a, step, n) => {
  if (n <= 24) {
    for (let i = 0; i < n; i++) {
      const row = a + i * step, square = p[row + i];
      if (!(square > 0 && square < Infinity)) return false;
      const root = Math.sqrt(square);
      for (let j = i; j < n; j++) p[row + j] /= root;
      for (let r = i + 1; r < n; r++) {
        const below = a + r * step, factor = p[row + r];
        for (let j = r; j < n; j++) p[below + j] -= factor * p[row + j];
      }
    }
    return true;
  }
  const half = 8 * Math.ceil(n / 16), rest = n - half;
  if (!steps.factorDefinite(p, steps, a, step, half)) return false;
  steps.substitute(p, steps, a, 1, step, half, true, false, a + half, step, rest);
  // Strips of rows of what is left, from the diagonal on.
  for (let i = half; i < n; i += 64) {
    const height = Math.min(64, n - i), corner = a + i * step + i;
    steps.multiply(corner, step, a + i, 1, step, a + i, step, 1, height, half, n - i, -1);
  }
  return steps.factorDefinite(p, steps, a + half * (step + 1), step, rest);
};

/**
 * Lower triangular L with `L L^T = A`, row by row, summed in double precision; NaN where A is not positive
 * definite. Reads the lower triangle. Arguments: addresses of A and L; n. Units are matrices.
 */
export const choleskyLoop: MatrixLoop = (p, x, at, begin, end) => {
  const n = p[at + 2];
  for (let u = begin; u < end; u++) {
    const a = p[at] + u * n * n, l = p[at + 1] + u * n * n;
    let positive = true;
    for (let i = 0; i < n && positive; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = x[a + i * n + j];
        for (let k = 0; k < j; k++) sum -= x[l + i * n + k] * x[l + j * n + k];
        if (i === j) {
          positive = sum > 0 && sum < Infinity;
          x[l + i * n + i] = Math.sqrt(sum);
        } else x[l + i * n + j] = sum / x[l + j * n + j];
      }
      for (let j = i + 1; j < n; j++) x[l + i * n + j] = 0;
    }
    for (let i = 0; i < n && !positive; i++) {
      for (let j = 0; j < n; j++) x[l + i * n + j] = j <= i ? NaN : 0;
    }
  }
};

/**
 * `choleskyLoop` through products, for larger matrices, whose upper triangle it reads. Arguments: addresses of A, of L and of
 * a float64 area of n `step` elements a matrix; n, step. Units are matrices.
 */
export const choleskyByProductsLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const n = p[at + 3], step = p[at + 4];
  for (let u = begin; u < end; u++) {
    const a = p[at] + u * n * n, l = p[at + 1] + u * n * n, w = p[at + 2] + begin * n * step;
    for (let i = 0; i < n; i++) for (let j = i; j < n; j++) p[w + i * step + j] = x[a + i * n + j];
    const isDefinite = steps.factorDefinite(p, steps, w, step, n);
    // Few columns at a time, so that rows of U stay at hand.
    for (let first = 0; first < n; first += 16) {
      const end = Math.min(n, first + 16);
      for (let i = 0; i < n; i++) {
        for (let j = first; j < end; j++) {
          x[l + i * n + j] = j > i ? 0 : isDefinite ? p[w + j * step + i] : NaN;
        }
      }
    }
  }
};
