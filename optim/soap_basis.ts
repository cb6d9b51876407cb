/**
 * The eigenbases that SOAP works in.
 *
 * @module
 */

import { argsort, matmul, multiply, oneHot, sum, swapAxes, type Tensor } from "../tensor/mod.ts";
import { orthonormalBasis } from "./orthonormal_basis.ts";

/** `q^T x p`, without a side that has no basis. */
export function intoBasis(x: Tensor, q: Tensor | null, p: Tensor | null): Tensor {
  const rows = q === null ? x : matmul(swapAxes(q, 1, 2), x);
  return p === null ? rows : matmul(rows, p);
}

/** `q x p^T`, without a side that has no basis. */
export function outOfBasis(x: Tensor, q: Tensor | null, p: Tensor | null): Tensor {
  const rows = q === null ? x : matmul(q, x);
  return p === null ? rows : matmul(rows, swapAxes(p, 1, 2));
}

/** A step of power iteration, its columns sorted by eigenvalue, and the order as columns of the identity. */
export function nextBasis(
  statistics: Tensor | null,
  basis: Tensor | null,
): { readonly basis: Tensor; readonly order: Tensor } | null {
  if (statistics === null || basis === null) return null;
  const product = matmul(statistics, basis);
  const values = sum(multiply(basis, product), { axes: 1 });
  const places = argsort(values, { descending: true });
  const order = swapAxes(oneHot(places, values.shape[1], { dtype: values.dtype }), 1, 2);
  return { basis: orthonormalBasis(matmul(product, order)), order };
}
