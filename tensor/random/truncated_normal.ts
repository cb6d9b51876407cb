/**
 * Normal numbers within bounds.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { divide, multiply } from "../ops/arithmetic.ts";
import { maximum, minimum } from "../ops/selection.ts";
import { stopGradient } from "../ops/stop_gradient.ts";
import { checkShape, type Shape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { erf, erfinv, nextAfter } from "../ops/mod.ts";
import { checkKey } from "./key.ts";
import { floatingDType, type FloatingOptions } from "./options.ts";
import { parameters } from "./parameter.ts";
import { uniform } from "./uniform.ts";

/** Options of `truncatedNormal`. */
export interface TruncatedNormalOptions extends FloatingOptions {
  /** What all numbers lie above; -2 by default. */
  readonly min?: TensorLike;
  /** What all numbers lie below; 2 by default. */
  readonly max?: TensorLike;
}

const TRUNCATED_NORMAL_OPTIONS = { min: true, max: true, dtype: true, partitionable: true } as const;

/**
 * Normal numbers of mean 0 and deviation 1 that lie between two bounds: `sqrt(2) erfinv(u)` for u uniform between the
 * error functions of the bounds, as `jax.random.truncated_normal`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If a bound does not broadcast to the shape.
 *
 * @example
 * ```ts
 * import { abs, max, random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = random.truncatedNormal(random.key(0), [1000], { min: -1, max: 1 });
 * assertEquals(max(abs(x)).item() < 1, true);
 * ```
 */
export function truncatedNormal(
  key: Tensor,
  shape: Shape = [],
  options: TruncatedNormalOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("truncatedNormal", options, TRUNCATED_NORMAL_OPTIONS);
  checkKey("truncatedNormal", key);
  checkShape("truncatedNormal", shape);
  const { min = -2, max = 2, ...rest } = options;
  const dtype = floatingDType("truncatedNormal", options);
  const { tensors: [low, high] } = parameters("truncatedNormal", [min, max], shape, dtype);
  const root = dtype === "float32" ? Math.fround(Math.SQRT2) : Math.SQRT2;
  const u = uniform(key, shape, { ...rest, min: erf(divide(low, root)), max: erf(divide(high, root)) });
  const drawn = multiply(erfinv(u), root);
  return minimum(
    maximum(drawn, nextAfter(stopGradient(low), Infinity)),
    nextAfter(stopGradient(high), -Infinity),
  );
}
