/**
 * AdEMAMix: Adam with a second, slower moving mean of the gradients.
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
  checkAdemamixOptions,
  SCALE_BY_ADEMAMIX_OPTIONS,
  scaleByAdemamix,
  type ScaleByAdemamixOptions,
  type ScaleByAdemamixState,
} from "./scale_by_ademamix.ts";
import type { Selector } from "./select.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode ademamix}. */
export interface AdemamixOptions extends ScaleByAdemamixOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the params, times the learning rate at each step; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const ADEMAMIX_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  ...SCALE_BY_ADEMAMIX_OPTIONS,
} as const;

/** The state of {@linkcode ademamix}. */
export interface AdemamixState {
  /** The name of the function that made the optimizer. */
  readonly kind: "ademamix";
  /** The moments. */
  readonly scaleByAdemamix: ScaleByAdemamixState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * AdEMAMix, as `optax.contrib.ademamix`: `scaleByAdemamix`, `addDecayedWeights`, then `scaleByLearningRate`.
 * Pagliardini, Ablin and Grangier 2024.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { ademamix } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = ademamix({ learningRate: 0.1, alpha: (step) => 5 * Math.min(step / 100, 1) });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.9, 1e-6);
 * ```
 */
export function ademamix(options: AdemamixOptions): Transform<unknown, AdemamixState> {
  checkOptionNames("ademamix", options, ADEMAMIX_OPTIONS);
  const { learningRate, alpha = 5, weightDecay = 0, weightDecayMask = true, ...rest } = options;
  checkScalar("ademamix", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdemamixOptions("ademamix", options);
  checkScalar("ademamix", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "ademamix",
    scaleByAdemamix({ ...rest, alpha }),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
}
