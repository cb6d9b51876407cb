/**
 * Numbers made of normal ones.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { abs } from "../ops/sign.ts";
import { add, divide, multiply, square, subtract } from "../ops/arithmetic.ts";
import { lessEqual } from "../ops/comparison.ts";
import { exp, sqrt } from "../ops/exponential.ts";
import { sum } from "../ops/reduce.ts";
import { where } from "../ops/selection.ts";
import { index } from "../ops/slice.ts";
import { checkShape, type Shape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { checkKey } from "./key.ts";
import { normal } from "./normal.ts";
import { FLOATING_OPTIONS, floatingDType, type FloatingOptions } from "./options.ts";
import { parameter } from "./parameter.ts";
import { split } from "./split.ts";
import { uniform } from "./uniform.ts";

/** Options of `logNormal`. */
export interface LogNormalOptions extends FloatingOptions {
  /** The standard deviation of the logarithm; 1 by default. */
  readonly sigma?: TensorLike;
}

const LOG_NORMAL_OPTIONS = { sigma: true, dtype: true, partitionable: true } as const;

/**
 * Numbers whose logarithms are normal, `exp(sigma z)`, as `jax.random.lognormal`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.logNormal(random.key(0), [3], { sigma: 0.5 }).shape, [3]);
 * ```
 */
export function logNormal(key: Tensor, shape: Shape = [], options: LogNormalOptions = NO_OPTIONS): Tensor {
  checkOptionNames("logNormal", options, LOG_NORMAL_OPTIONS);
  checkKey("logNormal", key);
  checkShape("logNormal", shape);
  const { sigma = 1, ...rest } = options;
  const spread = parameter("logNormal", sigma, floatingDType("logNormal", rest));
  return exp(multiply(normal(key, shape, rest), spread));
}

/**
 * Lengths of vectors of three normal numbers, as `jax.random.maxwell`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.maxwell(random.key(0), [3]).shape, [3]);
 * ```
 */
export function maxwell(key: Tensor, shape: Shape = [], options: FloatingOptions = NO_OPTIONS): Tensor {
  checkOptionNames("maxwell", options, FLOATING_OPTIONS);
  checkKey("maxwell", key);
  checkShape("maxwell", shape);
  return sqrt(sum(square(abs(normal(key, [...shape, 3], options))), { axes: -1 }));
}

/** Options of `wald`. */
export interface WaldOptions extends FloatingOptions {
  /** The mean, above 0; 1 by default. */
  readonly mean?: TensorLike;
}

const WALD_OPTIONS = { mean: true, dtype: true, partitionable: true } as const;

/**
 * Numbers of the inverse Gaussian distribution of scale 1, as `jax.random.wald` (Michael, Schucany and Haas, 1976).
 *
 * @throws {TypeError} If the first argument is not a random key.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.wald(random.key(0), [3], { mean: 2 }).shape, [3]);
 * ```
 */
export function wald(key: Tensor, shape: Shape = [], options: WaldOptions = NO_OPTIONS): Tensor {
  checkOptionNames("wald", options, WALD_OPTIONS);
  checkKey("wald", key);
  checkShape("wald", shape);
  const { mean: given = 1, ...rest } = options;
  const mean = parameter("wald", given, floatingDType("wald", rest));
  const keys = split(checkKey("wald", key), 2, { partitionable: rest.partitionable ?? true });
  const y = square(normal(index(keys, 0), shape, rest));
  const z = uniform(index(keys, 1), shape, rest);
  const root = sqrt(add(multiply(multiply(mean, 4), y), multiply(square(mean), square(y))));
  const x = subtract(
    add(mean, divide(multiply(square(mean), y), 2)),
    multiply(divide(mean, 2), root),
  );
  return where(lessEqual(z, divide(mean, add(mean, x))), x, divide(square(mean), x));
}
