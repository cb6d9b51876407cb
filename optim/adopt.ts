/**
 * ADOPT: Adam changed so that it converges with any beta2.
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
  checkAdoptOptions,
  SCALE_BY_ADOPT_OPTIONS,
  scaleByAdopt,
  type ScaleByAdoptOptions,
  type ScaleByAdoptState,
} from "./scale_by_adopt.ts";
import type { Selector } from "./select.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode adopt}. */
export interface AdoptOptions extends ScaleByAdoptOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
}

const ADOPT_OPTIONS = { learningRate: true, ...SCALE_BY_ADOPT_OPTIONS } as const;

/** The state of {@linkcode adopt}. */
export interface AdoptState {
  /** The name of the function that made the optimizer. */
  readonly kind: "adopt";
  /** The moments. */
  readonly scaleByAdopt: ScaleByAdoptState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * ADOPT, as `optax.contrib.adopt`: `scaleByAdopt`, then `scaleByLearningRate`. Taniguchi et al. 2024.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If the learning rate is negative, or an option is out of its range.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adopt } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = adopt({ learningRate: 0.1 });
 * const params = { x: tensor(1) };
 * const first = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertEquals(first.params.x.item(), 1);
 * const second = optimizer.step(first.state, { x: tensor(30) }, first.params);
 * assertEquals(second.params.x.item() < 1, true);
 * ```
 */
export function adopt(options: AdoptOptions): Transform<unknown, AdoptState> {
  checkOptionNames("adopt", options, ADOPT_OPTIONS);
  const { learningRate, ...rest } = options;
  checkScalar("adopt", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdoptOptions("adopt", options);
  return namedChain("adopt", scaleByAdopt(rest), scaleByLearningRate(learningRate));
}

/** Options of {@linkcode adoptW}. */
export interface AdoptWOptions extends AdoptOptions {
  /** Decay of the params, times the learning rate at each step; not negative. @default {1e-4} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const ADOPT_W_OPTIONS = { weightDecay: true, weightDecayMask: true, ...ADOPT_OPTIONS } as const;

/** The state of {@linkcode adoptW}. */
export interface AdoptWState {
  /** The name of the function that made the optimizer. */
  readonly kind: "adoptW";
  /** The moments. */
  readonly scaleByAdopt: ScaleByAdoptState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * ADOPT with decoupled weight decay: `scaleByAdopt`, `addDecayedWeights`, then `scaleByLearningRate`, with
 * the default decay of `adamW`. Params decay in the first step already, in which ADOPT itself moves
 * nothing.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If the learning rate or the decay is negative, or an option is out of its range.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adoptW } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = adoptW({ learningRate: 0.1, weightDecay: 0.5 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.95, 1e-6);
 * ```
 */
export function adoptW(options: AdoptWOptions): Transform<unknown, AdoptWState> {
  checkOptionNames("adoptW", options, ADOPT_W_OPTIONS);
  const { learningRate, weightDecay = 1e-4, weightDecayMask = true, ...rest } = options;
  checkScalar("adoptW", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdoptOptions("adoptW", options);
  checkScalar("adoptW", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "adoptW",
    scaleByAdopt(rest),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
}
