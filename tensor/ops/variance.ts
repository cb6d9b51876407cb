/**
 * Variances and standard deviations over any axes.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import type { ReduceOptions, Tensor, TensorLike } from "../tensor.ts";
import { divide, square, subtract } from "./arithmetic.ts";
import { floating } from "./convert.ts";
import { sqrt } from "./exponential.ts";
import { countOf, mean, sum } from "./reduce.ts";
import { maximum } from "./selection.ts";

/** Options of `variance` and `standardDeviation`. */
export interface VarianceOptions extends ReduceOptions {
  /** What is subtracted from the count in the divisor: 0 for the population's, 1 for the sample's. 0 by default. */
  readonly correction?: number;
}

/** The names of `VarianceOptions`. */
export const VARIANCE_OPTIONS = { correction: true, axes: true, keepDims: true, where: true } as const;

/**
 * The mean squared distance from the mean over `axes`, in two passes.
 *
 * @example
 * ```ts
 * import { tensor, variance } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(variance(tensor([1, 2, 3, 6])).item(), 3.5);
 * ```
 */
export function variance(x: TensorLike, options: VarianceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("variance", options, VARIANCE_OPTIONS);
  return varianceOf("variance", x, options);
}

function varianceOf(operation: string, x: TensorLike, options: VarianceOptions): Tensor {
  const tensor = floating(operation, x);
  const { correction = 0, ...rest } = options;
  const count = countOf(operation, tensor, rest);
  const centered = subtract(tensor, mean(tensor, { ...rest, keepDims: true }));
  const divisor = typeof count === "number"
    ? Math.max(0, count - correction)
    : maximum(subtract(count, correction), 0);
  return divide(sum(square(centered), rest), divisor);
}

/** The square root of `variance`. */
export function standardDeviation(x: TensorLike, options: VarianceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("standardDeviation", options, VARIANCE_OPTIONS);
  return sqrt(varianceOf("standardDeviation", x, options));
}
