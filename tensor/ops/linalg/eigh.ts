/**
 * Eigenvalues and eigenvectors of symmetric matrices.
 *
 * @module
 */
import { applyAll } from "../../apply.ts";
import { eighLoop } from "../../kernels/linalg/eigh.ts";
import { batchInFront } from "../../rules.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import type { Tensor } from "../../tensor.ts";
import { add, divide, multiply, subtract } from "../arithmetic.ts";
import { matmul } from "../matmul.ts";
import { expandDims } from "../reshape.ts";
import { swapAxes } from "../transpose.ts";
import { eachMatrix, isZeros, launchMatrices, rowStep, squareMatrices, symmetrize } from "./matrix.ts";
import { eyeLike } from "./triangle.ts";

const eighPrimitive: Primitive = definePrimitive({
  name: "eigh",
  flops: ([x]) => eachMatrix(x, (n) => 9 * n ** 3),
  batch: batchInFront,
  infer: ([x]) => [
    { dtype: x.dtype, shape: x.shape.slice(0, -1) },
    { dtype: x.dtype, shape: x.shape },
  ],
  execute([x], [values, vectors], _, machine) {
    const n = x.shape[x.shape.length - 1];
    const step = rowStep(n + n % 2);
    launchMatrices(machine, {
      name: "eigh",
      loop: eighLoop,
      operands: [x, values, vectors],
      area: 4 * n * step + n * (n + 22),
      numbers: [n, step],
      cost: 8 * n ** 3,
    });
  },
  pullback: {
    rule([byValues, byVectors], { inputs: [x], outputs: [values, vectors] }) {
      const turned = swapAxes(vectors, -1, -2);
      const diagonal = multiply(eyeLike(x), expandDims(byValues, -1));
      if (isZeros(byVectors)) return [matmul(matmul(vectors, diagonal), turned)];
      const differences = subtract(expandDims(values, -2), expandDims(values, -1));
      const inner = divide(matmul(turned, byVectors), add(differences, eyeLike(x)));
      const off = subtract(inner, multiply(inner, eyeLike(x)));
      return [matmul(matmul(vectors, add(diagonal, off)), turned)];
    },
  },
});

/** What `eigh` gives for each matrix. */
export interface Eigh {
  /** The eigenvalues [..., n], ascending. */
  readonly values: Tensor;
  /** The eigenvectors [..., n, n], one a column, orthonormal. */
  readonly vectors: Tensor;
}

/**
 * The eigenvalues and eigenvectors of symmetric matrices, `x = vectors diag(values) vectors^T`, as
 * `jnp.linalg.eigh`. The mean of x and its transpose is taken. The sign of each vector is free; where values are
 * equal, gradients through their vectors are not finite.
 *
 * @param x Matrices [..., n, n].
 * @throws {RangeError} If x is not square.
 *
 * @example
 * ```ts
 * import { eigh, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(eigh(tensor([[3, 0], [0, 1]])).values.toArray(), [1, 3]);
 * ```
 */
export function eigh(x: Tensor): Eigh {
  return decompose("eigh", x);
}

function decompose(operation: string, x: Tensor): Eigh {
  const [values, vectors] = applyAll(eighPrimitive, [symmetrize(squareMatrices(operation, x))], {});
  return { values, vectors };
}

/**
 * The eigenvalues of symmetric matrices, ascending, as `jnp.linalg.eigvalsh`.
 *
 * @param x Matrices [..., n, n].
 * @throws {RangeError} If x is not square.
 *
 * @example
 * ```ts
 * import { eigvalsh, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(eigvalsh(tensor([[2, 0], [0, 1]])).toArray(), [1, 2]);
 * ```
 */
export function eigvalsh(x: Tensor): Tensor {
  return decompose("eigvalsh", x).values;
}
