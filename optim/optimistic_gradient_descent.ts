/**
 * Optimistic gradient descent.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import {
  checkOptimisticOptions,
  SCALE_BY_OPTIMISTIC_GRADIENT_OPTIONS,
  scaleByOptimisticGradient,
  type ScaleByOptimisticGradientOptions,
  type ScaleByOptimisticGradientState,
} from "./scale_by_optimistic_gradient.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode optimisticGradientDescent}. */
export interface OptimisticGradientDescentOptions extends ScaleByOptimisticGradientOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
}

const OPTIMISTIC_GRADIENT_DESCENT_OPTIONS = {
  learningRate: true,
  ...SCALE_BY_OPTIMISTIC_GRADIENT_OPTIONS,
} as const;

/** The state of {@linkcode optimisticGradientDescent}. */
export interface OptimisticGradientDescentState {
  /** The name of the function that made the optimizer. */
  readonly kind: "optimisticGradientDescent";
  /** The gradients of the step before. */
  readonly scaleByOptimisticGradient: ScaleByOptimisticGradientState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Descent that guesses the next gradient, for games, as `optax.optimistic_gradient_descent`:
 * `u = -learningRate * ((alpha + beta) g - beta g')`. Mokhtari et al. 2019.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If the learning rate is negative, or a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimisticGradientDescent } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = optimisticGradientDescent({ learningRate: 0.5 });
 * const params = { x: tensor(1) };
 * const first = optimizer.step(optimizer.init(params), { x: tensor(2) }, params);
 * const second = optimizer.step(first.state, { x: tensor(1) }, first.params);
 * assertEquals([first.params.x.item(), second.params.x.item()], [0, 0]);
 * ```
 */
export function optimisticGradientDescent(
  options: OptimisticGradientDescentOptions,
): Transform<unknown, OptimisticGradientDescentState> {
  checkOptionNames("optimisticGradientDescent", options, OPTIMISTIC_GRADIENT_DESCENT_OPTIONS);
  const { learningRate, ...rest } = options;
  checkScalar("optimisticGradientDescent", "learningRate", learningRate, NOT_NEGATIVE);
  checkOptimisticOptions("optimisticGradientDescent", options);
  return namedChain(
    "optimisticGradientDescent",
    scaleByOptimisticGradient(rest),
    scaleByLearningRate(learningRate),
  );
}
