/**
 * The factor of a positive definite matrix.
 *
 * @module
 */
import type { MatrixLoop } from "./matrix_kernel.ts";

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
