/**
 * Adam and AdamW.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import {
  checkAdamOptions,
  SCALE_BY_ADAM_OPTIONS,
  scaleByAdam,
  type ScaleByAdamOptions,
  type ScaleByAdamState,
} from "./scale_by_adam.ts";
import type { Selector } from "./select.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode adam}. */
export interface AdamOptions extends ScaleByAdamOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
}

const ADAM_OPTIONS = { learningRate: true, ...SCALE_BY_ADAM_OPTIONS } as const;

/** The state of {@linkcode adam}. */
export interface AdamState {
  /** The name of the function that made the optimizer. */
  readonly kind: "adam";
  /** The moments. */
  readonly scaleByAdam: ScaleByAdamState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Adam, as `optax.adam`: `scaleByAdam`, then `scaleByLearningRate`. With `nesterov` it is NAdam. Kingma and Ba
 * 2014.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adam } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = adam({ learningRate: 0.1 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.9, 1e-6);
 * ```
 */
export function adam(options: AdamOptions): Transform<unknown, AdamState> {
  checkOptionNames("adam", options, ADAM_OPTIONS);
  const { learningRate, ...rest } = options;
  checkScalar("adam", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdamOptions("adam", options);
  return namedChain("adam", scaleByAdam(rest), scaleByLearningRate(learningRate));
}

/** Options of {@linkcode adamW}. */
export interface AdamWOptions extends AdamOptions {
  /** Decay of the params, times the learning rate at each step; not negative. @default {1e-4} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const ADAM_W_OPTIONS = { weightDecay: true, weightDecayMask: true, ...ADAM_OPTIONS } as const;

/** The state of {@linkcode adamW}. */
export interface AdamWState {
  /** The name of the function that made the optimizer. */
  readonly kind: "adamW";
  /** The moments. */
  readonly scaleByAdam: ScaleByAdamState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Adam with decoupled weight decay, as `optax.adamw`: `scaleByAdam`, `addDecayedWeights`, then
 * `scaleByLearningRate`, so `u = -learningRate * (adam + weightDecay * p)`. The default weight decay is 1e-4 as
 * in optax, not torch's 1e-2. Loshchilov and Hutter 2017.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adamW } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = adamW({ learningRate: 0.1, weightDecay: 0.5 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.85, 1e-6);
 * ```
 */
export function adamW(options: AdamWOptions): Transform<unknown, AdamWState> {
  checkOptionNames("adamW", options, ADAM_W_OPTIONS);
  const { learningRate, weightDecay = 1e-4, weightDecayMask = true, ...rest } = options;
  checkScalar("adamW", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdamOptions("adamW", options);
  checkScalar("adamW", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "adamW",
    scaleByAdam(rest),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
}
