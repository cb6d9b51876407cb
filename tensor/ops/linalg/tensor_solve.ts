/**
 * Systems of linear equations between tensors, and of factored matrices.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { sizeOf } from "../../shape.ts";
import { ravel, reshape } from "../reshape.ts";
import { squareMatrices } from "./matrix.ts";
import { inv, solve } from "./solve.ts";
import { triangularSolve } from "./triangular_solve.ts";

/**
 * The tensor x with `tensordot(a, x, { axes: x.rank }) = b`.
 *
 * @param a A tensor [...b.shape, ...x.shape] of as many equations as unknowns.
 * @throws {RangeError} If a does not begin with the shape of b, or is not square.
 *
 * @example
 * ```ts
 * import { eye, ones, reshape, tensorsolve } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(tensorsolve(reshape(eye(4), [2, 2, 4]), ones([2, 2])).toArray(), [1, 1, 1, 1]);
 * ```
 */
export function tensorsolve(a: Tensor, b: Tensor): Tensor {
  const unknown = a.shape.slice(b.rank);
  const size = sizeOf(unknown);
  if (`${a.shape.slice(0, b.rank)}` !== `${b.shape}` || size !== b.size) {
    throw new RangeError(
      `tensorsolve expects as many unknowns as equations but got ${describe(a)} and ${describe(b)}`,
    );
  }
  return reshape(solve(reshape(a, [size, size]), ravel(b)), unknown);
}

/**
 * The inverse of a tensor as a map from its last axes to its first ones.
 *
 * @param axes How many of the axes are the first ones; 2 by default.
 * @throws {RangeError} If the axes are not from 1 to the rank, or the map is not square.
 *
 * @example
 * ```ts
 * import { eye, reshape, tensorinv } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(tensorinv(reshape(eye(4), [2, 2, 4])).shape, [4, 2, 2]);
 * ```
 */
export function tensorinv(x: Tensor, axes = 2): Tensor {
  if (!Number.isInteger(axes) || axes < 1 || axes > x.rank) {
    throw new RangeError(`tensorinv expects axes from 1 to ${x.rank} but got ${String(axes)}`);
  }
  const [first, last] = [x.shape.slice(0, axes), x.shape.slice(axes)];
  const size = sizeOf(first);
  if (size !== sizeOf(last)) {
    throw new RangeError(
      `tensorinv expects as many elements before axis ${axes} as after it but got ${describe(x)}`,
    );
  }
  return reshape(inv(reshape(x, [size, size])), [...last, ...first]);
}

const CHO_SOLVE_OPTIONS = { upper: true } as const;

/**
 * The solution x of `a x = b` by the Cholesky factor of a, as `jax.scipy.linalg.cho_solve`.
 *
 * @param factor Triangular factors [..., n, n] from `cholesky`.
 * @param b Right sides [..., n, k], or [n] for one.
 * @throws {RangeError} If the factor is not square or b does not fit.
 *
 * @example
 * ```ts
 * import { cholesky, choSolve, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(choSolve(cholesky(tensor([[4, 0], [0, 1]])), tensor([8, 3])).toArray(), [2, 3]);
 * ```
 */
export function choSolve(
  factor: Tensor,
  b: Tensor,
  options: {
    /** Whether the factor is that of `cholesky` with `upper`; false by default. */
    readonly upper?: boolean;
  } = NO_OPTIONS,
): Tensor {
  checkOptionNames("choSolve", options, CHO_SOLVE_OPTIONS);
  const { upper = false } = options;
  const known = squareMatrices("choSolve", factor);
  const n = known.shape[known.rank - 1];
  if (b.rank === 0 || b.shape[b.rank === 1 ? 0 : b.rank - 2] !== n) {
    throw new RangeError(`choSolve expects right sides for ${n} unknowns but got ${describe(b)}`);
  }
  const lower = !upper;
  const half = triangularSolve(known, b, { lower, transposeA: upper });
  return triangularSolve(known, half, { lower, transposeA: !upper });
}
