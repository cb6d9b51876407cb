/**
 * Singular values and vectors in the form that second-order transforms use.
 *
 * @module
 */

import { concatenate, expandDims, multiply, svd, swapAxes, type Tensor, zeros } from "../tensor/mod.ts";

/** Singular values, from the largest to the least, and the vectors that belong to them. */
export interface SingularVectors {
  /** The left vectors times their values: `[batch, rows, columns]`, the columns orthogonal. */
  readonly scaled: Tensor;
  /** The singular values: `[batch, columns]`. */
  readonly values: Tensor;
  /** The right vectors: `[batch, columns, columns]`, orthonormal columns. */
  readonly right: Tensor;
}

/**
 * The singular values and vectors of a batch of matrices `[batch, rows, columns]`, one for each column:
 * `x = (scaled / values) diag(values) right^T`. For a symmetric matrix without negative eigenvalues `right`
 * has its eigenvectors.
 */
export function singularVectors(x: Tensor): SingularVectors {
  const [batch, rows, columns] = x.shape;
  const { u, s, vt } = svd(x, { fullMatrices: rows < columns });
  const scaled = multiply(u, expandDims(s, -2));
  const right = swapAxes(vt, -1, -2);
  if (rows >= columns) return { scaled, values: s, right };
  const rest = columns - rows;
  return {
    scaled: concatenate([scaled, zeros([batch, rows, rest], { dtype: x.dtype })], -1),
    values: concatenate([s, zeros([batch, rest], { dtype: x.dtype })], -1),
    right,
  };
}
