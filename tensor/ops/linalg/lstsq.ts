/**
 * Least squares.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { multiply, square, subtract } from "../arithmetic.ts";
import { greater } from "../comparison.ts";
import { promoted } from "../convert.ts";
import { matmul } from "../matmul.ts";
import { sum } from "../reduce.ts";
import { reshape } from "../reshape.ts";
import { epsilonOf, matrices } from "./matrix.ts";
import { pinvAndValues } from "./pinv.ts";

/** Options of `lstsq`. */
export interface LstsqOptions {
  /** Singular values of at most this part of the largest count as zero; `max(m, n) epsilon` by default. */
  readonly cutoff?: number;
}

const LSTSQ_OPTIONS = { cutoff: true } as const;

/** What `lstsq` gives. */
export interface LeastSquares {
  /** The solution of least length [n] or [n, k]. */
  readonly x: Tensor;
  /** The sums of squares of `b - a x` [k]. */
  readonly residuals: Tensor;
  /** The number of singular values that count, an int32. */
  readonly rank: Tensor;
  /** The singular values of a [min(m, n)], descending. */
  readonly singularValues: Tensor;
}

/**
 * The x for which the sum of squares of `b - a x` is least, of all such x the shortest, by the singular values of a,
 * as `jnp.linalg.lstsq`.
 *
 * @param a A matrix [m, n].
 * @param b Right sides [m] or [m, k].
 * @throws {RangeError} If a is no matrix or b does not fit.
 *
 * @example A line through points
 * ```ts
 * import { lstsq, tensor } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const { x } = lstsq(tensor([[0, 1], [1, 1], [2, 1]]), tensor([1, 3, 5]));
 * assertAlmostEquals(x.data()[0], 2, 1e-5);
 * assertAlmostEquals(x.data()[1], 1, 1e-5);
 * ```
 */
export function lstsq(a: Tensor, b: Tensor, options: LstsqOptions = NO_OPTIONS): LeastSquares {
  checkOptionNames("lstsq", options, LSTSQ_OPTIONS);
  const matrix = matrices("lstsq", a);
  if (matrix.rank !== 2 || (b.rank !== 1 && b.rank !== 2) || b.shape[0] !== matrix.shape[0]) {
    throw new RangeError(
      `lstsq expects a matrix and as many right sides as it has rows but got ${describe(a)} and ${
        describe(b)
      }`,
    );
  }
  const [left, right] = promoted("lstsq", matrix, b);
  const { cutoff = Math.max(...left.shape) * epsilonOf(left.dtype) } = options;
  const sides = b.rank === 1 ? reshape(right, [b.size, 1]) : right;
  const [inverse, singularValues] = pinvAndValues(left, cutoff);
  const x = matmul(inverse, sides);
  const counted = greater(singularValues, multiply(singularValues.slice([[0, 1]]), cutoff));
  return {
    x: b.rank === 1 ? reshape(x, [x.shape[0]]) : x,
    residuals: sum(square(subtract(sides, matmul(left, x))), { axes: 0 }),
    rank: sum(counted),
    singularValues,
  };
}
