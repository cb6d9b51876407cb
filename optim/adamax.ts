/**
 * AdaMax and AdaMaxW.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import { checkAdamOptions } from "./scale_by_adam.ts";
import {
  SCALE_BY_ADAMAX_OPTIONS,
  scaleByAdamax,
  type ScaleByAdamaxOptions,
  type ScaleByAdamaxState,
} from "./scale_by_adamax.ts";
import type { Selector } from "./select.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode adamax}. */
export interface AdamaxOptions extends ScaleByAdamaxOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
}

const ADAMAX_OPTIONS = { learningRate: true, ...SCALE_BY_ADAMAX_OPTIONS } as const;

/** The state of {@linkcode adamax}. */
export interface AdamaxState {
  /** The name of the function that made the optimizer. */
  readonly kind: "adamax";
  /** The moments. */
  readonly scaleByAdamax: ScaleByAdamaxState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * AdaMax, as `optax.adamax`: `scaleByAdamax`, then `scaleByLearningRate`. Kingma and Ba 2014.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adamax } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = adamax({ learningRate: 0.1 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.9, 1e-6);
 * ```
 */
export function adamax(options: AdamaxOptions): Transform<unknown, AdamaxState> {
  checkOptionNames("adamax", options, ADAMAX_OPTIONS);
  const { learningRate, ...rest } = options;
  checkScalar("adamax", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdamOptions("adamax", options);
  return namedChain("adamax", scaleByAdamax(rest), scaleByLearningRate(learningRate));
}

/** Options of {@linkcode adamaxW}. */
export interface AdamaxWOptions extends AdamaxOptions {
  /** Decay of the params, times the learning rate at each step; not negative. @default {1e-4} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const ADAMAX_W_OPTIONS = { weightDecay: true, weightDecayMask: true, ...ADAMAX_OPTIONS } as const;

/** The state of {@linkcode adamaxW}. */
export interface AdamaxWState {
  /** The name of the function that made the optimizer. */
  readonly kind: "adamaxW";
  /** The moments. */
  readonly scaleByAdamax: ScaleByAdamaxState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * AdaMax with decoupled weight decay, as `optax.adamaxw`: `scaleByAdamax`, `addDecayedWeights`, then
 * `scaleByLearningRate`.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adamaxW } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = adamaxW({ learningRate: 0.1, weightDecay: 0.5 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.85, 1e-6);
 * ```
 */
export function adamaxW(options: AdamaxWOptions): Transform<unknown, AdamaxWState> {
  checkOptionNames("adamaxW", options, ADAMAX_W_OPTIONS);
  const { learningRate, weightDecay = 1e-4, weightDecayMask = true, ...rest } = options;
  checkScalar("adamaxW", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdamOptions("adamaxW", options);
  checkScalar("adamaxW", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "adamaxW",
    scaleByAdamax(rest),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
}
