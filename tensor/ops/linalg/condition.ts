/**
 * Ranks, condition numbers and norms of matrices.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { describe, type Tensor, type TensorLike } from "../../tensor.ts";
import { divide, multiply } from "../arithmetic.ts";
import { greater } from "../comparison.ts";
import { floating } from "../convert.ts";
import { norm, type NormOptions } from "../norm.ts";
import { max, sum } from "../reduce.ts";
import { ravel, reshape } from "../reshape.ts";
import { index } from "../slice.ts";
import { moveAxis } from "../axes.ts";
import { epsilonOf, matrices, squareMatrices } from "./matrix.ts";
import { inv } from "./solve.ts";
import { svdvals } from "./svd.ts";

const MATRIX_RANK_OPTIONS = { cutoff: true } as const;

/**
 * The number (int32) of singular values of matrices above a part of the largest, `max(m, n) epsilon` of it by default.
 *
 * @param x Matrices [..., m, n].
 * @throws {RangeError} If the cutoff is negative.
 *
 * @example
 * ```ts
 * import { matrixRank, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(matrixRank(tensor([[1, 2], [2, 4]])).item(), 1);
 * ```
 */
export function matrixRank(x: Tensor, options: { readonly cutoff?: number } = NO_OPTIONS): Tensor {
  checkOptionNames("matrixRank", options, MATRIX_RANK_OPTIONS);
  const tensor = matrices("matrixRank", x);
  const { cutoff = Math.max(...tensor.shape.slice(-2)) * epsilonOf(tensor.dtype) } = options;
  if (!(cutoff >= 0)) {
    throw new RangeError(`matrixRank expects cutoff to be at least 0 but got ${String(cutoff)}`);
  }
  const values = svdvals(tensor);
  return sum(greater(values, multiply(max(values, { axes: -1, keepDims: true }), cutoff)), { axes: -1 });
}

const CONDITION_NUMBER_OPTIONS = { order: true } as const;

/**
 * How many times a relative error may grow as a system of equations is solved: the ratio of the largest singular value
 * to the smallest for the order 2, of the smallest to the largest for -2, and the product of the norms of the matrix and
 * its inverse for the others, as `jnp.linalg.cond`.
 *
 * @param x Matrices [..., m, n]; square ones for the orders other than 2 and -2.
 * @throws {RangeError} If x is not square for such an order.
 *
 * @example
 * ```ts
 * import { conditionNumber, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(conditionNumber(tensor([[4, 0], [0, 2]])).item(), 2);
 * ```
 */
export function conditionNumber(
  x: Tensor,
  options: {
    /** Which norm, as in `norm`; 2 by default. */
    readonly order?: NormOptions["order"];
  } = NO_OPTIONS,
): Tensor {
  checkOptionNames("conditionNumber", options, CONDITION_NUMBER_OPTIONS);
  const { order = 2 } = options;
  const tensor = matrices("conditionNumber", x);
  if (order === 2 || order === -2) {
    const values = moveAxis(svdvals(tensor), -1, 0);
    const [largest, least] = [index(values, 0), index(values, -1)];
    return order === 2 ? divide(largest, least) : divide(least, largest);
  }
  const square = squareMatrices("conditionNumber", tensor);
  const of = (matrix: Tensor): Tensor => norm(matrix, { order, axes: [-2, -1] });
  return multiply(of(square), of(inv(square)));
}

/** Options of `matrixNorm`. */
export interface MatrixNormOptions {
  /** Which norm, as in `norm`; "fro" by default. */
  readonly order?: NormOptions["order"];
  /** Keeps the reduced axes with extent 1; false by default. */
  readonly keepDims?: boolean;
}

const MATRIX_NORM_OPTIONS = { order: true, keepDims: true } as const;

/**
 * The norms of matrices in the last two axes.
 *
 * @example
 * ```ts
 * import { matrixNorm, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(matrixNorm(tensor([[3, 0], [0, 4]])).item(), 5);
 * ```
 */
export function matrixNorm(x: Tensor, options: MatrixNormOptions = NO_OPTIONS): Tensor {
  checkOptionNames("matrixNorm", options, MATRIX_NORM_OPTIONS);
  const { order = "fro", keepDims = false } = options;
  return norm(matrices("matrixNorm", x), { order, keepDims, axes: [-2, -1] });
}

/** Options of `vectorNorm`. */
export interface VectorNormOptions {
  /** The order p of the norm; 2 by default. */
  readonly order?: number;
  /** The axis of the vectors; the flattened tensor by default. */
  readonly axis?: number;
  /** Keeps the reduced axes with extent 1; false by default. */
  readonly keepDims?: boolean;
}

const VECTOR_NORM_OPTIONS = { order: true, axis: true, keepDims: true } as const;

/**
 * The norms of vectors along an axis, or that of all elements.
 *
 * @throws {RangeError} If there is no such axis.
 *
 * @example
 * ```ts
 * import { tensor, vectorNorm } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(vectorNorm(tensor([[1, 2], [3, 4]]), { order: 1 }).item(), 10);
 * ```
 */
export function vectorNorm(x: TensorLike, options: VectorNormOptions = NO_OPTIONS): Tensor {
  checkOptionNames("vectorNorm", options, VECTOR_NORM_OPTIONS);
  const { order = 2, axis, keepDims = false } = options;
  const tensor = floating("vectorNorm", x);
  if (axis === undefined) {
    const all = norm(ravel(tensor), { order, axes: 0 });
    return keepDims ? reshape(all, tensor.shape.map(() => 1)) : all;
  }
  if (!Number.isInteger(axis) || axis < -tensor.rank || axis >= tensor.rank) {
    throw new RangeError(`vectorNorm expects an axis of ${describe(tensor)} but got ${String(axis)}`);
  }
  return norm(tensor, { order, axes: axis, keepDims });
}
