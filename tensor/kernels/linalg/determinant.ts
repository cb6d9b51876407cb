/**
 * Determinants by elimination.
 *
 * @module
 */
import type { MatrixLoop } from "./steps.ts";

/**
 * The determinant, or its sign and the logarithm of its size, by elimination with partial pivoting in double
 * precision. Arguments: addresses of A [n, n], of the determinant or sign, of the logarithm, and of a float64 area
 * of n n elements a matrix; n, whether the logarithm is wanted (1 or 0). Units are matrices.
 */
export const determinantLoop: MatrixLoop = (p, x, at, begin, end) => {
  const n = p[at + 4], logarithmic = p[at + 5] === 1;
  for (let u = begin; u < end; u++) {
    const a = p[at] + u * n * n, w = p[at + 3] + begin * n * n;
    for (let i = 0; i < n * n; i++) p[w + i] = x[a + i];
    let sign = 1, logarithm = 0, product = 1;
    for (let column = 0; column < n; column++) {
      let pivot = column;
      for (let i = column + 1; i < n; i++) {
        if (Math.abs(p[w + i * n + column]) > Math.abs(p[w + pivot * n + column])) pivot = i;
      }
      const row = w + column * n, other = w + pivot * n;
      if (pivot !== column) {
        sign = -sign;
        for (let j = column; j < n; j++) {
          const kept = p[row + j];
          p[row + j] = p[other + j];
          p[other + j] = kept;
        }
      }
      const diagonal = p[row + column];
      product *= diagonal;
      sign *= Math.sign(diagonal);
      logarithm += Math.log(Math.abs(diagonal));
      if (diagonal === 0) break;
      for (let i = column + 1; i < n; i++) {
        const below = w + i * n, factor = p[below + column] / diagonal;
        for (let j = column + 1; j < n; j++) p[below + j] -= factor * p[row + j];
      }
    }
    if (logarithmic) {
      x[p[at + 1] + u] = sign;
      x[p[at + 2] + u] = logarithm;
    } else x[p[at + 1] + u] = sign === 0 ? 0 : Math.abs(product) * sign;
  }
};

/**
 * `determinantLoop` through products, for larger matrices. Arguments: addresses of A [n, n], of the determinant or sign, of the logarithm, and of a float64 area
 * of n (step + 1) elements a matrix; n, whether the logarithm is wanted (1 or 0), step. Units are matrices.
 */
export const determinantByProductsLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const n = p[at + 4], logarithmic = p[at + 5] === 1, step = p[at + 6];
  for (let u = begin; u < end; u++) {
    const a = p[at] + u * n * n, w = p[at + 3] + begin * n * (step + 1);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) p[w + i * step + j] = x[a + i * n + j];
    let sign = steps.eliminate(p, steps, w, step, n, 0, n, w + n * step), logarithm = 0, product = 1;
    for (let i = 0; i < n; i++) {
      const diagonal = p[w + i * (step + 1)];
      product *= diagonal;
      sign *= Math.sign(diagonal);
      logarithm += Math.log(Math.abs(diagonal));
      // Behind a column of zeros there are no numbers.
      if (diagonal === 0) break;
    }
    if (logarithmic) {
      x[p[at + 1] + u] = sign;
      x[p[at + 2] + u] = logarithm;
    } else x[p[at + 1] + u] = sign === 0 ? 0 : Math.abs(product) * sign;
  }
};

/**
 * The matrix of cofactors, `det(A) inv(A)^T` where A has an inverse, by elimination with complete pivoting:
 * `A = P L D U Q` with unit triangles gives `det(P Q) P inv(L)^T cof(D) inv(U)^T Q`, which holds for singular
 * matrices too. Arguments: addresses of A [n, n], of the cofactors, of a float64 area of n (2 n + 4) elements a
 * matrix; n. Units are matrices.
 */
export const cofactorLoop: MatrixLoop = (p, x, at, begin, end) => {
  const n = p[at + 3];
  for (let u = begin; u < end; u++) {
    const a = p[at] + u * n * n, to = p[at + 1] + u * n * n, w = p[at + 2] + begin * n * (2 * n + 4);
    const m = w + n * n, rows = m + n * n, columns = rows + n, diagonal = columns + n, others = diagonal + n;
    for (let i = 0; i < n * n; i++) p[w + i] = x[a + i];
    for (let i = 0; i < n; i++) p[rows + i] = p[columns + i] = i;
    let sign = 1;
    for (let step = 0; step < n; step++) {
      let row = step, column = step, largest = 0;
      for (let i = step; i < n; i++) {
        for (let j = step; j < n; j++) {
          const size = Math.abs(p[w + i * n + j]);
          if (size > largest) {
            largest = size;
            row = i;
            column = j;
          }
        }
      }
      if (row !== step) {
        sign = -sign;
        for (let j = 0; j < n; j++) {
          const kept = p[w + step * n + j];
          p[w + step * n + j] = p[w + row * n + j];
          p[w + row * n + j] = kept;
        }
        const kept = p[rows + step];
        p[rows + step] = p[rows + row];
        p[rows + row] = kept;
      }
      if (column !== step) {
        sign = -sign;
        for (let i = 0; i < n; i++) {
          const kept = p[w + i * n + step];
          p[w + i * n + step] = p[w + i * n + column];
          p[w + i * n + column] = kept;
        }
        const kept = p[columns + step];
        p[columns + step] = p[columns + column];
        p[columns + column] = kept;
      }
      const pivot = p[w + step * n + step];
      p[diagonal + step] = pivot;
      for (let i = step + 1; i < n; i++) {
        const factor = pivot === 0 ? 0 : p[w + i * n + step] / pivot;
        p[w + i * n + step] = factor;
        for (let j = step + 1; j < n; j++) p[w + i * n + j] -= factor * p[w + step * n + j];
      }
      for (let j = step + 1; j < n; j++) p[w + step * n + j] = pivot === 0 ? 0 : p[w + step * n + j] / pivot;
    }
    let before = sign;
    for (let i = 0; i < n; i++) {
      p[others + i] = before;
      before *= p[diagonal + i];
    }
    let after = 1;
    for (let i = n - 1; i >= 0; i--) {
      p[others + i] *= after;
      after *= p[diagonal + i];
    }
    // Row i of cof(D) inv(U)^T: column i of inv(U) times the cofactor of D.
    for (let i = 0; i < n; i++) {
      for (let j = i; j >= 0; j--) {
        let sum = j === i ? 1 : 0;
        for (let k = j + 1; k <= i; k++) sum -= p[w + j * n + k] * p[m + i * n + k];
        p[m + i * n + j] = sum;
      }
      for (let j = i + 1; j < n; j++) p[m + i * n + j] = 0;
    }
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) p[m + i * n + j] *= p[others + i];
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) {
        const factor = p[w + k * n + i];
        if (factor !== 0) { for (let j = 0; j < n; j++) p[m + i * n + j] -= factor * p[m + k * n + j]; }
      }
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) x[to + p[rows + i] * n + p[columns + j]] = p[m + i * n + j];
    }
  }
};
