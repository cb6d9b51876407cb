/**
 * Normalization by neighbouring channels.
 *
 * @module
 */
import { checkOptionNames } from "../../check_option_names.ts";
import type { Tensor } from "../../tensor.ts";
import { add, divide, multiply, square } from "../arithmetic.ts";
import { sqrt } from "../exponential.ts";
import { avgPool2d } from "../avg_pool2d.ts";
import { power } from "../power.ts";
import { reshape } from "../reshape.ts";
import { channelsFirst } from "./axes.ts";

/** Options of `localResponseNorm`. */
export interface LocalResponseNormOptions {
  /** How many neighbouring channels count, the odd one before; a positive integer. */
  readonly size: number;
  /** The factor of their mean square; 1e-4 by default. */
  readonly alpha?: number;
  /** The exponent; 0.75 by default. */
  readonly beta?: number;
  /** What is added to the mean square; 1 by default. */
  readonly k?: number;
}

/** The names of `LocalResponseNormOptions`. */
export const LOCAL_RESPONSE_NORM_OPTIONS = { size: true, alpha: true, beta: true, k: true } as const;

/**
 * `x / (k + alpha mean(x^2))^beta` with the mean over `size` neighbouring channels of the same place, where channels
 * outside count as 0, as torch.nn.functional.local_response_norm (Krizhevsky et al., 2012).
 *
 * @param x Input [n, channels, ...].
 * @throws {RangeError} If `size` is not a positive integer, or there are no axes behind the channels.
 *
 * @example
 * ```ts
 * import { localResponseNorm, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([[[2], [4]]]);
 * assertEquals(localResponseNorm(x, { size: 1, alpha: 1, beta: 1, k: 0 }).toArray(), [[[0.5], [0.25]]]);
 * ```
 */
export function localResponseNorm(x: Tensor, options: LocalResponseNormOptions): Tensor {
  checkOptionNames("localResponseNorm", options, LOCAL_RESPONSE_NORM_OPTIONS);
  const input = channelsFirst("localResponseNorm", x, null, "channelsFirst");
  const { size, alpha = 1e-4, beta = 0.75, k = 1 } = options;
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`localResponseNorm expects a size from 1 on but got ${String(size)}`);
  }
  const [n, channels] = input.shape;
  const rows = reshape(square(input), [n, 1, channels, -1]);
  const before = Math.floor(size / 2);
  const means = avgPool2d(rows, {
    window: [size, 1],
    strides: 1,
    padding: [[before, size - 1 - before], [0, 0]],
  });
  return divide(input, root(add(multiply(reshape(means, input.shape), alpha), k), beta));
}

/** A power of means of squares: one of three quarters by square roots, which take a fraction of its time. */
function root(x: Tensor, exponent: number): Tensor {
  if (exponent !== 0.75) return power(x, exponent);
  const half = sqrt(x);
  return multiply(half, sqrt(half));
}
