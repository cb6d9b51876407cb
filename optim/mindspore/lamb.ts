/**
 * MindSpore's LAMB.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { addDecayedWeights } from "../add_decayed_weights.ts";
import { scaleByLearningRate } from "../scale.ts";
import { scaleByAdam } from "../scale_by_adam.ts";
import { scaleByTrustRatio } from "../scale_by_trust_ratio.ts";
import { checkMoments } from "./checks.ts";
import type { LearningRate } from "./hyperparameters.ts";
import { BASE_OPTIONS, type BaseOptions, makeOptimizer, type Optimizer } from "./optimizer.ts";

/** Options of {@linkcode Lamb}. */
export interface LambOptions extends BaseOptions {
  /** The learning rate. */
  readonly learningRate: LearningRate;
  /** Decay of the first moment, above 0 and below 1. @default {0.9} */
  readonly beta1?: number;
  /** Decay of the second moment, above 0 and below 1. @default {0.999} */
  readonly beta2?: number;
  /** Added to the root of the second moment; above 0. @default {1e-6} */
  readonly eps?: number;
}

const LAMB_OPTIONS = { learningRate: true, beta1: true, beta2: true, eps: true, ...BASE_OPTIONS } as const;

/**
 * `mindspore.nn.Lamb`: with the corrected moments `m` and `v` of Adam, `u = m / (sqrt(v) + eps) + weightDecay p` and
 * `p = p - learningRate |p| / |u| * u`, where the ratio of the norms of a leaf is 1 if one of them is 0. It knows no
 * loss scale. You et al. 2019.
 *
 * @throws {TypeError} If an option is missing, unknown or of another type.
 * @throws {RangeError} If a beta is not between 0 and 1, or another number outside of its range.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.Lamb({ learningRate: 0.1 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 0.9, 1e-6);
 * ```
 */
export function Lamb(options: LambOptions): Optimizer {
  checkOptionNames("Lamb", options, LAMB_OPTIONS);
  const { beta1, beta2, eps } = checkMoments("Lamb", options, 1e-6);
  return makeOptimizer({
    name: "Lamb",
    options,
    before: ({ centralization }) => centralization,
    rule: ({ learningRate, weightDecay, decays }) => [
      scaleByAdam({ beta1, beta2, eps }),
      ...(weightDecay === 0 ? [] : [addDecayedWeights({ weightDecay, mask: decays })]),
      scaleByTrustRatio(),
      scaleByLearningRate(learningRate),
    ],
    stateNames: { "lamb_m.*": "scaleByAdam/firstMoment", "lamb_v.*": "scaleByAdam/secondMoment" },
  });
}
