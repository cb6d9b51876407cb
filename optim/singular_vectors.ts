/**
 * Singular values and vectors, out of public operations, so that they record, compile and run over threads.
 *
 * @module
 */

import {
  abs,
  add,
  broadcastTo,
  cast,
  concatenate,
  divide,
  equal,
  eye,
  fold,
  greater,
  logicalAnd,
  matmul,
  max,
  multiply,
  reshape,
  rsqrt,
  slice,
  sqrt,
  square,
  subtract,
  sum,
  swapAxes,
  take,
  type Tensor,
  tensor,
  where,
  zeros,
} from "../tensor/mod.ts";

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
 * The singular values and vectors of a batch of matrices `[batch, rows, columns]` by one-sided Jacobi
 * rotations: `x = (scaled / values) diag(values) right^T`. For a symmetric matrix without negative
 * eigenvalues `right` has its eigenvectors. Pairs of columns are rotated until all are orthogonal, all
 * pairs that have no column in common at once. The number of sweeps depends on the number of columns alone,
 * as a recorded program cannot look at values; convergence is quadratic, and some ten sweeps reach the last
 * digits. Hestenes 1958, Brent and Luk 1985.
 */
export function singularVectors(x: Tensor): SingularVectors {
  const [batch, height, columns] = x.shape;
  const { dtype } = x;
  const largest = max(abs(x), { axes: [1, 2], keepDims: true });
  const scale = where(greater(largest, 0), largest, 1);
  // The rows of `turned` are the columns of x, each with its row of the right vectors behind it.
  const identity = broadcastTo(eye(columns, { dtype }), [batch, columns, columns]);
  const odd = columns % 2;
  let turned = concatenate([swapAxes(divide(x, scale), 1, 2), identity], 2);
  if (odd === 1) turned = concatenate([turned, zeros([batch, 1, height + columns], { dtype })], 1);
  const pairs = (columns + odd) / 2;
  const order = tensor(nextRound(pairs), { dtype: "int32" });
  const sweeps = columns < 2 ? 0 : 4 + Math.ceil(Math.log2(columns));
  const rounds = Array.from({ length: sweeps * (2 * pairs - 1) });
  turned = fold(rounds, turned, (rows, _) => take(rotated(rows, height, pairs), order, { axis: 1 }));
  const vectors = slice(turned, [null, [0, columns]]);
  const lengths = sqrt(sum(square(slice(vectors, [null, null, [0, height]])), { axes: 2 }));
  const sorted = sortedRows(vectors, lengths);
  return {
    scaled: multiply(swapAxes(slice(sorted.rows, [null, null, [0, height]]), 1, 2), scale),
    values: multiply(sorted.keys, reshape(scale, [batch, 1])),
    right: swapAxes(slice(sorted.rows, [null, null, [height, height + columns]]), 1, 2),
  };
}

/**
 * The places that rows come from after a round, so that in all rounds each meets each once: a round robin.
 */
function nextRound(pairs: number): number[] {
  const from: number[] = [];
  for (let place = 0; place < 2 * pairs; place++) {
    if (place === 0) from.push(0);
    else if (place === 1) from.push(pairs);
    else if (place < pairs) from.push(place - 1);
    else if (place < 2 * pairs - 1) from.push(place + 1);
    else from.push(pairs - 1);
  }
  // A single pair has no other place to go to.
  return pairs === 1 ? [0, 1] : from;
}

/** Row i and row i + pairs rotated so that their first `size` elements are orthogonal, for all i. */
function rotated(rows: Tensor, size: number, pairs: number): Tensor {
  const [a, b] = [slice(rows, [null, [0, pairs]]), slice(rows, [null, [pairs, 2 * pairs]])];
  const dot = (x: Tensor, y: Tensor): Tensor => {
    const part = (z: Tensor): Tensor => slice(z, [null, null, [0, size]]);
    return sum(multiply(part(x), part(y)), { axes: 2, keepDims: true });
  };
  const product = dot(a, b);
  const apart = equal(product, 0);
  const zeta = divide(subtract(dot(b, b), dot(a, a)), multiply(where(apart, 1, product), 2));
  const size2 = add(abs(zeta), sqrt(add(square(zeta), 1)));
  const signed = where(greater(0, zeta), -1, 1);
  const tangent = where(apart, 0, divide(signed, size2));
  const cosine = rsqrt(add(square(tangent), 1));
  const sine = multiply(cosine, tangent);
  return concatenate([
    subtract(multiply(a, cosine), multiply(b, sine)),
    add(multiply(a, sine), multiply(b, cosine)),
  ], 1);
}

/**
 * Rows `[batch, n, width]` in the order of their keys `[batch, n]`, from the largest to the least; equal
 * ones stay in their order. It is a product with a permutation, as a recorded program cannot look at
 * values.
 */
export function sortedRows(rows: Tensor, keys: Tensor): { readonly rows: Tensor; readonly keys: Tensor } {
  const permutation = sortingMatrix(keys);
  const [batch, n] = keys.shape;
  return {
    rows: matmul(permutation, rows),
    keys: reshape(matmul(permutation, reshape(keys, [batch, n, 1])), [batch, n]),
  };
}

/** The permutation `[batch, n, n]` that sorts keys `[batch, n]` from the largest to the least. */
export function sortingMatrix(keys: Tensor): Tensor {
  const [batch, n] = keys.shape;
  const [mine, other] = [reshape(keys, [batch, n, 1]), reshape(keys, [batch, 1, n])];
  const places = Array.from({ length: n }, (_, i) => i);
  const before = tensor(places.map((i) => places.map((j) => j < i)), { shape: [n, n], dtype: "bool" });
  const ahead = where(greater(other, mine), 1, where(logicalAnd(equal(other, mine), before), 1, 0));
  const rank = sum(cast(ahead, "float32"), { axes: 2 });
  const place = tensor(places, { shape: [1, n, 1], dtype: "float32" });
  return cast(equal(reshape(rank, [batch, 1, n]), place), keys.dtype);
}
