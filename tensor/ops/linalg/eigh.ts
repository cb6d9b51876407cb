/**
 * Eigenvalues and eigenvectors of symmetric matrices.
 *
 * @module
 */
import { apply, applyAll } from "../../apply.ts";
import { eighLoop } from "../../kernels/linalg/eigh.ts";
import { batchInFront } from "../../rules.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import type { Tensor } from "../../tensor.ts";
import { add, divide, multiply, subtract } from "../arithmetic.ts";
import { matmul } from "../matmul.ts";
import { expandDims } from "../reshape.ts";
import { swapAxes } from "../transpose.ts";
import { eachMatrix, launchMatrices, rowStep, squareMatrices, symmetrize } from "./matrix.ts";
import { eyeLike } from "./triangle.ts";

/** Reflections that change a matrix at once. */
const BLOCK = 16;

interface Vectored {
  /** Whether the vectors are computed. */
  readonly vectors: boolean;
}

const eighPrimitive: Primitive<Vectored> = definePrimitive<Vectored>({
  name: "eigh",
  flops: ([x], _, { vectors }) => eachMatrix(x, (n) => (vectors ? 9 : 4 / 3) * n ** 3),
  batch: batchInFront,
  infer([x], { vectors }) {
    const values = { dtype: x.dtype, shape: x.shape.slice(0, -1) };
    return vectors ? [values, { dtype: x.dtype, shape: x.shape }] : [values];
  },
  execute([x], results, { vectors }, machine) {
    const n = x.shape[x.shape.length - 1];
    const [step, block] = [rowStep(n + n % 2), n <= 2 * BLOCK ? 1 : BLOCK];
    const area = (n + 2 * block) * step + 4 * n + (vectors ? 3 * n * step + n * (n + 16) : step);
    launchMatrices(machine, {
      name: "eigh",
      loop: eighLoop,
      operands: [x, results[0], results[results.length - 1]],
      area,
      numbers: [n, step, vectors ? 1 : 0, block, area],
      cost: (vectors ? 8 : 2) * n ** 3,
    });
  },
  saving: () => ({ vectors: true }),
  trim: ([_, vectors]) => vectors === true ? null : { attributes: { vectors: false }, kept: [true, false] },
  pullback: {
    // Forward mode comes without vectors where only values were asked for.
    rule([byValues, byVectors], { inputs: [x], outputs: [values, given], hasCotangent }) {
      const vectors = given ?? eigh(x).vectors;
      const turned = swapAxes(vectors, -1, -2);
      const diagonal = multiply(eyeLike(x), expandDims(byValues, -1));
      if (given === undefined || !hasCotangent[1]) return [matmul(matmul(vectors, diagonal), turned)];
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
  const [values, vectors] = applyAll(eighPrimitive, [symmetrize(squareMatrices("eigh", x))], {
    vectors: true,
  });
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
  return apply(eighPrimitive, [symmetrize(squareMatrices("eigvalsh", x))], { vectors: false });
}
