/**
 * Numbers of the distributions with degrees of freedom: chi-square, Student's t and Fisher's F.
 *
 * @module
 */
import { checkOptionNames } from "../check_option_names.ts";
import { divide, multiply } from "../ops/arithmetic.ts";
import { exp, sqrt } from "../ops/exponential.ts";
import { index } from "../ops/slice.ts";
import type { Shape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { drawGamma } from "./gamma.ts";
import { checkKey } from "./key.ts";
import { normal } from "./normal.ts";
import { floatingDType, type FloatingOptions } from "./options.ts";
import { checkPositive, parameter, parameters } from "./parameter.ts";
import { split } from "./split.ts";

/** Options of distributions with degrees of freedom. */
export interface FreedomOptions extends FloatingOptions {
  /** The degrees of freedom, above 0. */
  readonly degreesOfFreedom: TensorLike;
  /** The shape; that of the degrees of freedom by default. */
  readonly shape?: Shape;
}

const FREEDOM_OPTIONS = { degreesOfFreedom: true, shape: true, dtype: true, partitionable: true } as const;

/**
 * Sums of squares of as many normal numbers as there are degrees of freedom, as `jax.random.chisquare`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the degrees of freedom are not above 0.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.chiSquare(random.key(0), { degreesOfFreedom: 4, shape: [3] }).shape, [3]);
 * ```
 */
export function chiSquare(key: Tensor, options: FreedomOptions): Tensor {
  checkOptionNames("chiSquare", options, FREEDOM_OPTIONS);
  const dtype = floatingDType("chiSquare", options);
  checkPositive("chiSquare", "degreesOfFreedom", options.degreesOfFreedom);
  const half = divide(parameter("chiSquare", options.degreesOfFreedom, dtype), 2);
  return multiply(exp(drawGamma("chiSquare", key, { ...options, concentration: half }, true)), 2);
}

/**
 * Numbers of Student's t distribution, as `jax.random.t`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the degrees of freedom are not above 0.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.studentT(random.key(0), { degreesOfFreedom: 4, shape: [3] }).shape, [3]);
 * ```
 */
export function studentT(key: Tensor, options: FreedomOptions): Tensor {
  checkOptionNames("studentT", options, FREEDOM_OPTIONS);
  const { degreesOfFreedom, shape: given, ...rest } = options;
  const dtype = floatingDType("studentT", rest);
  checkPositive("studentT", "degreesOfFreedom", degreesOfFreedom);
  const { shape, tensors: [freedom] } = parameters("studentT", [degreesOfFreedom], given, dtype);
  const keys = split(checkKey("studentT", key), 2, { partitionable: rest.partitionable ?? true });
  const half = divide(freedom, 2);
  const drawn = drawGamma("studentT", index(keys, 1), { ...rest, concentration: half, shape }, false);
  return multiply(normal(index(keys, 0), shape, rest), sqrt(divide(half, drawn)));
}

/** Options of `fisherF`. */
export interface FisherFOptions extends FloatingOptions {
  /** Degrees of freedom of the numerator, above 0. */
  readonly numerator: TensorLike;
  /** Degrees of freedom of the denominator, above 0. */
  readonly denominator: TensorLike;
  /** The shape; that of both by default. */
  readonly shape?: Shape;
}

const FISHER_F_OPTIONS = {
  numerator: true,
  denominator: true,
  shape: true,
  dtype: true,
  partitionable: true,
} as const;

/**
 * Ratios of two chi-square numbers over their degrees of freedom, as `jax.random.f`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If degrees of freedom are not above 0.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.fisherF(random.key(0), { numerator: 3, denominator: 8, shape: [2] }).shape, [2]);
 * ```
 */
export function fisherF(key: Tensor, options: FisherFOptions): Tensor {
  checkOptionNames("fisherF", options, FISHER_F_OPTIONS);
  const { numerator, denominator, shape: given, ...rest } = options;
  const dtype = floatingDType("fisherF", rest);
  checkPositive("fisherF", "numerator", numerator);
  checkPositive("fisherF", "denominator", denominator);
  const { shape, tensors: [above, below] } = parameters("fisherF", [numerator, denominator], given, dtype);
  const keys = split(checkKey("fisherF", key), 2, { partitionable: rest.partitionable ?? true });
  const mean = (at: number, freedom: Tensor): Tensor =>
    divide(chiSquare(index(keys, at), { ...rest, degreesOfFreedom: freedom, shape }), freedom);
  return divide(mean(1, above), mean(0, below));
}
