/**
 * Singular vectors and orthonormal bases against what defines them.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { orthonormalBasis } from "../../optim/orthonormal_basis.ts";
import { singularVectors } from "../../optim/singular_vectors.ts";
import {
  abs,
  divide,
  eye,
  matmul,
  max,
  multiply,
  random,
  subtract,
  swapAxes,
  type Tensor,
  where,
  zeros,
} from "../../tensor/mod.ts";

/** The largest magnitude of the difference. */
function apart(a: Tensor, b: Tensor): number {
  return max(abs(subtract(a, b))).item();
}

const precisions = { float32: 4e-6, float64: 1e-14 } as const;

for (const [dtype, eps] of Object.entries(precisions) as ["float32" | "float64", number][]) {
  Deno.test(`singularVectors() take matrices apart in ${dtype}`, () => {
    for (
      const [batch, rows, columns] of [[1, 1, 1], [2, 3, 2], [1, 2, 5], [2, 6, 6], [1, 17, 9], [1, 24, 24]]
    ) {
      const x = random.normal(random.key(rows), [batch, rows, columns], { dtype });
      const { scaled, values, right } = singularVectors(x);
      const size = Math.max(rows, columns);
      assertEquals(apart(matmul(scaled, swapAxes(right, 1, 2)), x) < size * eps, true);
      assertEquals(apart(matmul(swapAxes(right, 1, 2), right), eye(columns, { dtype })) < size * eps, true);
      // The left vectors times their values are orthogonal, and as long as the values.
      const gram = matmul(swapAxes(scaled, 1, 2), scaled);
      const squares = multiply(
        eye(columns, { dtype }),
        multiply(values, values).reshape([batch, 1, columns]),
      );
      assertEquals(apart(gram, squares) < size * size * eps, true);
      const data = Array.from(values.data(), Number);
      for (let i = 1; i < data.length; i++) if (i % columns > 0) assertEquals(data[i] <= data[i - 1], true);
    }
  });

  Deno.test(`singularVectors() of matrices of small rank, or of zeros, are orthonormal in ${dtype}`, () => {
    const one = random.normal(random.key(1), [1, 5, 1], { dtype });
    for (const x of [zeros([1, 5, 4], { dtype }), matmul(one, swapAxes(one, 1, 2)), divide(one, 1e12)]) {
      const { scaled, right } = singularVectors(x);
      const columns = x.shape[2];
      assertEquals(apart(matmul(swapAxes(right, 1, 2), right), eye(columns, { dtype })) < 8 * eps, true);
      assertEquals(
        apart(matmul(scaled, swapAxes(right, 1, 2)), x) < 40 * eps * max(abs(x)).item() + 1e-300,
        true,
      );
    }
  });

  Deno.test(`orthonormalBasis() is Q of a QR decomposition in ${dtype}`, () => {
    for (const n of [1, 2, 3, 8, 20]) {
      const x = random.normal(random.key(n), [n, n], { dtype });
      const basis = orthonormalBasis(x.reshape([1, n, n])).reshape([n, n]);
      assertEquals(apart(matmul(swapAxes(basis, 0, 1), basis), eye(n, { dtype })) < n * eps, true);
      const upper = Array.from(matmul(swapAxes(basis, 0, 1), x).data(), Number);
      for (let i = 0; i < n; i++) {
        assertEquals(upper[i * n + i] >= 0, true);
        for (let j = 0; j < i; j++) assertEquals(Math.abs(upper[i * n + j]) < 10 * n * eps, true);
      }
    }
  });

  Deno.test(`orthonormalBasis() of dependent columns is orthonormal in ${dtype}`, () => {
    const column = random.normal(random.key(0), [6, 1], { dtype });
    for (
      const x of [
        zeros([6, 6], { dtype }),
        matmul(column, swapAxes(column, 0, 1)),
        where(eye(6), 0, zeros([6, 6])),
      ]
    ) {
      const basis = orthonormalBasis(x.reshape([1, 6, 6])).reshape([6, 6]);
      const limit = x.dtype === dtype ? eps : precisions.float32;
      assertEquals(apart(matmul(swapAxes(basis, 0, 1), basis), eye(6, { dtype: x.dtype })) < 6 * limit, true);
    }
  });
}
