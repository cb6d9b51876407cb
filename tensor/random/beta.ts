/**
 * Numbers of the beta and the Dirichlet distribution.
 *
 * @module
 */
import { checkOptionNames } from "../check_option_names.ts";
import { add, divide, subtract } from "../ops/arithmetic.ts";
import { exp } from "../ops/exponential.ts";
import { maximum } from "../ops/selection.ts";
import { index } from "../ops/slice.ts";
import { softmax } from "../ops/softmax.ts";
import type { Shape } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { drawGamma, GAMMA_OPTIONS } from "./gamma.ts";
import { checkKey } from "./key.ts";
import { floatingDType, type FloatingOptions } from "./options.ts";
import { checkPositive, parameter, parameters } from "./parameter.ts";
import { split } from "./split.ts";

/** Options of `beta`. */
export interface BetaOptions extends FloatingOptions {
  /** The exponent of x, above 0. */
  readonly a: TensorLike;
  /** The exponent of 1 - x, above 0. */
  readonly b: TensorLike;
  /** The shape; that of both exponents by default. */
  readonly shape?: Shape;
}

const BETA_OPTIONS = { a: true, b: true, shape: true, dtype: true, partitionable: true } as const;

/**
 * Numbers with a density in proportion to `x^(a - 1) (1 - x)^(b - 1)` within 0 to 1, as `jax.random.beta`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If an exponent is not above 0.
 *
 * @example
 * ```ts
 * import { mean, random } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * assertAlmostEquals(mean(random.beta(random.key(0), { a: 1, b: 3, shape: [10000] })).item(), 0.25, 0.02);
 * ```
 */
export function beta(key: Tensor, options: BetaOptions): Tensor {
  checkOptionNames("beta", options, BETA_OPTIONS);
  const dtype = floatingDType("beta", options);
  const { shape, tensors: [a, b] } = parameters("beta", [options.a, options.b], options.shape, dtype);
  const keys = split(checkKey("beta", key), 2, { partitionable: options.partitionable ?? true });
  checkPositive("beta", "a", options.a);
  checkPositive("beta", "b", options.b);
  const [x, y] = [a, b].map((concentration, i) =>
    drawGamma("beta", index(keys, i), { ...options, concentration, shape }, true)
  );
  const greatest = maximum(x, y);
  const [first, second] = [exp(subtract(x, greatest)), exp(subtract(y, greatest))];
  return divide(first, add(first, second));
}

/** Options of `dirichlet`. */
export interface DirichletOptions extends FloatingOptions {
  /** Concentrations [..., k], above 0. */
  readonly concentration: Tensor;
  /** The shape without the last axis; that of the concentrations by default. */
  readonly shape?: Shape;
}

const DIRICHLET_OPTIONS = GAMMA_OPTIONS;

/**
 * Probabilities of k categories that sum to 1, `[...shape, k]`, with a density in proportion to the product of
 * `x_i^(a_i - 1)`, as `jax.random.dirichlet`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If there is no axis of categories.
 *
 * @example
 * ```ts
 * import { random, sum, tensor } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const x = random.dirichlet(random.key(0), { concentration: tensor([1, 2, 3]) });
 * assertAlmostEquals(sum(x).item(), 1, 1e-6);
 * ```
 */
export function dirichlet(key: Tensor, options: DirichletOptions): Tensor {
  checkOptionNames("dirichlet", options, DIRICHLET_OPTIONS);
  const dtype = floatingDType("dirichlet", options);
  const concentration = parameter("dirichlet", options.concentration, dtype);
  if (concentration.rank === 0) {
    throw new RangeError(
      `dirichlet expects concentrations along an axis but got ${describe(concentration)}`,
    );
  }
  const shape = options.shape ?? concentration.shape.slice(0, -1);
  const whole = [...shape, concentration.shape[concentration.rank - 1]];
  return softmax(drawGamma("dirichlet", key, { ...options, concentration, shape: whole }, true));
}
