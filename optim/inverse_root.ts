/**
 * Inverse roots of symmetric matrices, out of public operations, so that they record, compile and run over
 * threads.
 *
 * @module
 */

import {
  abs,
  add,
  divide,
  eye,
  greater,
  less,
  logicalOr,
  matmul,
  max,
  multiply,
  power,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  where,
} from "../tensor/mod.ts";

/** Options of {@linkcode inverseRoot}. */
export interface InverseRootOptions {
  /** Which root; a whole number above 0. */
  readonly order: number;
  /**
   * The share of the norm of a matrix that is added to its diagonal; above 0, and in float32 at least 1e-6.
   */
  readonly ridge: number;
}

/**
 * `(x + ridge norm(x) I)^(-1 / order)` of symmetric matrices `[batch, n, n]` without negative eigenvalues,
 * by the coupled Newton iteration: with `c = (1 + order) / 2`, from `m = x c / norm` and `h = (norm /
 * c)^(-1 / order) I`,
 *
 * - `k = ((1 + order) I - m) / order`, `m = k^order m`, `h = h k`
 *
 * until m is the identity. The number of iterations depends on the options alone, as a recorded program
 * cannot look at values: as many as the smallest eigenvalue that the ridge leaves needs. Near the identity
 * a matrix is left as it is as soon as an iteration brings it no nearer, as rounding would take over. Of
 * zeros it is the identity times a constant. Guo and Higham 2006, Anil et al. 2020.
 */
export function inverseRoot(x: Tensor, options: InverseRootOptions): Tensor {
  const { order } = options;
  // Below that, rounding decides over the smallest eigenvalues, also over their signs.
  const ridge = x.dtype === "float64" ? options.ridge : Math.max(options.ridge, 1e-6);
  const n = x.shape[1];
  const identity = eye(n, { dtype: x.dtype });
  const norm = sqrt(sum(square(x), { axes: [1, 2], keepDims: true }));
  const scale = where(greater(norm, 0), norm, 1);
  const bound = 1 + ridge;
  const factor = (1 + order) / (2 * bound);
  let m = multiply(add(divide(x, scale), multiply(identity, ridge)), factor);
  let h = multiply(identity, power(divide(scale, factor), -1 / order));
  let error = distance(m, identity);
  for (let i = 0; i < iterationsFor(order, ridge); i++) {
    const step = divide(subtract(multiply(identity, 1 + order), m), order);
    const nextM = matmul(powerOf(step, order), m);
    const nextError = distance(nextM, identity);
    // Far away single elements may well grow at first.
    const isNearer = logicalOr(less(nextError, error), greater(error, 0.1));
    h = where(isNearer, matmul(h, step), h);
    m = where(isNearer, nextM, m);
    error = where(isNearer, nextError, error);
  }
  return h;
}

function distance(m: Tensor, identity: Tensor): Tensor {
  return max(abs(subtract(m, identity)), { axes: [1, 2], keepDims: true });
}

/**
 * A small eigenvalue grows by ((1 + order) / order)^order in each iteration; then convergence is quadratic.
 */
function iterationsFor(order: number, ridge: number): number {
  const growth = order * Math.log((1 + order) / order);
  return Math.ceil(Math.log(1 / ridge) / growth) + 8;
}

/** A power of square matrices by repeated squaring. */
function powerOf(x: Tensor, exponent: number): Tensor {
  if (exponent === 1) return x;
  const half = powerOf(x, Math.floor(exponent / 2));
  const whole = matmul(half, half);
  return exponent % 2 === 0 ? whole : matmul(whole, x);
}
