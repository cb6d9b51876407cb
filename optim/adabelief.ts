/**
 * AdaBelief.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, multiply, sqrt, subtract } from "../tensor/mod.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { biasCorrection, castLike, correctedMean, movingMean, movingSquare } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import { checkAdamOptions } from "./scale_by_adam.ts";
import type { Selector } from "./select.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByBelief}. */
export interface ScaleByBeliefOptions {
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-16} */
  readonly eps?: ScalarOrSchedule;
  /** Added to the second moment at every step, and kept in it. @default {1e-16} */
  readonly epsRoot?: ScalarOrSchedule;
  /** Looks a step ahead. @default {false} */
  readonly nesterov?: boolean;
}

const SCALE_BY_BELIEF_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  epsRoot: true,
  nesterov: true,
} as const;

/** The state of {@linkcode scaleByBelief}. */
export interface ScaleByBeliefState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByBelief";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly epsRoot: number;
  };
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of the squares of their distance from it, a tree like the params. */
  readonly secondMoment: Tree;
}

/**
 * Scales updates by how far they are from their moving mean, as `optax.scale_by_belief`: steps are long where
 * gradients are as expected. At step t, from 1:
 *
 * - `m = beta1 m + (1 - beta1) g`, `s = beta2 s + (1 - beta2) (g - m)^2 + epsRoot`
 * - `u = (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + eps)`
 * - with `nesterov` the numerator is that of {@linkcode scaleByAdam}
 *
 * Zhuang et al. 2020.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or an eps is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByBelief } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const belief = scaleByBelief({ beta1: 0.5 });
 * const params = { x: tensor(0) };
 * const { updates } = belief.update(belief.init(params), { x: tensor(-20) }, params);
 * assertAlmostEquals(updates.x.item(), -2, 1e-5);
 * ```
 */
export function scaleByBelief(options: ScaleByBeliefOptions = {}): Transform<unknown, ScaleByBeliefState> {
  checkOptionNames("scaleByBelief", options, SCALE_BY_BELIEF_OPTIONS);
  checkAdamOptions("scaleByBelief", options);
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-16, epsRoot = 1e-16, nesterov = false } = options;
  return transform<ScaleByBeliefState>({
    name: "scaleByBelief",
    hyperparameters: { beta1, beta2, eps, epsRoot },
    options: { nesterov },
    init: (params) => ({ firstMoment: zerosLikeTree(params), secondMoment: zerosLikeTree(params) }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps, epsRoot }, step }) => {
      const firstMoment = movingMean("scaleByBelief", state.firstMoment, grads, beta1);
      const surprise = zipLeaves("scaleByBelief", [grads, firstMoment], (g, m) => subtract(g, m));
      const mean = movingSquare("scaleByBelief", state.secondMoment, surprise, beta2);
      const secondMoment = zipLeaves("scaleByBelief", [mean, grads], (s) => add(s, epsRoot));
      const numerator = correctedMean("scaleByBelief", firstMoment, grads, { beta: beta1, step, nesterov });
      const ofSecond = biasCorrection(beta2, step);
      const updates = zipLeaves(
        "scaleByBelief",
        [grads, numerator, secondMoment],
        (g, m, s) => cast(divide(m, add(sqrt(multiply(s, ofSecond)), eps)), g.dtype),
      );
      return {
        state: {
          firstMoment: castLike("scaleByBelief", firstMoment, state.firstMoment),
          secondMoment: castLike("scaleByBelief", secondMoment, state.secondMoment),
        },
        updates,
      };
    },
  });
}

/** Options of {@linkcode adabelief}. */
export interface AdabeliefOptions extends ScaleByBeliefOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the params, times the learning rate at each step; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const ADABELIEF_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  ...SCALE_BY_BELIEF_OPTIONS,
} as const;

/** The state of {@linkcode adabelief}. */
export interface AdabeliefState {
  /** The name of the function that made the optimizer. */
  readonly kind: "adabelief";
  /** The moments. */
  readonly scaleByBelief: ScaleByBeliefState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * AdaBelief, as `optax.adabelief`: `scaleByBelief`, `addDecayedWeights`, which does nothing by default, then
 * `scaleByLearningRate`. Zhuang et al. 2020.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adabelief } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = adabelief({ learningRate: 0.1, beta1: 0.5 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.8, 1e-5);
 * ```
 */
export function adabelief(options: AdabeliefOptions): Transform<unknown, AdabeliefState> {
  checkOptionNames("adabelief", options, ADABELIEF_OPTIONS);
  const { learningRate, weightDecay = 0, weightDecayMask = true, ...rest } = options;
  checkScalar("adabelief", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdamOptions("adabelief", options);
  checkScalar("adabelief", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "adabelief",
    scaleByBelief(rest),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
}
