/**
 * Steps by signs whose sizes follow the agreement of one gradient with the one before.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, equal, host, less, maximum, minimum, multiply, sign, where } from "../tensor/mod.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { countGradients, leafNumbers, type NumberTree, zipNumbers } from "./leaf_numbers.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleBySignAgreement}. */
export interface ScaleBySignAgreementOptions {
  /** The step size of each element in the first step; what a schedule says later is not used. */
  readonly learningRate: ScalarOrSchedule;
  /** What a step size is multiplied by where the sign changes; below 1. @default {0.5} */
  readonly etaMinus?: ScalarOrSchedule;
  /** What a step size is multiplied by where the sign stays; above 0. @default {1.2} */
  readonly etaPlus?: ScalarOrSchedule;
  /** The smallest step size; not negative. @default {1e-6} */
  readonly minStepSize?: ScalarOrSchedule;
  /** The largest step size; not negative. @default {50} */
  readonly maxStepSize?: ScalarOrSchedule;
}

const SCALE_BY_SIGN_AGREEMENT_OPTIONS = {
  learningRate: true,
  etaMinus: true,
  etaPlus: true,
  minStepSize: true,
  maxStepSize: true,
} as const;

/** The state of {@linkcode scaleBySignAgreement}. */
export interface ScaleBySignAgreementState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleBySignAgreement";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly learningRate: number;
    readonly etaMinus: number;
    readonly etaPlus: number;
    readonly minStepSize: number;
    readonly maxStepSize: number;
  };
  /** In how many steps each leaf had a gradient, a tree like the params. */
  readonly steps: NumberTree;
  /** The step size of each element, a tree like the params. */
  readonly stepSizes: Tree;
  /** The gradient before, 0 where its sign had changed; a tree like the params. */
  readonly previousGrads: Tree;
}

/**
 * Rprop as torch and MindSpore have it. With the gradient `g'` before and the step sizes `s`, which are the learning
 * rate in the first step, for each element:
 *
 * - `s = min(max(s e, minStepSize), maxStepSize)` with e being `etaPlus` where `g g' > 0`, `etaMinus` where
 *   `g g' < 0` and else 1
 * - `u = s sign(g)`, and 0 where `g g' < 0`, which makes the next step neutral
 *
 * `scaleByRprop` is optax's form, which keeps the steps in place of the gradients, and lets a first step size outside
 * of the bounds be. Riedmiller and Braun 1993.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If `etaMinus` is outside of [0, 1), `etaPlus` not above 0, or another number is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleBySignAgreement } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const steps = scaleBySignAgreement({ learningRate: 0.5, etaPlus: 2 });
 * const params = { x: tensor([0, 0]) };
 * const first = steps.update(steps.init(params), { x: tensor([3, -7]) }, params);
 * const second = steps.update(first.state, { x: tensor([1, 1]) }, params);
 * assertEquals([first.updates.x.toArray(), second.updates.x.toArray()], [[0.5, -0.5], [1, 0]]);
 * ```
 */
export function scaleBySignAgreement(
  options: ScaleBySignAgreementOptions,
): Transform<unknown, ScaleBySignAgreementState> {
  checkOptionNames("scaleBySignAgreement", options, SCALE_BY_SIGN_AGREEMENT_OPTIONS);
  const { learningRate, etaMinus = 0.5, etaPlus = 1.2, minStepSize = 1e-6, maxStepSize = 50 } = options;
  const name = "scaleBySignAgreement";
  checkScalar(name, "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar(name, "etaMinus", etaMinus, FRACTION);
  checkScalar(name, "etaPlus", etaPlus, POSITIVE);
  checkScalar(name, "minStepSize", minStepSize, NOT_NEGATIVE);
  checkScalar(name, "maxStepSize", maxStepSize, NOT_NEGATIVE);
  return transform<ScaleBySignAgreementState>({
    name,
    hyperparameters: { learningRate, etaMinus, etaPlus, minStepSize, maxStepSize },
    init: (params) => ({
      steps: leafNumbers(params, 0),
      stepSizes: zerosLikeTree(params),
      previousGrads: zerosLikeTree(params),
    }),
    update: ({ state, grads, hyperparameters }) => {
      const { learningRate, etaMinus, etaPlus, minStepSize, maxStepSize } = hyperparameters;
      const steps = countGradients(name, state.steps, grads);
      // Signs, since the product of two small numbers may be 0.
      const agreement = zipLeaves(
        name,
        [grads, state.previousGrads],
        (g, previous) => multiply(sign(g), cast(sign(previous), g.dtype)),
      );
      const stepSizes = zipNumbers(
        name,
        [state.stepSizes, agreement],
        state.steps,
        ([size, agrees], before) => {
          // Step sizes are 0 before a leaf's first step, and there the rate is added; later nothing is.
          const first = host((t, rate) => t === 0 ? rate : 0, before, learningRate);
          const from = add(size, first);
          const turned = where(less(agrees, 0), multiply(from, etaMinus), multiply(from, etaPlus));
          const changed = where(equal(agrees, 0), from, turned);
          return cast(minimum(maximum(changed, minStepSize), maxStepSize), size.dtype);
        },
      );
      const previousGrads = zipLeaves(
        name,
        [state.previousGrads, grads, agreement],
        (previous, g, agrees) => cast(where(less(agrees, 0), 0, g), previous.dtype),
      );
      const updates = zipLeaves(
        name,
        [grads, agreement, stepSizes],
        (g, agrees, size) => where(less(agrees, 0), 0, multiply(cast(size, g.dtype), sign(g))),
      );
      return { state: { steps, stepSizes, previousGrads }, updates };
    },
  });
}
