/**
 * The scaling that Adam does.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, type DType, multiply, sqrt } from "../tensor/mod.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import {
  biasCorrection,
  castLike,
  checkDtype,
  correctedMean,
  movingMean,
  movingSquare,
  zerosIn,
} from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByAdam}. */
export interface ScaleByAdamOptions {
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** Added to the second moment under the root; above 0 it keeps gradients through the update finite. @default {0} */
  readonly epsRoot?: ScalarOrSchedule;
  /** Looks a step ahead, which makes NAdam. @default {false} */
  readonly nesterov?: boolean;
  /** The dtype in which the first moment is kept; by default that of each leaf. */
  readonly firstMomentDtype?: DType;
  /** The dtype in which the second moment is kept; by default that of each leaf. */
  readonly secondMomentDtype?: DType;
}

/** The names of those options. */
export const SCALE_BY_ADAM_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  epsRoot: true,
  nesterov: true,
  firstMomentDtype: true,
  secondMomentDtype: true,
} as const;

/** The state of {@linkcode scaleByAdam}. */
export interface ScaleByAdamState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByAdam";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly epsRoot: number;
  };
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of their squares, a tree like the params. */
  readonly secondMoment: Tree;
}

/** Throws unless the options of Adam are right, in the name of `operation`. */
export function checkAdamOptions(operation: string, options: ScaleByAdamOptions): void {
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8, epsRoot = 0 } = options;
  checkScalar(operation, "beta1", beta1, FRACTION);
  checkScalar(operation, "beta2", beta2, FRACTION);
  checkScalar(operation, "eps", eps, NOT_NEGATIVE);
  checkScalar(operation, "epsRoot", epsRoot, NOT_NEGATIVE);
  checkDtype(operation, "firstMomentDtype", options.firstMomentDtype);
  checkDtype(operation, "secondMomentDtype", options.secondMomentDtype);
}

/**
 * Scales updates by moving means of them and of their squares, as `optax.scale_by_adam`. At step t, from 1:
 *
 * - `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`
 * - `u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t) + epsRoot) + eps)`
 * - with `nesterov` the numerator is `beta1 m / (1 - beta1^(t + 1)) + (1 - beta1) g / (1 - beta1^t)`
 *
 * The bias corrections are computed in double precision. A moment of a dtype of its own is rounded to it at the
 * end of the step. Kingma and Ba 2014, Dozat 2016.
 *
 * @throws {TypeError} If an option is of another type, or a dtype is not a floating-point one.
 * @throws {RangeError} If a beta is outside of [0, 1), or an eps is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByAdam } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const adam = scaleByAdam();
 * const params = { x: tensor(0) };
 * const { updates } = adam.update(adam.init(params), { x: tensor(-20) }, params);
 * assertAlmostEquals(updates.x.item(), -1, 1e-6);
 * ```
 */
export function scaleByAdam(options: ScaleByAdamOptions = {}): Transform<unknown, ScaleByAdamState> {
  checkOptionNames("scaleByAdam", options, SCALE_BY_ADAM_OPTIONS);
  checkAdamOptions("scaleByAdam", options);
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8, epsRoot = 0, nesterov = false } = options;
  return transform<ScaleByAdamState>({
    name: "scaleByAdam",
    hyperparameters: { beta1, beta2, eps, epsRoot },
    options: { nesterov },
    init: (params) => ({
      firstMoment: zerosIn(params, options.firstMomentDtype),
      secondMoment: zerosIn(params, options.secondMomentDtype),
    }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps, epsRoot }, step }) => {
      const firstMoment = movingMean("scaleByAdam", state.firstMoment, grads, beta1);
      const secondMoment = movingSquare("scaleByAdam", state.secondMoment, grads, beta2);
      const numerator = correctedMean("scaleByAdam", firstMoment, grads, { beta: beta1, step, nesterov });
      const ofSecond = biasCorrection(beta2, step);
      const updates = zipLeaves(
        "scaleByAdam",
        [grads, numerator, secondMoment],
        (g, m, v) => cast(divide(m, add(sqrt(add(multiply(v, ofSecond), epsRoot)), eps)), g.dtype),
      );
      return {
        state: {
          firstMoment: castLike("scaleByAdam", firstMoment, state.firstMoment),
          secondMoment: castLike("scaleByAdam", secondMoment, state.secondMoment),
        },
        updates,
      };
    },
  });
}
