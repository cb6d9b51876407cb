/**
 * Activations that pull small elements to 0, or replace them.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, multiply, square, subtract } from "./arithmetic.ts";
import { greater, greaterEqual, lessEqual } from "./comparison.ts";
import { floating } from "./convert.ts";
import { tanh } from "./exponential.ts";
import { clip, where } from "./selection.ts";
import { abs } from "./sign.ts";

/** Options of `hardShrink` and `softShrink`. */
export interface ShrinkOptions {
  /** Up to which size elements become 0; 0.5 by default. */
  readonly lambda?: number;
}

const SHRINK_OPTIONS = { lambda: true } as const;

function lambdaOf(operation: string, { lambda = 0.5 }: ShrinkOptions): number {
  if (typeof lambda !== "number" || !(lambda >= 0)) {
    throw new RangeError(`${operation} expects lambda from 0 on but got ${String(lambda)}`);
  }
  return lambda;
}

/**
 * `x` where `|x| > lambda`, and 0 elsewhere, as torch.nn.functional.hardshrink; the gradient at both bounds is 0.
 *
 * @throws {RangeError} If `lambda` is negative.
 *
 * @example
 * ```ts
 * import { hardShrink, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(hardShrink(tensor([-2, 0.5, 1])).toArray(), [-2, 0, 1]);
 * ```
 */
export function hardShrink(x: TensorLike, options: ShrinkOptions = NO_OPTIONS): Tensor {
  checkOptionNames("hardShrink", options, SHRINK_OPTIONS);
  const tensor = floating("hardShrink", x);
  return where(lessEqual(abs(tensor), lambdaOf("hardShrink", options)), 0, tensor);
}

/**
 * `x - lambda` above `lambda`, `x + lambda` below `-lambda`, and 0 between, as torch.nn.functional.softshrink: the
 * proximal operator of `lambda |x|`. The gradient at both bounds is 0.
 *
 * @throws {RangeError} If `lambda` is negative.
 *
 * @example
 * ```ts
 * import { softShrink, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(softShrink(tensor([-2, 0.25, 1])).toArray(), [-1.5, 0, 0.5]);
 * ```
 */
export function softShrink(x: TensorLike, options: ShrinkOptions = NO_OPTIONS): Tensor {
  checkOptionNames("softShrink", options, SHRINK_OPTIONS);
  const tensor = floating("softShrink", x);
  const lambda = lambdaOf("softShrink", options);
  const moved = where(greater(tensor, 0), subtract(tensor, lambda), add(tensor, lambda));
  return where(lessEqual(abs(tensor), lambda), 0, moved);
}

/**
 * `x - tanh(x)`, as torch.nn.functional.tanhshrink.
 *
 * @example
 * ```ts
 * import { tanhShrink } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(tanhShrink(20).item(), 19);
 * ```
 */
export function tanhShrink(x: TensorLike): Tensor {
  const tensor = floating("tanhShrink", x);
  return subtract(tensor, tanh(tensor));
}

/** Options of `threshold`. */
export interface ThresholdOptions {
  /** What elements have to be greater than. */
  readonly threshold: number;
  /** What the others become. */
  readonly value: number;
}

/** The names of `ThresholdOptions`. */
export const THRESHOLD_OPTIONS = { threshold: true, value: true } as const;

/**
 * `x` where `x > threshold`, and `value` elsewhere, as torch.nn.functional.threshold; NaN stays NaN.
 *
 * @throws {TypeError} If `threshold` or `value` is not a number.
 *
 * @example
 * ```ts
 * import { tensor, threshold } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(threshold(tensor([0, 1, 2]), { threshold: 1, value: -5 }).toArray(), [-5, -5, 2]);
 * ```
 */
export function threshold(x: TensorLike, options: ThresholdOptions): Tensor {
  checkOptionNames("threshold", options, THRESHOLD_OPTIONS);
  const tensor = floating("threshold", x);
  const { threshold: bound, value } = options;
  if (typeof bound !== "number" || typeof value !== "number") {
    throw new TypeError(
      `threshold expects numbers as threshold and value but got ${String(bound)} and ${String(value)}`,
    );
  }
  return where(lessEqual(tensor, bound), value, tensor);
}

/**
 * 0 up to -1, `(x + 1)^2 / 4` up to 1, and `x` from there on, as `jax.nn.sparse_plus`: a softplus that is 0 for small
 * elements.
 *
 * @example
 * ```ts
 * import { sparsePlus, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sparsePlus(tensor([-2, 0, 3])).toArray(), [0, 0.25, 3]);
 * ```
 */
export function sparsePlus(x: TensorLike): Tensor {
  const tensor = floating("sparsePlus", x);
  const bent = multiply(square(add(tensor, 1)), 0.25);
  return where(lessEqual(tensor, -1), 0, where(greaterEqual(tensor, 1), tensor, bent));
}

/**
 * 0 up to -1, `(x + 1) / 2` up to 1, and 1 from there on, as `jax.nn.sparse_sigmoid`: the derivative of `sparsePlus`.
 *
 * @example
 * ```ts
 * import { sparseSigmoid, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sparseSigmoid(tensor([-2, 0, 3])).toArray(), [0, 0.5, 1]);
 * ```
 */
export function sparseSigmoid(x: TensorLike): Tensor {
  return multiply(clip(add(floating("sparseSigmoid", x), 1), { min: 0, max: 2 }), 0.5);
}
