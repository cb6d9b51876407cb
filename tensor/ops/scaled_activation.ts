/**
 * Activations with a scale of their own, and gated ones.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { formatShape, normalizeAxis } from "../shape.ts";
import type { SliceRange, Tensor, TensorLike } from "../tensor.ts";
import { hypot } from "./angle.ts";
import { add, divide, multiply } from "./arithmetic.ts";
import { greater, less } from "./comparison.ts";
import { floating, floatsOnly } from "./convert.ts";
import { expm1, sigmoid } from "./exponential.ts";
import { maximum, minimum, where } from "./selection.ts";
import { abs } from "./sign.ts";
import { slice } from "./slice.ts";

/** Options of `celu`. */
export interface CeluOptions {
  /** The limit below 0 is `-alpha`, and the width of the bend; 1 by default. */
  readonly alpha?: number;
}

const CELU_OPTIONS = { alpha: true } as const;

/**
 * `x` above 0 and `alpha * (e^(x / alpha) - 1)` below, which has no kink (Barron, 2017).
 *
 * @example
 * ```ts
 * import { celu } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(celu(-Infinity, { alpha: 2 }).item(), -2);
 * ```
 */
export function celu(x: TensorLike, options: CeluOptions = NO_OPTIONS): Tensor {
  checkOptionNames("celu", options, CELU_OPTIONS);
  const tensor = floating("celu", x);
  const { alpha = 1 } = options;
  return add(maximum(tensor, 0), multiply(expm1(divide(minimum(tensor, 0), alpha)), alpha));
}

const SELU_ALPHA = 1.6732632423543772848170429916717;
const SELU_SCALE = 1.0507009873554804934193349852946;

/**
 * `1.0507 x` above 0 and `1.0507 * 1.6733 * (e^x - 1)` below, which keeps means at 0 and variances at 1 (Klambauer et
 * al., 2017).
 *
 * @example
 * ```ts
 * import { selu } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(selu(0).item(), 0);
 * ```
 */
export function selu(x: TensorLike): Tensor {
  const tensor = floating("selu", x);
  const above = greater(tensor, 0);
  const below = multiply(expm1(where(above, 0, tensor)), SELU_ALPHA);
  return multiply(where(above, tensor, below), SELU_SCALE);
}

/** Options of `squareplus`. */
export interface SquareplusOptions {
  /** How round the bend at 0 is: 4 times the square of the value there; 4 by default. */
  readonly b?: number;
}

const SQUAREPLUS_OPTIONS = { b: true } as const;

/**
 * `(x + sqrt(x^2 + b)) / 2`, a smooth relu of algebraic functions (Barron, 2021), without cancellation or overflow.
 *
 * @example
 * ```ts
 * import { squareplus } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(squareplus(0).item(), 1);
 * ```
 */
export function squareplus(x: TensorLike, options: SquareplusOptions = NO_OPTIONS): Tensor {
  checkOptionNames("squareplus", options, SQUAREPLUS_OPTIONS);
  const tensor = floating("squareplus", x);
  const { b = 4 } = options;
  const negative = less(tensor, 0);
  const half = multiply(add(abs(tensor), hypot(tensor, Math.sqrt(b))), 0.5);
  // Below 0 the terms cancel: the product of the sum and the difference is b / 4. At -infinity it is NaN.
  const below = add(divide(b / 4, where(negative, half, 1)), multiply(tensor, 0));
  return where(negative, below, half);
}

/**
 * The first half along an axis (the last by default) times the sigmoid of the second (Dauphin et al., 2017).
 *
 * @throws {TypeError} If x is a tensor of integers or bools, as in JAX.
 * @throws {RangeError} If there is no such axis, or its extent is odd.
 *
 * @example
 * ```ts
 * import { glu, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(glu(tensor([3, 0])).toArray(), [1.5]);
 * ```
 */
export function glu(x: TensorLike, axis = -1): Tensor {
  const tensor = floatsOnly("glu", x);
  const at = normalizeAxis("glu", axis, tensor.rank);
  const half = tensor.shape[at] / 2;
  if (!Number.isInteger(half)) {
    throw new RangeError(
      `glu expects an even extent of axis ${at} but got shape ${formatShape(tensor.shape)}`,
    );
  }
  const part = (range: SliceRange): Tensor =>
    slice(tensor, tensor.shape.map((_, i) => i === at ? range : null));
  return multiply(part([0, half]), sigmoid(part([half, null])));
}
