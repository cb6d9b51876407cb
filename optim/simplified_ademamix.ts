/**
 * Simplified AdEMAMix: one sum of gradients in the place of two moving means.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, divide, host, multiply, sqrt, square } from "../tensor/mod.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import type { Selector } from "./select.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleBySimplifiedAdemamix}. */
export interface ScaleBySimplifiedAdemamixOptions {
  /** Decay of the sum of gradients, below 1. @default {0.99} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.95} */
  readonly beta2?: ScalarOrSchedule;
  /** The weight of the gradient of the step. @default {0} */
  readonly alpha?: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** Added to the second moment under the root. @default {0} */
  readonly epsRoot?: ScalarOrSchedule;
}

const SCALE_BY_SIMPLIFIED_ADEMAMIX_OPTIONS = {
  beta1: true,
  beta2: true,
  alpha: true,
  eps: true,
  epsRoot: true,
} as const;

/** The state of {@linkcode scaleBySimplifiedAdemamix}. */
export interface ScaleBySimplifiedAdemamixState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleBySimplifiedAdemamix";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly alpha: number;
    readonly eps: number;
    readonly epsRoot: number;
  };
  /** The decaying sum of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of their squares, a tree like the params. */
  readonly secondMoment: Tree;
}

function checkOptions(operation: string, options: ScaleBySimplifiedAdemamixOptions): void {
  const { beta1 = 0.99, beta2 = 0.95, alpha = 0, eps = 1e-8, epsRoot = 0 } = options;
  checkScalar(operation, "beta1", beta1, FRACTION);
  checkScalar(operation, "beta2", beta2, FRACTION);
  checkScalar(operation, "alpha", alpha, NOT_NEGATIVE);
  checkScalar(operation, "eps", eps, NOT_NEGATIVE);
  checkScalar(operation, "epsRoot", epsRoot, NOT_NEGATIVE);
}

/**
 * Scales a decaying sum of updates by the moving mean of their squares, as
 * `optax.contrib.scale_by_simplified_ademamix`. At step t, from 1:
 *
 * - `m = beta1 m + g`, `v = beta2 v + (1 - beta2) g^2`
 * - `u = (m + alpha g) / (sqrt(v / (1 - beta2^t) + epsRoot) + eps)`
 *
 * The sum is not a mean: updates are up to `1 / (1 - beta1)` times as large as Adam's, and want a learning
 * rate that is smaller by as much. Morwani et al. 2025.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleBySimplifiedAdemamix } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const ademamix = scaleBySimplifiedAdemamix({ alpha: 2 });
 * const params = { x: tensor(0) };
 * const { updates } = ademamix.update(ademamix.init(params), { x: tensor(-20) }, params);
 * assertAlmostEquals(updates.x.item(), -3, 1e-6);
 * ```
 */
export function scaleBySimplifiedAdemamix(
  options: ScaleBySimplifiedAdemamixOptions = {},
): Transform<unknown, ScaleBySimplifiedAdemamixState> {
  checkOptionNames("scaleBySimplifiedAdemamix", options, SCALE_BY_SIMPLIFIED_ADEMAMIX_OPTIONS);
  checkOptions("scaleBySimplifiedAdemamix", options);
  const { beta1 = 0.99, beta2 = 0.95, alpha = 0, eps = 1e-8, epsRoot = 0 } = options;
  return transform<ScaleBySimplifiedAdemamixState>({
    name: "scaleBySimplifiedAdemamix",
    hyperparameters: { beta1, beta2, alpha, eps, epsRoot },
    init: (params) => ({ firstMoment: zerosLikeTree(params), secondMoment: zerosLikeTree(params) }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, alpha, eps, epsRoot }, step }) => {
      const firstMoment = zipLeaves(
        "scaleBySimplifiedAdemamix",
        [state.firstMoment, grads],
        (m, g) => add(multiply(m, beta1), g),
      );
      const gain = host((beta) => 1 - beta, beta2);
      const secondMoment = zipLeaves(
        "scaleBySimplifiedAdemamix",
        [state.secondMoment, grads],
        (v, g) => add(multiply(v, beta2), multiply(square(g), gain)),
      );
      const correction = host((beta, t) => 1 / (1 - beta ** t), beta2, step);
      const updates = zipLeaves(
        "scaleBySimplifiedAdemamix",
        [grads, firstMoment, secondMoment],
        (g, m, v) =>
          divide(add(m, multiply(g, alpha)), add(sqrt(add(multiply(v, correction), epsRoot)), eps)),
      );
      return { state: { firstMoment, secondMoment }, updates };
    },
  });
}

/** Options of {@linkcode simplifiedAdemamix}. */
export interface SimplifiedAdemamixOptions extends ScaleBySimplifiedAdemamixOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the params, times the learning rate at each step; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const SIMPLIFIED_ADEMAMIX_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  ...SCALE_BY_SIMPLIFIED_ADEMAMIX_OPTIONS,
} as const;

/** The state of {@linkcode simplifiedAdemamix}. */
export interface SimplifiedAdemamixState {
  /** The name of the function that made the optimizer. */
  readonly kind: "simplifiedAdemamix";
  /** The moments. */
  readonly scaleBySimplifiedAdemamix: ScaleBySimplifiedAdemamixState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Simplified AdEMAMix, as `optax.contrib.simplified_ademamix`: `scaleBySimplifiedAdemamix`,
 * `addDecayedWeights`, then `scaleByLearningRate`. Morwani et al. 2025.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { simplifiedAdemamix } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = simplifiedAdemamix({ learningRate: 0.1 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.9, 1e-6);
 * ```
 */
export function simplifiedAdemamix(
  options: SimplifiedAdemamixOptions,
): Transform<unknown, SimplifiedAdemamixState> {
  checkOptionNames("simplifiedAdemamix", options, SIMPLIFIED_ADEMAMIX_OPTIONS);
  const { learningRate, weightDecay = 0, weightDecayMask = true, ...rest } = options;
  checkScalar("simplifiedAdemamix", "learningRate", learningRate, NOT_NEGATIVE);
  checkOptions("simplifiedAdemamix", options);
  checkScalar("simplifiedAdemamix", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "simplifiedAdemamix",
    scaleBySimplifiedAdemamix(rest),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
}
