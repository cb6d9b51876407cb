/**
 * AMSGrad, which never forgets a large gradient.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, type DType, maximum, multiply, sqrt } from "../tensor/mod.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { biasCorrection, castLike, movingMean, movingSquare, zerosIn } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import { checkAdamOptions } from "./scale_by_adam.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByAmsgrad}. */
export interface ScaleByAmsgradOptions {
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the largest second moment. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** Added to the largest second moment under the root. @default {0} */
  readonly epsRoot?: ScalarOrSchedule;
  /** The dtype in which the first moment is kept; by default that of each leaf. */
  readonly firstMomentDtype?: DType;
  /** The dtype in which the second moment and its largest value are kept; by default that of each leaf. */
  readonly secondMomentDtype?: DType;
  /** Whether the bias of the first moment is corrected. @default {true} */
  readonly firstMomentBiasCorrection?: boolean;
  /** Whether the bias of the second moment is corrected. @default {true} */
  readonly secondMomentBiasCorrection?: boolean;
}

const SCALE_BY_AMSGRAD_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  epsRoot: true,
  firstMomentDtype: true,
  secondMomentDtype: true,
  firstMomentBiasCorrection: true,
  secondMomentBiasCorrection: true,
} as const;

/** The state of {@linkcode scaleByAmsgrad}. */
export interface ScaleByAmsgradState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByAmsgrad";
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
  /** The largest that the second moment was, corrected; a tree like the params. */
  readonly largestSecondMoment: Tree;
}

/**
 * Scales updates as Adam does, but by the largest second moment so far, as `optax.scale_by_amsgrad`. At step t,
 * from 1, with the moments `m` and `v` of {@linkcode scaleByAdam}:
 *
 * - `n = max(n, v / (1 - beta2^t))`
 * - `u = (m / (1 - beta1^t)) / (sqrt(n + epsRoot) + eps)`
 *
 * The largest is taken after the correction, where torch takes it before. Reddi et al. 2018.
 *
 * @throws {TypeError} If an option is of another type, or a dtype is not a floating-point one.
 * @throws {RangeError} If a beta is outside of [0, 1), or an eps is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByAmsgrad } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const amsgrad = scaleByAmsgrad({ beta1: 0, beta2: 0 });
 * const params = { x: tensor(0) };
 * const first = amsgrad.update(amsgrad.init(params), { x: tensor(10) }, params);
 * const second = amsgrad.update(first.state, { x: tensor(5) }, params);
 * assertAlmostEquals(second.updates.x.item(), 0.5, 1e-6);
 * ```
 */
export function scaleByAmsgrad(
  options: ScaleByAmsgradOptions = {},
): Transform<unknown, ScaleByAmsgradState> {
  checkOptionNames("scaleByAmsgrad", options, SCALE_BY_AMSGRAD_OPTIONS);
  checkAdamOptions("scaleByAmsgrad", options);
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8, epsRoot = 0 } = options;
  const { firstMomentBiasCorrection = true, secondMomentBiasCorrection = true } = options;
  return transform<ScaleByAmsgradState>({
    name: "scaleByAmsgrad",
    hyperparameters: { beta1, beta2, eps, epsRoot },
    options: { firstMomentBiasCorrection, secondMomentBiasCorrection },
    init: (params) => ({
      firstMoment: zerosIn(params, options.firstMomentDtype),
      secondMoment: zerosIn(params, options.secondMomentDtype),
      largestSecondMoment: zerosIn(params, options.secondMomentDtype),
    }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps, epsRoot }, step }) => {
      const firstMoment = movingMean("scaleByAmsgrad", state.firstMoment, grads, beta1);
      const secondMoment = movingSquare("scaleByAmsgrad", state.secondMoment, grads, beta2);
      const ofFirst = firstMomentBiasCorrection ? biasCorrection(beta1, step) : 1;
      const ofSecond = secondMomentBiasCorrection ? biasCorrection(beta2, step) : 1;
      const largest = zipLeaves(
        "scaleByAmsgrad",
        [state.largestSecondMoment, secondMoment],
        (n, v) => maximum(n, multiply(v, ofSecond)),
      );
      const updates = zipLeaves(
        "scaleByAmsgrad",
        [grads, firstMoment, largest],
        (g, m, n) => cast(divide(multiply(m, ofFirst), add(sqrt(add(n, epsRoot)), eps)), g.dtype),
      );
      return {
        state: {
          firstMoment: castLike("scaleByAmsgrad", firstMoment, state.firstMoment),
          secondMoment: castLike("scaleByAmsgrad", secondMoment, state.secondMoment),
          largestSecondMoment: castLike("scaleByAmsgrad", largest, state.largestSecondMoment),
        },
        updates,
      };
    },
  });
}

/** Options of {@linkcode amsgrad}. */
export interface AmsgradOptions extends ScaleByAmsgradOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
}

const AMSGRAD_OPTIONS = { learningRate: true, ...SCALE_BY_AMSGRAD_OPTIONS } as const;

/** The state of {@linkcode amsgrad}. */
export interface AmsgradState {
  /** The name of the function that made the optimizer. */
  readonly kind: "amsgrad";
  /** The moments. */
  readonly scaleByAmsgrad: ScaleByAmsgradState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * AMSGrad, as `optax.amsgrad`: `scaleByAmsgrad`, then `scaleByLearningRate`. Reddi et al. 2018.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { amsgrad } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = amsgrad({ learningRate: 0.1 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.9, 1e-6);
 * ```
 */
export function amsgrad(options: AmsgradOptions): Transform<unknown, AmsgradState> {
  checkOptionNames("amsgrad", options, AMSGRAD_OPTIONS);
  const { learningRate, ...rest } = options;
  checkScalar("amsgrad", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdamOptions("amsgrad", options);
  return namedChain("amsgrad", scaleByAmsgrad(rest), scaleByLearningRate(learningRate));
}
