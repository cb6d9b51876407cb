/**
 * Orthonormal columns, out of public operations, so that they record, compile and run over threads.
 *
 * @module
 */

import {
  broadcastTo,
  cast,
  concatenate,
  divide,
  equal,
  eye,
  greaterEqual,
  matmul,
  multiply,
  negative,
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
 * The orthonormal factors Q of the QR decompositions of square matrices `[batch, n, n]`, `x = Q R`, by
 * Householder reflections. The diagonals of R are not negative. Columns that depend on those before them,
 * also zeros, are replaced by ones that do not, so that Q is orthonormal whatever the matrix. Householder
 * 1958.
 */
export function orthonormalBasis(x: Tensor): Tensor {
  const [batch, n] = x.shape;
  const reflections: Tensor[] = [];
  const signs: Tensor[] = [];
  let rest = x;
  for (let i = 0; i < n; i++) {
    const column = slice(rest, [null, null, [0, 1]]);
    const first = slice(column, [null, [0, 1]]);
    const norm = lengthOf(column);
    const isNegative = greaterEqual(0, first);
    // The reflection takes the column to the end of the axis that is farther away, which cancels no digits.
    const onto = where(isNegative, norm, negative(norm));
    const moved = subtract(first, onto);
    const vector = i === n - 1 ? moved : concatenate([moved, slice(column, [null, [1]])], 1);
    const length = lengthOf(vector);
    const unit = divide(vector, where(equal(length, 0), 1, length));
    reflections.push(unit);
    signs.push(where(isNegative, 1, -1));
    if (i < n - 1) rest = slice(reflected(rest, unit), [null, [1], [1]]);
  }
  let basis = broadcastTo(eye(n, { dtype: x.dtype }), [batch, n, n]);
  for (let i = n - 1; i >= 0; i--) {
    const lower = reflected(slice(basis, [null, [i]]), reflections[i]);
    basis = i === 0 ? lower : concatenate([slice(basis, [null, [0, i]]), lower], 1);
  }
  return multiply(basis, cast(concatenate(signs, 2), x.dtype));
}

/** The length of the column of each matrix. */
function lengthOf(column: Tensor): Tensor {
  return sqrt(sum(square(column), { axes: [1, 2], keepDims: true }));
}

function reflected(x: Tensor, unit: Tensor): Tensor {
  return subtract(x, matmul(multiply(unit, 2), matmul(swapAxes(unit, 1, 2), x)));
}
