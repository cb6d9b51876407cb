/**
 * Orthonormal columns, out of public operations, so that they record, compile and run over threads.
 *
 * @module
 */

import {
  cast,
  concatenate,
  divide,
  equal,
  eye,
  greaterEqual,
  matmul,
  multiply,
  slice,
  sqrt,
  square,
  subtract,
  sum,
  swapAxes,
  type Tensor,
  where,
} from "../tensor/mod.ts";

/**
 * The orthonormal factor Q of the QR decomposition of a square matrix, `x = Q R`, by Householder reflections. The
 * diagonal of R is not negative. Columns that depend on those before them, also zeros, are replaced by ones that do
 * not, so that Q is orthonormal whatever the matrix. Householder 1958.
 */
export function orthonormalBasis(x: Tensor): Tensor {
  const n = x.shape[0];
  const reflections: Tensor[] = [];
  const signs: Tensor[] = [];
  let rest = x;
  for (let i = 0; i < n; i++) {
    const column = slice(rest, [null, [0, 1]]);
    const first = slice(column, [[0, 1]]);
    const norm = sqrt(sum(square(column)));
    const isNegative = greaterEqual(0, first);
    // The reflection takes the column to the end of the axis that is farther away, which cancels no digits.
    const onto = where(isNegative, norm, multiply(norm, -1));
    const vector = i === n - 1
      ? subtract(first, onto)
      : concatenate([subtract(first, onto), slice(column, [[1]])], 0);
    const length = sqrt(sum(square(vector)));
    const unit = divide(vector, where(equal(length, 0), 1, length));
    reflections.push(unit);
    signs.push(where(isNegative, 1, -1));
    if (i < n - 1) rest = slice(reflected(rest, unit), [[1], [1]]);
  }
  let basis = eye(n, { dtype: x.dtype });
  for (let i = n - 1; i >= 0; i--) {
    const lower = reflected(slice(basis, [[i]]), reflections[i]);
    basis = i === 0 ? lower : concatenate([slice(basis, [[0, i]]), lower], 0);
  }
  return multiply(basis, cast(concatenate(signs, 1), x.dtype));
}

function reflected(x: Tensor, unit: Tensor): Tensor {
  return subtract(x, matmul(multiply(unit, 2), matmul(swapAxes(unit, 0, 1), x)));
}
