/**
 * Yogi.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, host, multiply, sign, sqrt, square, subtract } from "../tensor/mod.ts";
import { namedChain } from "./chain.ts";
import { checkNumber, checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { biasCorrection, castLike, fullLikeTree, movingMean } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import { checkAdamOptions } from "./scale_by_adam.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByYogi}. */
export interface ScaleByYogiOptions {
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-3} */
  readonly eps?: ScalarOrSchedule;
  /** Added to the second moment under the root. @default {0} */
  readonly epsRoot?: ScalarOrSchedule;
  /** What both moments start from; not negative. @default {1e-6} */
  readonly initialAccumulatorValue?: number;
}

const SCALE_BY_YOGI_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  epsRoot: true,
  initialAccumulatorValue: true,
} as const;

/** The state of {@linkcode scaleByYogi}. */
export interface ScaleByYogiState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByYogi";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly epsRoot: number;
  };
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The second moment, which moves by a share of the square; a tree like the params. */
  readonly secondMoment: Tree;
}

/** Throws unless the options of Yogi are right, in the name of `operation`. */
function checkYogiOptions(operation: string, options: ScaleByYogiOptions): void {
  checkAdamOptions(operation, options);
  const { initialAccumulatorValue = 1e-6 } = options;
  checkNumber(operation, "initialAccumulatorValue", initialAccumulatorValue, NOT_NEGATIVE);
}

/**
 * Scales updates as Adam does, with a second moment that forgets slowly, as `optax.scale_by_yogi`:
 * `v = v - (1 - beta2) sign(v - g^2) g^2`. Both moments start from `initialAccumulatorValue`, and are corrected as
 * those of {@linkcode scaleByAdam}. Zaheer et al. 2018.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByYogi } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const yogi = scaleByYogi({ beta1: 0, beta2: 0.5, eps: 0, initialAccumulatorValue: 2 });
 * const params = { x: tensor(0) };
 * const { updates } = yogi.update(yogi.init(params), { x: tensor(1) }, params);
 * assertAlmostEquals(updates.x.item(), 1 / Math.sqrt(3), 1e-6);
 * ```
 */
export function scaleByYogi(options: ScaleByYogiOptions = {}): Transform<unknown, ScaleByYogiState> {
  checkOptionNames("scaleByYogi", options, SCALE_BY_YOGI_OPTIONS);
  checkYogiOptions("scaleByYogi", options);
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-3, epsRoot = 0, initialAccumulatorValue = 1e-6 } = options;
  return transform<ScaleByYogiState>({
    name: "scaleByYogi",
    hyperparameters: { beta1, beta2, eps, epsRoot },
    options: { initialAccumulatorValue },
    init: (params) => ({
      firstMoment: fullLikeTree(params, initialAccumulatorValue),
      secondMoment: fullLikeTree(params, initialAccumulatorValue),
    }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps, epsRoot }, step }) => {
      const firstMoment = movingMean("scaleByYogi", state.firstMoment, grads, beta1);
      const gain = host((beta) => 1 - beta, beta2);
      const secondMoment = zipLeaves("scaleByYogi", [state.secondMoment, grads], (v, g) => {
        const squared = square(g);
        return subtract(v, multiply(multiply(sign(subtract(v, squared)), gain), squared));
      });
      const ofFirst = biasCorrection(beta1, step);
      const ofSecond = biasCorrection(beta2, step);
      const updates = zipLeaves(
        "scaleByYogi",
        [grads, firstMoment, secondMoment],
        (g, m, v) => {
          const root = sqrt(add(multiply(v, ofSecond), epsRoot));
          return cast(divide(multiply(m, ofFirst), add(root, eps)), g.dtype);
        },
      );
      return {
        state: {
          firstMoment: castLike("scaleByYogi", firstMoment, state.firstMoment),
          secondMoment: castLike("scaleByYogi", secondMoment, state.secondMoment),
        },
        updates,
      };
    },
  });
}

/** Options of {@linkcode yogi}. */
export interface YogiOptions extends ScaleByYogiOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
}

const YOGI_OPTIONS = { learningRate: true, ...SCALE_BY_YOGI_OPTIONS } as const;

/** The state of {@linkcode yogi}. */
export interface YogiState {
  /** The name of the function that made the optimizer. */
  readonly kind: "yogi";
  /** The moments. */
  readonly scaleByYogi: ScaleByYogiState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Yogi, as `optax.yogi`: `scaleByYogi`, then `scaleByLearningRate`. Zaheer et al. 2018.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { yogi } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = yogi({ learningRate: 0.1 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.9, 1e-4);
 * ```
 */
export function yogi(options: YogiOptions): Transform<unknown, YogiState> {
  checkOptionNames("yogi", options, YOGI_OPTIONS);
  const { learningRate, ...rest } = options;
  checkScalar("yogi", "learningRate", learningRate, NOT_NEGATIVE);
  checkYogiOptions("yogi", options);
  return namedChain("yogi", scaleByYogi(rest), scaleByLearningRate(learningRate));
}
