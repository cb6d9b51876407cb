/**
 * ADOPT: Adam changed so that it converges with any beta2.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  type DType,
  host,
  maximum,
  minimum,
  multiply,
  sqrt,
  square,
  type Tensor,
} from "../tensor/mod.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, type Domain, FRACTION, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { castLike, checkDtype, zerosIn } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import type { Selector } from "./select.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByAdopt}. */
export interface ScaleByAdoptOptions {
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.9999} */
  readonly beta2?: ScalarOrSchedule;
  /** The least that updates are divided by; above 0. @default {1e-6} */
  readonly eps?: ScalarOrSchedule;
  /**
   * How large an element of a scaled update may be before it enters the first moment; `Infinity` clips
   * nothing. By default the fourth root of the count of steps.
   */
  readonly clipValue?: ScalarOrSchedule;
  /** Looks a step ahead, as Nesterov's method does. @default {false} */
  readonly nesterov?: boolean;
  /** The dtype in which the first moment is kept; by default that of each leaf. */
  readonly firstMomentDtype?: DType;
}

const SCALE_BY_ADOPT_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  clipValue: true,
  nesterov: true,
  firstMomentDtype: true,
} as const;

/** The state of {@linkcode scaleByAdopt}. */
export interface ScaleByAdoptState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByAdopt";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly clipValue: number;
  };
  /** The moving mean of the scaled updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of the squares of the updates, a tree like the params. */
  readonly secondMoment: Tree;
}

const CLIP: Domain = { text: "a number above 0", includes: (value) => value > 0 };

function fourthRoot(count: number): number {
  return count ** 0.25;
}

function checkOptions(operation: string, options: ScaleByAdoptOptions): void {
  const { beta1 = 0.9, beta2 = 0.9999, eps = 1e-6, clipValue = fourthRoot } = options;
  checkScalar(operation, "beta1", beta1, FRACTION);
  checkScalar(operation, "beta2", beta2, FRACTION);
  checkScalar(operation, "eps", eps, POSITIVE);
  checkScalar(operation, "clipValue", clipValue, CLIP);
  checkDtype(operation, "firstMomentDtype", options.firstMomentDtype);
}

/**
 * Scales updates by the second moment of the steps before and takes the moving mean of what comes out, as
 * `optax.contrib.scale_by_adopt`. The first step only sets `v = g^2` and moves nothing; then, with `v` from
 * before the step and `c` for `clipValue`:
 *
 * - `n = clip(g / max(sqrt(v), eps), -c, c)`
 * - `m = beta1 m + (1 - beta1) n`, `v = beta2 v + (1 - beta2) g^2`
 * - `u = m`, or `u = beta1 m + (1 - beta1) n` with `nesterov`
 *
 * Taniguchi et al. 2024.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is not above 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByAdopt } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const adopt = scaleByAdopt({ beta1: 0.5 });
 * const params = { x: tensor(0) };
 * const first = adopt.update(adopt.init(params), { x: tensor(4) }, params);
 * const second = adopt.update(first.state, { x: tensor(2) }, params);
 * assertAlmostEquals(first.updates.x.item(), 0);
 * assertAlmostEquals(second.updates.x.item(), 0.25, 1e-6);
 * ```
 */
export function scaleByAdopt(options: ScaleByAdoptOptions = {}): Transform<unknown, ScaleByAdoptState> {
  checkOptionNames("scaleByAdopt", options, SCALE_BY_ADOPT_OPTIONS);
  checkOptions("scaleByAdopt", options);
  const { beta1 = 0.9, beta2 = 0.9999, eps = 1e-6, clipValue = fourthRoot, nesterov = false } = options;
  return transform<ScaleByAdoptState>({
    name: "scaleByAdopt",
    hyperparameters: { beta1, beta2, eps, clipValue },
    init: (params) => ({
      firstMoment: zerosIn(params, options.firstMomentDtype),
      secondMoment: zerosLikeTree(params),
    }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps, clipValue }, count }) => {
      const stay1 = host((beta, count) => count === 0 ? 1 : beta, beta1, count);
      const gain1 = host((stay) => 1 - stay, stay1);
      const stay2 = host((beta, count) => count === 0 ? 0 : beta, beta2, count);
      const gain2 = host((stay) => 1 - stay, stay2);
      const least = host((value) => -value, clipValue);
      const mean = (m: Tensor, n: Tensor): Tensor => add(multiply(m, stay1), multiply(n, gain1));
      const scaled = zipLeaves(
        "scaleByAdopt",
        [grads, state.secondMoment],
        (g, v) => minimum(maximum(divide(g, maximum(sqrt(v), eps)), least), clipValue),
      );
      const firstMoment = zipLeaves("scaleByAdopt", [state.firstMoment, scaled], mean);
      const secondMoment = zipLeaves(
        "scaleByAdopt",
        [state.secondMoment, grads],
        (v, g) => add(multiply(v, stay2), multiply(square(g), gain2)),
      );
      const updates = zipLeaves(
        "scaleByAdopt",
        [scaled, firstMoment],
        (n, m) => cast(nesterov ? mean(m, n) : m, n.dtype),
      );
      return {
        state: { firstMoment: castLike("scaleByAdopt", firstMoment, state.firstMoment), secondMoment },
        updates,
      };
    },
  });
}

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
  checkOptions("adopt", options);
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
  checkOptions("adoptW", options);
  checkScalar("adoptW", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "adoptW",
    scaleByAdopt(rest),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
}
