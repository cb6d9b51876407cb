/**
 * Exponentially distributed numbers, and what is made of them.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { add, divide, multiply, negative } from "../ops/arithmetic.ts";
import { floor } from "../ops/rounding.ts";
import { power } from "../ops/power.ts";
import { cast } from "../ops/cast.ts";
import { equal } from "../ops/comparison.ts";
import { exp, log, log1p, sqrt } from "../ops/exponential.ts";
import { where } from "../ops/selection.ts";
import { checkShape, type Shape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { checkKey } from "./key.ts";
import { FLOATING_OPTIONS, floatingDType, type FloatingOptions, type LayoutOptions } from "./options.ts";
import { checkPositive, parameter, parameters } from "./parameter.ts";
import { uniform } from "./uniform.ts";

/**
 * Numbers with the density `exp(-x)` above 0: `-log(1 - u)` for uniform u, as `jax.random.exponential`. Multiply by
 * the mean that is wanted.
 *
 * @throws {TypeError} If the first argument is not a random key.
 *
 * @example
 * ```ts
 * import { mean, random } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * assertAlmostEquals(mean(random.exponential(random.key(0), [10000])).item(), 1, 0.05);
 * ```
 */
export function exponential(key: Tensor, shape: Shape = [], options: FloatingOptions = NO_OPTIONS): Tensor {
  checkOptionNames("exponential", options, FLOATING_OPTIONS);
  checkKey("exponential", key);
  checkShape("exponential", shape);
  floatingDType("exponential", options);
  return negative(log1p(negative(uniform(key, shape, pick(options)))));
}

/** The options of a uniform draw of [0, 1). */
function pick({ dtype, partitionable }: FloatingOptions): FloatingOptions {
  return {
    ...(dtype === undefined ? {} : { dtype }),
    ...(partitionable === undefined ? {} : { partitionable }),
  };
}

/** Options of `pareto`. */
export interface ParetoOptions extends FloatingOptions {
  /** The exponent of the tail, above 0. */
  readonly tail: TensorLike;
}

const PARETO_OPTIONS = { tail: true, dtype: true, partitionable: true } as const;

/**
 * Numbers with the density `b x^(-b - 1)` above 1, b the exponent of the tail, as `jax.random.pareto`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the exponent is not above 0.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.pareto(random.key(0), [100], { tail: 3 }).min().item() >= 1, true);
 * ```
 */
export function pareto(key: Tensor, shape: Shape, options: ParetoOptions): Tensor {
  checkOptionNames("pareto", options, PARETO_OPTIONS);
  checkKey("pareto", key);
  const { tail, ...rest } = options;
  checkPositive("pareto", "tail", tail);
  const dtype = floatingDType("pareto", rest);
  return exp(divide(exponential(key, shape, rest), parameter("pareto", tail, dtype)));
}

/** Options of `weibullMin`. */
export interface WeibullMinOptions extends FloatingOptions {
  /** The exponent k, above 0. */
  readonly concentration: TensorLike;
  /** What numbers are multiplied with; 1 by default. */
  readonly scale?: TensorLike;
}

const WEIBULL_MIN_OPTIONS = { concentration: true, scale: true, dtype: true, partitionable: true } as const;

/**
 * Numbers of the Weibull distribution, `scale (-log(1 - u))^(1 / k)`, as `jax.random.weibull_min`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the concentration is not above 0.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.weibullMin(random.key(0), [3], { concentration: 2 }).shape, [3]);
 * ```
 */
export function weibullMin(key: Tensor, shape: Shape, options: WeibullMinOptions): Tensor {
  checkOptionNames("weibullMin", options, WEIBULL_MIN_OPTIONS);
  checkKey("weibullMin", key);
  const { scale = 1, concentration, ...rest } = options;
  checkPositive("weibullMin", "concentration", concentration);
  const dtype = floatingDType("weibullMin", rest);
  const drawn = exponential(key, shape, rest);
  return multiply(
    power(drawn, divide(1, parameter("weibullMin", concentration, dtype))),
    parameter("weibullMin", scale, dtype),
  );
}

/** Options of `rayleigh`. */
export interface RayleighOptions extends FloatingOptions {
  /** What numbers are multiplied with; 1 by default. */
  readonly scale?: TensorLike;
}

const RAYLEIGH_OPTIONS = { scale: true, dtype: true, partitionable: true } as const;

/**
 * Lengths of vectors of two normal numbers, `scale sqrt(-2 log u)`, as `jax.random.rayleigh`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.rayleigh(random.key(0), [100]).min().item() >= 0, true);
 * ```
 */
export function rayleigh(key: Tensor, shape: Shape = [], options: RayleighOptions = NO_OPTIONS): Tensor {
  checkOptionNames("rayleigh", options, RAYLEIGH_OPTIONS);
  checkKey("rayleigh", key);
  checkShape("rayleigh", shape);
  const dtype = floatingDType("rayleigh", options);
  const length = sqrt(multiply(log(uniform(key, shape, pick(options))), -2));
  return multiply(parameter("rayleigh", options.scale ?? 1, dtype), length);
}

/** Options of `geometric`. */
export interface GeometricOptions extends LayoutOptions {
  /** How likely a trial succeeds, above 0 and at most 1. */
  readonly probability: TensorLike;
  /** The shape; that of the probability by default. */
  readonly shape?: Shape;
}

const GEOMETRIC_OPTIONS = { probability: true, shape: true, partitionable: true } as const;

/**
 * The number of trials up to the first success, an int32 from 1 on, as `jax.random.geometric`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the probability is not above 0.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const trials = random.geometric(random.key(0), { probability: 0.3, shape: [100] });
 * assertEquals([trials.dtype, trials.min().item()], ["int32", 1]);
 * ```
 */
export function geometric(key: Tensor, options: GeometricOptions): Tensor {
  checkOptionNames("geometric", options, GEOMETRIC_OPTIONS);
  checkKey("geometric", key);
  checkPositive("geometric", "probability", options.probability);
  const { shape, tensors: [p] } = parameters("geometric", [options.probability], options.shape, "float32");
  const u = uniform(key, shape, pick(options));
  const chance = log(where(equal(u, 0), 1, u));
  return cast(add(floor(divide(chance, log1p(negative(p)))), 1), "int32");
}
