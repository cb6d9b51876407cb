/**
 * Orthogonal matrices by the iteration of Newton and Schulz.
 *
 * @module
 */

import {
  abs,
  add,
  divide,
  matmul,
  max,
  maximum,
  multiply,
  rsqrt,
  sqrt,
  square,
  sum,
  swapAxes,
  type Tensor,
} from "../tensor/mod.ts";
import { singularVectors } from "./singular_vectors.ts";

/** The coefficients of an odd polynomial of the fifth degree: `a x + b x^3 + c x^5`. */
export type Coefficients = readonly [a: number, b: number, c: number];

/** How matrices are made small enough for the iteration to converge. */
export type Preconditioning = "frobenius" | "spectral" | "aol" | "schatten";

/** Options of {@linkcode newtonSchulz}. */
export interface NewtonSchulzOptions {
  /** The polynomial of each iteration. */
  readonly coefficients: readonly Coefficients[];
  /** How the matrices are scaled first; "none" for those that are small enough. */
  readonly preconditioning: Preconditioning | "none";
  /** Added to the norm that is divided by, and the least that it may be. */
  readonly eps: number;
  /** Rounds what each product and sum gives, for iterations in less than the precision of the matrices. */
  readonly round?: (x: Tensor) => Tensor;
}

/**
 * Matrices `[batch, rows, columns]` with their singular values brought near 1, as
 * `optax.contrib.scale_by_muon` does it: in each iteration `x = a x + (b A + c A^2) x` with `A = x x^T`.
 * Matrices with more rows than columns are turned for it. Jordan et al. 2024; the preconditionings are
 * those of Prach and Lampert 2022 ("aol") and Boumal and Gonon 2025 ("schatten").
 */
export function newtonSchulz(matrices: Tensor, options: NewtonSchulzOptions): Tensor {
  const { coefficients, preconditioning, eps, round = (x) => x } = options;
  const turned = matrices.shape[1] > matrices.shape[2];
  let x = turned ? swapAxes(matrices, 1, 2) : matrices;
  if (preconditioning === "frobenius") {
    x = divide(x, add(sqrt(sum(square(x), { axes: [1, 2], keepDims: true })), eps));
  } else if (preconditioning === "spectral") {
    // The iteration has more columns than rows, the decomposition wants it the other way.
    const { values } = singularVectors(swapAxes(x, 1, 2));
    const norms = max(values, { axes: 1, keepDims: true });
    x = divide(x, add(norms.reshape([-1, 1, 1]), eps));
  }
  coefficients.forEach((polynomial, i) => {
    let gram = round(matmul(x, swapAxes(x, 1, 2)));
    if (i === 0 && preconditioning === "aol") {
      const s = rsqrt(maximum(sum(abs(gram), { axes: 2, keepDims: true }), eps));
      x = multiply(x, s);
      gram = multiply(multiply(gram, s), swapAxes(s, 1, 2));
    } else if (i === 0 && preconditioning === "schatten") {
      const s = rsqrt(maximum(sqrt(sum(square(gram), { axes: [1, 2], keepDims: true })), eps));
      x = multiply(x, s);
      gram = multiply(gram, square(s));
    }
    const [a, b, c] = polynomial;
    const factor = round(add(multiply(gram, b), matmul(multiply(gram, c), gram)));
    x = round(add(multiply(x, a), matmul(factor, x)));
  });
  return turned ? swapAxes(x, 1, 2) : x;
}
