/**
 * Schedule-free SGD and AdamW.
 *
 * @module
 */

import { warmupConstant } from "../schedules/mod.ts";
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkNumber, checkScalar, NOT_NEGATIVE, WHOLE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import { checkAdamOptions, scaleByAdam, type ScaleByAdamState } from "./scale_by_adam.ts";
import {
  checkScheduleFreeOptions,
  scheduleFree,
  type ScheduleFreeOptions,
  type ScheduleFreeState,
} from "./schedule_free.ts";
import type { Selector } from "./select.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scheduleFreeSgd}. */
export interface ScheduleFreeSgdOptions extends ScheduleFreeOptions {
  /** Steps over which a learning rate that is a number rises from 0; by default there is no warm-up. */
  readonly warmupSteps?: number;
  /** The share of the params that is added to the gradients; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const SCHEDULE_FREE_SGD_OPTIONS = {
  warmupSteps: true,
  weightDecay: true,
  weightDecayMask: true,
  learningRate: true,
  beta1: true,
  weightPower: true,
  lookahead: true,
} as const;

/** The state of the optimizer inside of {@linkcode scheduleFreeSgd}. */
export interface ScheduleFreeSgdInnerState {
  /** The name of the chain. */
  readonly kind: "sgd";
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

function warmedUp(
  operation: string,
  learningRate: ScalarOrSchedule,
  warmupSteps: number | undefined,
): ScalarOrSchedule {
  if (warmupSteps === undefined) return learningRate;
  checkNumber(operation, "warmupSteps", warmupSteps, WHOLE);
  if (typeof learningRate !== "number") {
    throw new TypeError(
      `${operation} expects a number as learningRate for its warmupSteps but got a schedule`,
    );
  }
  return warmupConstant({ peak: learningRate, warmupSteps });
}

/**
 * Schedule-free SGD, as `optax.contrib.schedule_free_sgd`: `scheduleFree` of `addDecayedWeights` and
 * `scaleByLearningRate`. Evaluate at the params that `scheduleFreeEvalParams` gives. Defazio et al. 2024.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If `beta1` is not between 0 and 1, or another number is out of its range.
 *
 * @example
 * ```ts
 * import { grad, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { scheduleFreeEvalParams, scheduleFreeSgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = scheduleFreeSgd({ learningRate: 0.5 });
 * const gradient = grad((p: { x: Tensor }) => sum(square(p.x)));
 * let params = { x: tensor([1, 2]) };
 * let state = optimizer.init(params);
 * for (let step = 0; step < 30; step++) ({ state, params } = optimizer.step(state, gradient(params), params));
 * const mean = scheduleFreeEvalParams(state, params);
 * assertEquals(Math.abs(mean.x.at(0).item()) < 0.05, true);
 * ```
 */
export function scheduleFreeSgd(
  options: ScheduleFreeSgdOptions,
): Transform<unknown, ScheduleFreeState<ScheduleFreeSgdInnerState>> {
  checkOptionNames("scheduleFreeSgd", options, SCHEDULE_FREE_SGD_OPTIONS);
  const { weightDecay = 0, weightDecayMask = true, warmupSteps, ...rest } = options;
  checkScheduleFreeOptions("scheduleFreeSgd", options);
  checkScalar("scheduleFreeSgd", "weightDecay", weightDecay, NOT_NEGATIVE);
  const learningRate = warmedUp("scheduleFreeSgd", options.learningRate, warmupSteps);
  const inner = namedChain(
    "sgd",
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
  return scheduleFree(inner, { ...rest, learningRate });
}

/** Options of {@linkcode scheduleFreeAdamW}. */
export interface ScheduleFreeAdamWOptions extends ScheduleFreeSgdOptions {
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
}

const SCHEDULE_FREE_ADAM_W_OPTIONS = { beta2: true, eps: true, ...SCHEDULE_FREE_SGD_OPTIONS } as const;

/** The state of the optimizer inside of {@linkcode scheduleFreeAdamW}. */
export interface ScheduleFreeAdamWInnerState {
  /** The name of the chain. */
  readonly kind: "adamW";
  /** The moments; the first one has no memory. */
  readonly scaleByAdam: ScaleByAdamState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Schedule-free AdamW, as `optax.contrib.schedule_free_adamw`: `scheduleFree` of `scaleByAdam` with a
 * `beta1` of 0, `addDecayedWeights` and `scaleByLearningRate`. Evaluate at the params that
 * `scheduleFreeEvalParams` gives. Defazio et al. 2024.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If `beta1` is not between 0 and 1, or another number is out of its range.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scheduleFreeAdamW, scheduleFreeEvalParams } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = scheduleFreeAdamW({ learningRate: 0.1 });
 * const params = { x: tensor(1) };
 * const { state, params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(scheduleFreeEvalParams(state, next).x.item(), 0.9, 1e-6);
 * ```
 */
export function scheduleFreeAdamW(
  options: ScheduleFreeAdamWOptions,
): Transform<unknown, ScheduleFreeState<ScheduleFreeAdamWInnerState>> {
  checkOptionNames("scheduleFreeAdamW", options, SCHEDULE_FREE_ADAM_W_OPTIONS);
  const { beta2 = 0.999, eps = 1e-8, ...others } = options;
  const { weightDecay = 0, weightDecayMask = true, warmupSteps, ...rest } = others;
  checkScheduleFreeOptions("scheduleFreeAdamW", options);
  checkAdamOptions("scheduleFreeAdamW", { beta2, eps });
  checkScalar("scheduleFreeAdamW", "weightDecay", weightDecay, NOT_NEGATIVE);
  const learningRate = warmedUp("scheduleFreeAdamW", options.learningRate, warmupSteps);
  const inner = namedChain(
    "adamW",
    scaleByAdam({ beta1: 0, beta2, eps }),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
  return scheduleFree(inner, { ...rest, learningRate });
}
