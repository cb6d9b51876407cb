/**
 * ACProp: asynchronous centering and scaling.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, divide, equal, host, multiply, sqrt, square, subtract, where } from "../tensor/mod.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import type { Selector } from "./select.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByAcprop}. */
export interface ScaleByAcpropOptions {
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-16} */
  readonly eps?: ScalarOrSchedule;
  /** Added to the second moment at every step. @default {1e-16} */
  readonly epsRoot?: ScalarOrSchedule;
}

const SCALE_BY_ACPROP_OPTIONS = { beta1: true, beta2: true, eps: true, epsRoot: true } as const;

/** The state of {@linkcode scaleByAcprop}. */
export interface ScaleByAcpropState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByAcprop";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly epsRoot: number;
  };
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of the squares of how far the updates were from that mean, a tree like the params. */
  readonly secondMoment: Tree;
}

function checkOptions(operation: string, options: ScaleByAcpropOptions): void {
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-16, epsRoot = 1e-16 } = options;
  checkScalar(operation, "beta1", beta1, FRACTION);
  checkScalar(operation, "beta2", beta2, FRACTION);
  checkScalar(operation, "eps", eps, NOT_NEGATIVE);
  checkScalar(operation, "epsRoot", epsRoot, NOT_NEGATIVE);
}

/**
 * Scales updates by the second moment of the steps before, centered at the first moment, as
 * `optax.contrib.scale_by_acprop`. With `m` and `v` from before the step:
 *
 * - `u = g / (sqrt(v / (1 - beta2^(t - 1))) + eps)`, and `u = g / (1 + eps)` in the first step
 * - then `v = beta2 v + (1 - beta2) (g - m)^2 + epsRoot` and `m = beta1 m + (1 - beta1) g`
 *
 * Zhuang et al. 2021.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or an eps is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByAcprop } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const acprop = scaleByAcprop();
 * const params = { x: tensor(0) };
 * const first = acprop.update(acprop.init(params), { x: tensor(4) }, params);
 * const second = acprop.update(first.state, { x: tensor(2) }, params);
 * assertAlmostEquals(first.updates.x.item(), 4, 1e-6);
 * assertAlmostEquals(second.updates.x.item(), 0.5, 1e-6);
 * ```
 */
export function scaleByAcprop(options: ScaleByAcpropOptions = {}): Transform<unknown, ScaleByAcpropState> {
  checkOptionNames("scaleByAcprop", options, SCALE_BY_ACPROP_OPTIONS);
  checkOptions("scaleByAcprop", options);
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-16, epsRoot = 1e-16 } = options;
  return transform<ScaleByAcpropState>({
    name: "scaleByAcprop",
    hyperparameters: { beta1, beta2, eps, epsRoot },
    init: (params) => ({ firstMoment: zerosLikeTree(params), secondMoment: zerosLikeTree(params) }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps, epsRoot }, count }) => {
      const gain1 = host((beta) => 1 - beta, beta1);
      const gain2 = host((beta) => 1 - beta, beta2);
      const correction = host((beta, t) => t === 0 ? 1 : 1 / (1 - beta ** t), beta2, count);
      const isFirst = equal(count, 0);
      const updates = zipLeaves(
        "scaleByAcprop",
        [grads, state.secondMoment],
        (g, v) => divide(g, add(sqrt(where(isFirst, 1, multiply(v, correction))), eps)),
      );
      const secondMoment = zipLeaves(
        "scaleByAcprop",
        [state.secondMoment, state.firstMoment, grads],
        (v, m, g) => add(add(multiply(v, beta2), multiply(square(subtract(g, m)), gain2)), epsRoot),
      );
      const firstMoment = zipLeaves(
        "scaleByAcprop",
        [state.firstMoment, grads],
        (m, g) => add(multiply(m, beta1), multiply(g, gain1)),
      );
      return { state: { firstMoment, secondMoment }, updates };
    },
  });
}

/** Options of {@linkcode acprop}. */
export interface AcpropOptions extends ScaleByAcpropOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the params, times the learning rate at each step; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const ACPROP_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  ...SCALE_BY_ACPROP_OPTIONS,
} as const;

/** The state of {@linkcode acprop}. */
export interface AcpropState {
  /** The name of the function that made the optimizer. */
  readonly kind: "acprop";
  /** The moments. */
  readonly scaleByAcprop: ScaleByAcpropState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * ACProp, as `optax.contrib.acprop`: `scaleByAcprop`, `addDecayedWeights`, then `scaleByLearningRate`.
 * Zhuang et al. 2021.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { acprop } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = acprop({ learningRate: 0.1 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(2) }, params);
 * assertAlmostEquals(next.x.item(), 0.8, 1e-6);
 * ```
 */
export function acprop(options: AcpropOptions): Transform<unknown, AcpropState> {
  checkOptionNames("acprop", options, ACPROP_OPTIONS);
  const { learningRate, weightDecay = 0, weightDecayMask = true, ...rest } = options;
  checkScalar("acprop", "learningRate", learningRate, NOT_NEGATIVE);
  checkOptions("acprop", options);
  checkScalar("acprop", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "acprop",
    scaleByAcprop(rest),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
}
