/**
 * The Cholesky factor of positive definite matrices.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { choleskyByProductsLoop, choleskyLoop } from "../../kernels/linalg/cholesky.ts";
import { batchInFront } from "../../rules.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import type { Tensor } from "../../tensor.ts";
import { matmul } from "../matmul.ts";
import { multiply, subtract } from "../arithmetic.ts";
import { swapAxes } from "../transpose.ts";
import { eachMatrix, launchMatrices, rowStep, SMALL, squareMatrices, symmetrize } from "./matrix.ts";
import { eyeLike, triangle } from "./triangle.ts";
import { triangularSolve } from "./triangular_solve.ts";

const choleskyPrimitive: Primitive = definePrimitive({
  name: "cholesky",
  flops: ([x]) => eachMatrix(x, (n) => n ** 3 / 3),
  batch: batchInFront,
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  execute([x], [factor], _, machine) {
    const n = x.shape[x.shape.length - 1];
    const isSmall = n <= SMALL;
    launchMatrices(machine, {
      name: isSmall ? "cholesky" : "choleskyByProducts",
      loop: isSmall ? choleskyLoop : choleskyByProductsLoop,
      operands: [x, factor],
      area: isSmall ? null : n * rowStep(n),
      numbers: [n, rowStep(n)],
      cost: n ** 3 / 6,
    });
  },
  pullback: {
    // Murray, Differentiation of the Cholesky decomposition (2016), section 3.2.
    rule([g], { outputs: [factor] }) {
      const inner = triangle(matmul(swapAxes(factor, -1, -2), triangle(g, true)), true);
      const halved = subtract(inner, multiply(inner, multiply(eyeLike(factor), 0.5)));
      const left = triangularSolve(factor, halved, { transposeA: true });
      return [symmetrize(triangularSolve(factor, left, { leftSide: false }))];
    },
  },
});

/** Options of `cholesky`. */
export interface CholeskyOptions {
  /** Whether the factor is the upper triangle, `U^T U = x`, rather than the lower, `L L^T = x`; false by default. */
  readonly upper?: boolean;
}

const CHOLESKY_OPTIONS = { upper: true } as const;

/**
 * The triangular factor L of symmetric positive definite matrices, `L L^T = x`, as `jnp.linalg.cholesky`. The mean
 * of x and its transpose is factored; the factor of a matrix that is not positive definite is NaN.
 *
 * @param x Matrices [..., n, n].
 * @throws {RangeError} If x is not square.
 *
 * @example
 * ```ts
 * import { cholesky, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cholesky(tensor([[4, 2], [2, 5]])).toArray(), [[2, 0], [1, 2]]);
 * ```
 */
export function cholesky(x: Tensor, options: CholeskyOptions = NO_OPTIONS): Tensor {
  checkOptionNames("cholesky", options, CHOLESKY_OPTIONS);
  const factor = apply(choleskyPrimitive, [symmetrize(squareMatrices("cholesky", x))], {});
  return options.upper === true ? swapAxes(factor, -1, -2) : factor;
}
