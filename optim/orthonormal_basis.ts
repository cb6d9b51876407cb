/**
 * Orthonormal columns.
 *
 * @module
 */

import { expandDims, eye, less, multiply, qr, sum, type Tensor, where } from "../tensor/mod.ts";

/**
 * The orthonormal factors Q of the QR decompositions of square matrices `[batch, n, n]`, `x = Q R`, by
 * Householder reflections. The diagonals of R are not negative. Columns that depend on those before them,
 * also zeros, are replaced by ones that do not, so that Q is orthonormal whatever the matrix. Householder
 * 1958.
 */
export function orthonormalBasis(x: Tensor): Tensor {
  const { q, r } = qr(x);
  const diagonal = sum(multiply(r, eye(x.shape[1], { dtype: x.dtype })), { axes: -2 });
  return multiply(q, expandDims(where(less(diagonal, 0), -1, 1), -2));
}
