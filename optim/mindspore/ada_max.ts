/**
 * MindSpore's AdaMax.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { scaleByAdamax } from "../scale_by_adamax.ts";
import { scaleByLearningRate } from "../scale.ts";
import { scaleByBiasCorrection } from "../scale_by_bias_correction.ts";
import { checkMoments } from "./checks.ts";
import type { LearningRate } from "./hyperparameters.ts";
import { BASE_OPTIONS, makeOptimizer, type Optimizer, type ScaledOptions } from "./optimizer.ts";

/** Options of {@linkcode AdaMax}. */
export interface AdaMaxOptions extends ScaledOptions {
  /** The learning rate. @default {0.001} */
  readonly learningRate?: LearningRate;
  /** Decay of the first moment, above 0 and below 1. @default {0.9} */
  readonly beta1?: number;
  /** Decay of the infinity moment, above 0 and below 1. @default {0.999} */
  readonly beta2?: number;
  /** Added to the infinity moment; above 0. @default {1e-8} */
  readonly eps?: number;
}

const ADA_MAX_OPTIONS = {
  learningRate: true,
  beta1: true,
  beta2: true,
  eps: true,
  lossScale: true,
  ...BASE_OPTIONS,
} as const;

/**
 * `mindspore.nn.AdaMax`: `m = beta1 m + (1 - beta1) g`, `v = max(beta2 v, |g|)` and
 * `p = p - learningRate / (1 - beta1^t) * m / (v + eps)`, where torch and optax take eps into the maximum.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a beta is not between 0 and 1, or another number outside of its range.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.AdaMax({ learningRate: 0.1 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 0.9, 1e-6);
 * ```
 */
export function AdaMax(options: AdaMaxOptions = {}): Optimizer {
  checkOptionNames("AdaMax", options, ADA_MAX_OPTIONS);
  const { beta1, beta2, eps } = checkMoments("AdaMax", options, 1e-8);
  return makeOptimizer({
    name: "AdaMax",
    options,
    learningRate: 0.001,
    rule: ({ learningRate }) => [
      scaleByAdamax({ beta1, beta2, eps, epsOutside: true, biasCorrection: false }),
      scaleByBiasCorrection({ beta1, beta2: 0 }),
      scaleByLearningRate(learningRate),
    ],
    stateNames: {
      "moment1.*": "scaleByAdamax/firstMoment",
      "moment2.*": "scaleByAdamax/infinityMoment",
      beta1_power: "scaleByBiasCorrection/beta1Power",
    },
  });
}
