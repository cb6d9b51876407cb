/**
 * Rprop, with a step size of its own for each element.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { cast, equal, less, maximum, minimum, multiply, sign, where } from "../tensor/mod.ts";
import { namedChain } from "./chain.ts";
import { checkNumber, checkScalar, FRACTION, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { fullLikeTree } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scale, type ScaleState } from "./scale.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByRprop}. */
export interface ScaleByRpropOptions {
  /** The step size of each element before the first step; not negative. */
  readonly learningRate: number;
  /** What a step size is multiplied by where the sign changes; below 1. @default {0.5} */
  readonly etaMinus?: ScalarOrSchedule;
  /** What a step size is multiplied by where the sign stays; above 0. @default {1.2} */
  readonly etaPlus?: ScalarOrSchedule;
  /** The smallest step size; not negative. @default {1e-6} */
  readonly minStepSize?: ScalarOrSchedule;
  /** The largest step size; not negative. @default {50} */
  readonly maxStepSize?: ScalarOrSchedule;
  /** Hands on the update of the step before, and none at first, as optax 0.2.8 does. @default {false} */
  readonly stale?: boolean;
}

const SCALE_BY_RPROP_OPTIONS = {
  learningRate: true,
  etaMinus: true,
  etaPlus: true,
  minStepSize: true,
  maxStepSize: true,
  stale: true,
} as const;

/** The state of {@linkcode scaleByRprop}. */
export interface ScaleByRpropState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByRprop";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly etaMinus: number;
    readonly etaPlus: number;
    readonly minStepSize: number;
    readonly maxStepSize: number;
  };
  /** The step size of each element, a tree like the params. */
  readonly stepSizes: Tree;
  /** The step of each element with its sign, a tree like the params. */
  readonly previousUpdates: Tree;
}

/** Throws unless the options of Rprop are right, in the name of `operation`. */
function checkRpropOptions(operation: string, options: ScaleByRpropOptions): void {
  checkNumber(operation, "learningRate", options.learningRate, NOT_NEGATIVE);
  checkScalar(operation, "etaMinus", options.etaMinus ?? 0.5, FRACTION);
  checkScalar(operation, "etaPlus", options.etaPlus ?? 1.2, POSITIVE);
  checkScalar(operation, "minStepSize", options.minStepSize ?? 1e-6, NOT_NEGATIVE);
  checkScalar(operation, "maxStepSize", options.maxStepSize ?? 50, NOT_NEGATIVE);
}

/**
 * Steps by the sign of each update with a size that grows while the sign stays and shrinks where it changes. With
 * the step `u'` before and the sizes `s`, for each element:
 *
 * - where `g u' > 0`: `s = min(max(etaPlus s, minStepSize), maxStepSize)` and `u = s sign(g)`
 * - where `g u' < 0`: the same with `etaMinus`, and `u = 0`, which makes the next step neutral
 * - where `g u' = 0`: s stays, and `u = s sign(g)`
 *
 * `optax.scale_by_rprop` 0.2.8 hands on `u'` in place of u, so its first step is none and all are one late; with
 * `stale` this does the same. Riedmiller and Braun 1993.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If `etaMinus` is outside of [0, 1), `etaPlus` not above 0, or another number is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByRprop } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const rprop = scaleByRprop({ learningRate: 0.5, etaPlus: 2 });
 * const params = { x: tensor([0, 0]) };
 * const first = rprop.update(rprop.init(params), { x: tensor([3, -7]) }, params);
 * const second = rprop.update(first.state, { x: tensor([1, 1]) }, params);
 * assertEquals([first.updates.x.toArray(), second.updates.x.toArray()], [[0.5, -0.5], [1, 0]]);
 * ```
 */
export function scaleByRprop(options: ScaleByRpropOptions): Transform<unknown, ScaleByRpropState> {
  checkOptionNames("scaleByRprop", options, SCALE_BY_RPROP_OPTIONS);
  checkRpropOptions("scaleByRprop", options);
  const { learningRate, etaMinus = 0.5, etaPlus = 1.2, minStepSize = 1e-6, maxStepSize = 50 } = options;
  const { stale = false } = options;
  return transform<ScaleByRpropState>({
    name: "scaleByRprop",
    hyperparameters: { etaMinus, etaPlus, minStepSize, maxStepSize },
    options: { learningRate, stale },
    init: (params) => ({
      stepSizes: fullLikeTree(params, learningRate),
      previousUpdates: zerosLikeTree(params),
    }),
    update: ({ state, grads, hyperparameters: { etaMinus, etaPlus, minStepSize, maxStepSize } }) => {
      // Signs, since the product of two small numbers may be 0.
      const agreement = zipLeaves(
        "scaleByRprop",
        [grads, state.previousUpdates],
        (g, previous) => multiply(sign(g), cast(sign(previous), g.dtype)),
      );
      const stepSizes = zipLeaves(
        "scaleByRprop",
        [state.stepSizes, agreement],
        (size, agrees) => {
          const changed = where(less(agrees, 0), multiply(size, etaMinus), multiply(size, etaPlus));
          const bounded = minimum(maximum(changed, minStepSize), maxStepSize);
          return cast(where(equal(agrees, 0), size, bounded), size.dtype);
        },
      );
      const steps = zipLeaves(
        "scaleByRprop",
        [grads, agreement, stepSizes],
        (g, agrees, size) => where(less(agrees, 0), 0, multiply(cast(size, g.dtype), sign(g))),
      );
      const late = zipLeaves(
        "scaleByRprop",
        [grads, agreement, state.previousUpdates],
        (g, agrees, previous) => where(less(agrees, 0), 0, cast(previous, g.dtype)),
      );
      const previousUpdates = zipLeaves(
        "scaleByRprop",
        [state.previousUpdates, steps],
        (previous, taken) => cast(taken, previous.dtype),
      );
      return { state: { stepSizes, previousUpdates }, updates: stale ? late : steps };
    },
  });
}

/** The state of {@linkcode rprop}. */
export interface RpropState {
  /** The name of the function that made the optimizer. */
  readonly kind: "rprop";
  /** The step sizes. */
  readonly scaleByRprop: ScaleByRpropState;
  /** The minus sign. */
  readonly scale: ScaleState;
}

/**
 * Rprop, for gradients of the whole data: `scaleByRprop`, then `scale(-1)`. The learning rate is that of the first
 * step; afterwards each element has its own. It steps at once as torch's, where `optax.rprop` 0.2.8 is a step late
 * (see {@linkcode scaleByRprop}). Riedmiller and Braun 1993.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If `etaMinus` is outside of [0, 1), `etaPlus` not above 0, or another number is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { rprop } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = rprop({ learningRate: 0.25 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertEquals(next.x.item(), 0.75);
 * ```
 */
export function rprop(options: ScaleByRpropOptions): Transform<unknown, RpropState> {
  checkOptionNames("rprop", options, SCALE_BY_RPROP_OPTIONS);
  checkRpropOptions("rprop", options);
  return namedChain("rprop", scaleByRprop(options), scale(-1));
}
