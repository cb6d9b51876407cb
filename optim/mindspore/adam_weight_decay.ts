/**
 * MindSpore's Adam with decoupled weight decay.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { addDecayedWeights } from "../add_decayed_weights.ts";
import { scaleByLearningRate } from "../scale.ts";
import { scaleByAdamHat } from "../scale_by_adam_hat.ts";
import { checkMoments } from "./checks.ts";
import type { LearningRate } from "./hyperparameters.ts";
import { BASE_OPTIONS, type BaseOptions, makeOptimizer, type Optimizer } from "./optimizer.ts";

/** Options of {@linkcode AdamWeightDecay}. */
export interface AdamWeightDecayOptions extends BaseOptions {
  /** The learning rate. @default {0.001} */
  readonly learningRate?: LearningRate;
  /** Decay of the first moment, above 0 and below 1. @default {0.9} */
  readonly beta1?: number;
  /** Decay of the second moment, above 0 and below 1. @default {0.999} */
  readonly beta2?: number;
  /** Added to the root of the second moment; above 0. @default {1e-6} */
  readonly eps?: number;
}

const ADAM_WEIGHT_DECAY_OPTIONS = {
  learningRate: true,
  beta1: true,
  beta2: true,
  eps: true,
  ...BASE_OPTIONS,
} as const;

/**
 * `mindspore.nn.AdamWeightDecay`: `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2` and
 * `p = p - learningRate (m / (sqrt(v) + eps) + weightDecay p)`. Other than in AdamW of torch nothing corrects the bias
 * of the moments, and the default weight decay is 0. It neither centralizes nor knows a loss scale.
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
 * const optimizer = mindspore.AdamWeightDecay({ learningRate: 0.1, beta1: 0.5, beta2: 0.75, weightDecay: 0.5 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 0.85, 1e-6);
 * ```
 */
export function AdamWeightDecay(options: AdamWeightDecayOptions = {}): Optimizer {
  checkOptionNames("AdamWeightDecay", options, ADAM_WEIGHT_DECAY_OPTIONS);
  const { beta1, beta2, eps } = checkMoments("AdamWeightDecay", options, 1e-6);
  return makeOptimizer({
    name: "AdamWeightDecay",
    options,
    learningRate: 0.001,
    before: () => [],
    rule: ({ learningRate, weightDecay, decays }) => [
      scaleByAdamHat({ beta1, beta2, eps }),
      ...(weightDecay === 0 ? [] : [addDecayedWeights({ weightDecay, mask: decays })]),
      scaleByLearningRate(learningRate),
    ],
    stateNames: { "adam_m.*": "scaleByAdamHat/firstMoment", "adam_v.*": "scaleByAdamHat/secondMoment" },
  });
}
