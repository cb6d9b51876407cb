/**
 * Lion, which steps by the sign of a mean.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  abs,
  add,
  cast,
  type DType,
  host,
  less,
  multiply,
  sign,
  tanh,
  type Tensor,
  where,
} from "../tensor/mod.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkChoice, checkScalar, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { castLike, checkDtype, movingMean, zerosIn } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import { checkAdamOptions } from "./scale_by_adam.ts";
import type { Selector } from "./select.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByLion}. */
export interface ScaleByLionOptions {
  /** How much the mean counts beside the update in what is stepped by, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the mean, below 1. @default {0.99} */
  readonly beta2?: ScalarOrSchedule;
  /** The dtype in which the mean is kept; by default that of each leaf. */
  readonly firstMomentDtype?: DType;
  /** What is made of the sum: its sign, a `tanh`, or itself where its size is below 1. @default {"hard"} */
  readonly mode?: "hard" | "smooth" | "refined";
  /** How steep the `tanh` of the mode "smooth" is; above 0. @default {1} */
  readonly smoothBeta?: ScalarOrSchedule;
}

const SCALE_BY_LION_OPTIONS = {
  beta1: true,
  beta2: true,
  firstMomentDtype: true,
  mode: true,
  smoothBeta: true,
} as const;

/** The state of {@linkcode scaleByLion}. */
export interface ScaleByLionState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByLion";
  /** What the last step used. */
  readonly hyperparameters: { readonly beta1: number; readonly beta2: number; readonly smoothBeta: number };
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
}

/** Throws unless the options of Lion are right, in the name of `operation`. */
function checkLionOptions(operation: string, options: ScaleByLionOptions): void {
  checkAdamOptions(operation, options);
  checkChoice(operation, "mode", options.mode ?? "hard", ["hard", "smooth", "refined"]);
  checkScalar(operation, "smoothBeta", options.smoothBeta ?? 1, POSITIVE);
  checkDtype(operation, "firstMomentDtype", options.firstMomentDtype);
}

/**
 * Scales updates to the sign of their sum with a moving mean, as `optax.scale_by_lion`:
 *
 * - `c = beta1 m + (1 - beta1) g` and `u = sign(c)`; in the mode "smooth" `u = tanh(smoothBeta c)`, in "refined"
 *   `u = c` where `|c| < 1` and its sign elsewhere
 * - then `m = beta2 m + (1 - beta2) g`
 *
 * Chen et al. 2023.
 *
 * @throws {TypeError} If an option is of another type, the mode is unknown, or the dtype not a floating-point one.
 * @throws {RangeError} If a beta is outside of [0, 1), or `smoothBeta` is not above 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByLion } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const lion = scaleByLion({ beta1: 0.5, beta2: 0.5 });
 * const params = { x: tensor([0, 0]) };
 * const first = lion.update(lion.init(params), { x: tensor([8, -2]) }, params);
 * const second = lion.update(first.state, { x: tensor([-3, -2]) }, params);
 * assertEquals(second.updates.x.toArray(), [1, -1]);
 * ```
 */
export function scaleByLion(options: ScaleByLionOptions = {}): Transform<unknown, ScaleByLionState> {
  checkOptionNames("scaleByLion", options, SCALE_BY_LION_OPTIONS);
  checkLionOptions("scaleByLion", options);
  const { beta1 = 0.9, beta2 = 0.99, firstMomentDtype, mode = "hard", smoothBeta = 1 } = options;
  return transform<ScaleByLionState>({
    name: "scaleByLion",
    hyperparameters: { beta1, beta2, smoothBeta },
    options: { mode },
    init: (params) => ({ firstMoment: zerosIn(params, firstMomentDtype) }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, smoothBeta } }) => {
      const gain = host((beta) => 1 - beta, beta1);
      const direction = (x: Tensor): Tensor => {
        if (mode === "smooth") return tanh(multiply(x, smoothBeta));
        return mode === "hard" ? sign(x) : where(less(abs(x), 1), x, sign(x));
      };
      const updates = zipLeaves(
        "scaleByLion",
        [grads, state.firstMoment],
        (g, m) => cast(direction(add(multiply(g, gain), multiply(m, beta1))), g.dtype),
      );
      const firstMoment = movingMean("scaleByLion", state.firstMoment, grads, beta2);
      return { state: { firstMoment: castLike("scaleByLion", firstMoment, state.firstMoment) }, updates };
    },
  });
}

/** Options of {@linkcode lion}. */
export interface LionOptions extends ScaleByLionOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the params, times the learning rate at each step; not negative. @default {1e-3} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const LION_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  ...SCALE_BY_LION_OPTIONS,
} as const;

/** The state of {@linkcode lion}. */
export interface LionState {
  /** The name of the function that made the optimizer. */
  readonly kind: "lion";
  /** The moment. */
  readonly scaleByLion: ScaleByLionState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Lion, as `optax.lion`: `scaleByLion`, `addDecayedWeights`, then `scaleByLearningRate`. Every step has the length
 * of the learning rate, so it wants a smaller one than Adam, and a larger weight decay. Chen et al. 2023.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { lion } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = lion({ learningRate: 0.1, weightDecay: 0.5 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.85, 1e-6);
 * ```
 */
export function lion(options: LionOptions): Transform<unknown, LionState> {
  checkOptionNames("lion", options, LION_OPTIONS);
  const { learningRate, weightDecay = 1e-3, weightDecayMask = true, ...rest } = options;
  checkScalar("lion", "learningRate", learningRate, NOT_NEGATIVE);
  checkLionOptions("lion", options);
  checkScalar("lion", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "lion",
    scaleByLion(rest),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
}
