/**
 * RAdam, rectified Adam.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, host, multiply, sqrt } from "../tensor/mod.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, type Domain, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { biasCorrection, castLike, correctedMean, movingMean, movingSquare } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import { checkAdamOptions } from "./scale_by_adam.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByRadam}. */
export interface ScaleByRadamOptions {
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** Added to the second moment under the root. @default {0} */
  readonly epsRoot?: ScalarOrSchedule;
  /** The length of the average from which on updates are divided by the root; not below 4. @default {5} */
  readonly threshold?: ScalarOrSchedule;
  /** Looks a step ahead. @default {false} */
  readonly nesterov?: boolean;
}

const SCALE_BY_RADAM_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  epsRoot: true,
  threshold: true,
  nesterov: true,
} as const;

/** The state of {@linkcode scaleByRadam}. */
export interface ScaleByRadamState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByRadam";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly epsRoot: number;
    readonly threshold: number;
  };
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of their squares, a tree like the params. */
  readonly secondMoment: Tree;
}

/** Below 4 the variance that is rectified does not exist. */
const FROM_FOUR: Domain = {
  text: "a finite number not below 4",
  includes: (value) => Number.isFinite(value) && value >= 4,
};

/** Throws unless the options of RAdam are right, in the name of `operation`. */
function checkRadamOptions(operation: string, options: ScaleByRadamOptions): void {
  checkAdamOptions(operation, options);
  checkScalar(operation, "threshold", options.threshold ?? 5, FROM_FOUR);
}

/** The factor `r` of a step, or 0 where the average is too short for one. */
function rectification(beta2: number, threshold: number, step: number): number {
  const limit = 2 / (1 - beta2) - 1;
  const power = beta2 ** step;
  const length = limit - 2 * step * power / (1 - power);
  if (!(length >= threshold)) return 0;
  return Math.sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length));
}

/**
 * Scales updates as Adam does once its average is long enough to have a variance, as `optax.scale_by_radam`. At step
 * t, from 1, with the moments `m` and `v` of {@linkcode scaleByAdam} and their corrected values `m^` and `v^`:
 *
 * - `l = 2 / (1 - beta2) - 1` and `n = l - 2 t beta2^t / (1 - beta2^t)`
 * - where `n >= threshold`: `u = r m^ / (sqrt(v^ + epsRoot) + eps)` with
 *   `r = sqrt((n - 4) (n - 2) l / ((l - 4) (l - 2) n))`
 * - before that: `u = m^`
 *
 * With `nesterov` the numerator is that of `scaleByAdam`. Liu et al. 2019.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), an eps is negative, or `threshold` is below 4.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByRadam } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const radam = scaleByRadam();
 * const params = { x: tensor(0) };
 * const { updates } = radam.update(radam.init(params), { x: tensor(-20) }, params);
 * assertAlmostEquals(updates.x.item(), -20, 1e-5);
 * ```
 */
export function scaleByRadam(options: ScaleByRadamOptions = {}): Transform<unknown, ScaleByRadamState> {
  checkOptionNames("scaleByRadam", options, SCALE_BY_RADAM_OPTIONS);
  checkRadamOptions("scaleByRadam", options);
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8, epsRoot = 0, threshold = 5, nesterov = false } = options;
  return transform<ScaleByRadamState>({
    name: "scaleByRadam",
    hyperparameters: { beta1, beta2, eps, epsRoot, threshold },
    options: { nesterov },
    init: (params) => ({ firstMoment: zerosLikeTree(params), secondMoment: zerosLikeTree(params) }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps, epsRoot, threshold }, step }) => {
      const firstMoment = movingMean("scaleByRadam", state.firstMoment, grads, beta1);
      const secondMoment = movingSquare("scaleByRadam", state.secondMoment, grads, beta2);
      const numerator = correctedMean("scaleByRadam", firstMoment, grads, { beta: beta1, step, nesterov });
      const ofSecond = biasCorrection(beta2, step);
      const factor = host(rectification, beta2, threshold, step);
      const ofNumerator = host((r) => r === 0 ? 1 : r, factor);
      // A step that is not rectified divides by 0 * root + 1.
      const ofRoot = host((r) => r === 0 ? 0 : 1, factor);
      const rest = host((r) => r === 0 ? 1 : 0, factor);
      const updates = zipLeaves(
        "scaleByRadam",
        [grads, numerator, secondMoment],
        (g, m, v) => {
          const root = add(sqrt(add(multiply(v, ofSecond), epsRoot)), eps);
          return cast(divide(multiply(m, ofNumerator), add(multiply(root, ofRoot), rest)), g.dtype);
        },
      );
      return {
        state: {
          firstMoment: castLike("scaleByRadam", firstMoment, state.firstMoment),
          secondMoment: castLike("scaleByRadam", secondMoment, state.secondMoment),
        },
        updates,
      };
    },
  });
}

/** Options of {@linkcode radam}. */
export interface RadamOptions extends ScaleByRadamOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
}

const RADAM_OPTIONS = { learningRate: true, ...SCALE_BY_RADAM_OPTIONS } as const;

/** The state of {@linkcode radam}. */
export interface RadamState {
  /** The name of the function that made the optimizer. */
  readonly kind: "radam";
  /** The moments. */
  readonly scaleByRadam: ScaleByRadamState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Rectified Adam, as `optax.radam`: `scaleByRadam`, then `scaleByLearningRate`. The first steps are those of plain
 * momentum, in the unit of gradients. Liu et al. 2019.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), `threshold` is below 4, or another number is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { radam } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = radam({ learningRate: 0.1 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertAlmostEquals(next.x.item(), 0.7, 1e-6);
 * ```
 */
export function radam(options: RadamOptions): Transform<unknown, RadamState> {
  checkOptionNames("radam", options, RADAM_OPTIONS);
  const { learningRate, ...rest } = options;
  checkScalar("radam", "learningRate", learningRate, NOT_NEGATIVE);
  checkRadamOptions("radam", options);
  return namedChain("radam", scaleByRadam(rest), scaleByLearningRate(learningRate));
}
