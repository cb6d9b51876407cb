/**
 * LARS and LAMB, for large batches.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { masked, type MaskedState } from "./masked.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import {
  checkAdamOptions,
  scaleByAdam,
  type ScaleByAdamOptions,
  type ScaleByAdamState,
} from "./scale_by_adam.ts";
import { scaleByTrustRatio, type ScaleByTrustRatioState } from "./scale_by_trust_ratio.ts";
import type { Selector } from "./select.ts";
import { trace, type TraceState } from "./trace.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode lars}. */
export interface LarsOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Share of the params that is added to the gradients; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
  /** What the ratio of the norms is multiplied by; not negative. @default {1e-3} */
  readonly trustCoefficient?: ScalarOrSchedule;
  /** Added to the norm of the gradients; not negative. @default {0} */
  readonly eps?: ScalarOrSchedule;
  /** The leaves that are scaled to the norm of their params. @default {true} */
  readonly trustRatioMask?: Selector;
  /** How much of the running sum of updates stays at each step; not negative. @default {0.9} */
  readonly momentum?: ScalarOrSchedule;
  /** Nesterov's look ahead. @default {false} */
  readonly nesterov?: boolean;
}

const LARS_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  trustCoefficient: true,
  eps: true,
  trustRatioMask: true,
  momentum: true,
  nesterov: true,
} as const;

/** The state of {@linkcode lars}. */
export interface LarsState {
  /** The name of the function that made the optimizer. */
  readonly kind: "lars";
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The norms. */
  readonly masked: MaskedState<ScaleByTrustRatioState>;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
  /** The running sum of updates. */
  readonly trace: TraceState;
}

/**
 * LARS, as `optax.lars`: `addDecayedWeights`, `scaleByTrustRatio` on the leaves of the mask, `scaleByLearningRate`,
 * then `trace`. The learning rate is inside of the sum. Biases and norms are best left out of both masks. You et
 * al. 2017.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If an option is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { lars } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = lars({ learningRate: 1, trustCoefficient: 0.1 });
 * const params = { x: tensor([3, 4]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([0, 30]) }, params);
 * assertAlmostEquals(next.x.data()[1], 3.5, 1e-6);
 * ```
 */
export function lars(options: LarsOptions): Transform<unknown, LarsState> {
  checkOptionNames("lars", options, LARS_OPTIONS);
  const { learningRate, weightDecay = 0, weightDecayMask = true } = options;
  const { trustCoefficient = 1e-3, eps = 0, trustRatioMask = true, momentum = 0.9, nesterov = false } =
    options;
  for (
    const [name, value] of Object.entries({ learningRate, weightDecay, trustCoefficient, eps, momentum })
  ) {
    checkScalar("lars", name, value, NOT_NEGATIVE);
  }
  return namedChain(
    "lars",
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    masked(scaleByTrustRatio({ trustCoefficient, eps }), trustRatioMask, { rest: "pass" }),
    scaleByLearningRate(learningRate),
    trace({ decay: momentum, nesterov }),
  );
}

/** Options of {@linkcode lamb}. */
export interface LambOptions extends Omit<ScaleByAdamOptions, "nesterov"> {
  /** The learning rate, relative to the norm of the params of each leaf; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-6} */
  readonly eps?: ScalarOrSchedule;
  /** Share of the params that is added before the norm is taken; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const LAMB_OPTIONS = {
  learningRate: true,
  eps: true,
  weightDecay: true,
  weightDecayMask: true,
  beta1: true,
  beta2: true,
  epsRoot: true,
  firstMomentDtype: true,
  secondMomentDtype: true,
} as const;

/** The state of {@linkcode lamb}. */
export interface LambState {
  /** The name of the function that made the optimizer. */
  readonly kind: "lamb";
  /** The moments. */
  readonly scaleByAdam: ScaleByAdamState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The norms. */
  readonly scaleByTrustRatio: ScaleByTrustRatioState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * LAMB, as `optax.lamb`: `scaleByAdam`, `addDecayedWeights`, `scaleByTrustRatio`, then `scaleByLearningRate`. You et
 * al. 2019.
 *
 * @throws {TypeError} If an option is missing or of another type, or a dtype is not a floating-point one.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { lamb } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = lamb({ learningRate: 0.1 });
 * const params = { x: tensor([5]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([30]) }, params);
 * assertAlmostEquals(next.x.item(), 4.5, 1e-6);
 * ```
 */
export function lamb(options: LambOptions): Transform<unknown, LambState> {
  checkOptionNames("lamb", options, LAMB_OPTIONS);
  const { learningRate, eps = 1e-6, weightDecay = 0, weightDecayMask = true, ...rest } = options;
  checkScalar("lamb", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdamOptions("lamb", options);
  checkScalar("lamb", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "lamb",
    scaleByAdam({ ...rest, eps }),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByTrustRatio(),
    scaleByLearningRate(learningRate),
  );
}
