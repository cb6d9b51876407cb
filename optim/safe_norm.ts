/**
 * Norms with a floor, whose gradient is zero below it and never NaN.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  cast,
  greater,
  mean,
  type ReduceOptions,
  sqrt,
  square,
  sum,
  type Tensor,
  where,
} from "../tensor/mod.ts";
import { checkTensor } from "../tensor/check_tensor.ts";

/** Options of {@linkcode safeNorm}. */
export interface SafeNormOptions extends ReduceOptions {
  /** The least value that is returned. */
  readonly minNorm: number;
}

const SAFE_NORM_OPTIONS = { minNorm: true, axes: true, keepDims: true, where: true } as const;

/**
 * `max(|x|, minNorm)` of the Euclidean norm over the axes, all by default, as `optax.safe_norm`. Where the floor is
 * taken the gradient is zero, also at `x = 0`, where that of the norm itself is NaN.
 *
 * @throws {RangeError} If there is no such axis.
 *
 * @example
 * ```ts
 * import { grad, tensor, type Tensor } from "@weft/weft";
 * import { safeNorm } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const norm = (x: Tensor) => safeNorm(x, { minNorm: 1 });
 * assertEquals(norm(tensor([3, 4])).item(), 5);
 * assertEquals(grad(norm)(tensor([0, 0])).toArray(), [0, 0]);
 * ```
 */
export function safeNorm(x: Tensor, options: SafeNormOptions): Tensor {
  checkOptionNames("safeNorm", options, SAFE_NORM_OPTIONS);
  const { minNorm, ...rest } = options;
  checkTensor("safeNorm", x);
  return floored(sum(square(x), rest), minNorm);
}

/** Options of {@linkcode safeRootMeanSquares}. */
export interface SafeRootMeanSquaresOptions extends ReduceOptions {
  /** The least value that is returned. */
  readonly minRootMeanSquares: number;
}

const SAFE_ROOT_MEAN_SQUARES_OPTIONS = {
  minRootMeanSquares: true,
  axes: true,
  keepDims: true,
  where: true,
} as const;

/**
 * `max(sqrt(mean x^2), minRootMeanSquares)` over the axes, all by default, as `optax.safe_root_mean_squares`. Where
 * the floor is taken the gradient is zero, also at `x = 0`.
 *
 * @throws {RangeError} If there is no such axis.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { safeRootMeanSquares } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([2, -2]);
 * assertEquals(safeRootMeanSquares(x, { minRootMeanSquares: 0.5 }).item(), 2);
 * ```
 */
export function safeRootMeanSquares(x: Tensor, options: SafeRootMeanSquaresOptions): Tensor {
  checkOptionNames("safeRootMeanSquares", options, SAFE_ROOT_MEAN_SQUARES_OPTIONS);
  const { minRootMeanSquares, ...rest } = options;
  checkTensor("safeRootMeanSquares", x);
  return floored(mean(square(x), rest), minRootMeanSquares);
}

function floored(squares: Tensor, least: number): Tensor {
  const above = greater(squares, least * least);
  // The root of what lies below the floor is kept out of the gradient.
  return cast(where(above, sqrt(where(above, squares, 1)), least), squares.dtype);
}
