/**
 * Optimistic Adam.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, FINITE, NOT_NEGATIVE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import {
  checkAdamOptions,
  SCALE_BY_ADAM_OPTIONS,
  scaleByAdam,
  type ScaleByAdamOptions,
  type ScaleByAdamState,
} from "./scale_by_adam.ts";
import {
  checkOptimisticOptions,
  SCALE_BY_OPTIMISTIC_GRADIENT_OPTIONS,
  scaleByOptimisticGradient,
  type ScaleByOptimisticGradientOptions,
  type ScaleByOptimisticGradientState,
} from "./scale_by_optimistic_gradient.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode optimisticAdam}. */
export interface OptimisticAdamOptions extends ScaleByAdamOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** How much the change from the step before counts, a learning rate too; `learningRate` by default. */
  readonly optimism?: ScalarOrSchedule;
  /** Looks a step ahead. @default {true} */
  readonly nesterov?: boolean;
}

const OPTIMISTIC_ADAM_OPTIONS = { learningRate: true, optimism: true, ...SCALE_BY_ADAM_OPTIONS } as const;

/** The state of {@linkcode optimisticAdam}. */
export interface OptimisticAdamState {
  /** The name of the function that made the optimizer. */
  readonly kind: "optimisticAdam";
  /** The moments. */
  readonly scaleByAdam: ScaleByAdamState;
  /** What Adam made of the step before; its `alpha` is the learning rate. */
  readonly scaleByOptimisticGradient: ScaleByOptimisticGradientState;
  /** The minus sign. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Adam that guesses its next step, as the old `optax.optimistic_adam`: with `a` of {@linkcode scaleByAdam} and `a'`
 * of the step before, `u = -((learningRate + optimism) a - optimism a')`. In {@linkcode optimisticAdamV2} the
 * learning rate stands in the state under its own name; take that one. Daskalakis et al. 2017.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimisticAdam } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = optimisticAdam({ learningRate: 0.1, optimism: 0.05, nesterov: false });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.9, 1e-6);
 * ```
 */
export function optimisticAdam(options: OptimisticAdamOptions): Transform<unknown, OptimisticAdamState> {
  checkOptionNames("optimisticAdam", options, OPTIMISTIC_ADAM_OPTIONS);
  const { learningRate, optimism = learningRate, nesterov = true, ...rest } = options;
  checkScalar("optimisticAdam", "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar("optimisticAdam", "optimism", optimism, FINITE);
  checkAdamOptions("optimisticAdam", options);
  return namedChain(
    "optimisticAdam",
    scaleByAdam({ ...rest, nesterov }),
    scaleByOptimisticGradient({ alpha: learningRate, beta: optimism }),
    scaleByLearningRate(1),
  );
}

/** Options of {@linkcode optimisticAdamV2}. */
export interface OptimisticAdamV2Options extends ScaleByAdamOptions, ScaleByOptimisticGradientOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Looks a step ahead. @default {true} */
  readonly nesterov?: boolean;
}

const OPTIMISTIC_ADAM_V2_OPTIONS = {
  learningRate: true,
  ...SCALE_BY_ADAM_OPTIONS,
  ...SCALE_BY_OPTIMISTIC_GRADIENT_OPTIONS,
} as const;

/** The state of {@linkcode optimisticAdamV2}. */
export interface OptimisticAdamV2State {
  /** The name of the function that made the optimizer. */
  readonly kind: "optimisticAdamV2";
  /** The moments. */
  readonly scaleByAdam: ScaleByAdamState;
  /** What Adam made of the step before. */
  readonly scaleByOptimisticGradient: ScaleByOptimisticGradientState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Adam that guesses its next step, as `optax.optimistic_adam_v2`: `scaleByAdam`, with Nesterov's look ahead unless
 * told otherwise, `scaleByOptimisticGradient`, then `scaleByLearningRate`. Daskalakis et al. 2017.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimisticAdamV2 } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = optimisticAdamV2({ learningRate: 0.1, nesterov: false });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.9, 1e-6);
 * ```
 */
export function optimisticAdamV2(
  options: OptimisticAdamV2Options,
): Transform<unknown, OptimisticAdamV2State> {
  checkOptionNames("optimisticAdamV2", options, OPTIMISTIC_ADAM_V2_OPTIONS);
  const { learningRate, nesterov = true, alpha = 1, beta = 1, ...rest } = options;
  checkScalar("optimisticAdamV2", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdamOptions("optimisticAdamV2", options);
  checkOptimisticOptions("optimisticAdamV2", options);
  return namedChain(
    "optimisticAdamV2",
    scaleByAdam({ ...rest, nesterov }),
    scaleByOptimisticGradient({ alpha, beta }),
    scaleByLearningRate(learningRate),
  );
}
