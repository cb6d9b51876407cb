/**
 * MindSpore's AdaDelta.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { scaleByAdadelta } from "../adadelta.ts";
import { checkNumber, FRACTION, NOT_NEGATIVE } from "../checks.ts";
import { scaleByLearningRate } from "../scale.ts";
import type { LearningRate } from "./hyperparameters.ts";
import { BASE_OPTIONS, makeOptimizer, type Optimizer, type ScaledOptions } from "./optimizer.ts";

/** Options of {@linkcode Adadelta}. */
export interface AdadeltaOptions extends ScaledOptions {
  /** The learning rate. @default {1} */
  readonly learningRate?: LearningRate;
  /** Decay of the moving means, at least 0 and below 1. @default {0.9} */
  readonly rho?: number;
  /** Added to both means under their roots; not negative. @default {1e-6} */
  readonly epsilon?: number;
}

const ADADELTA_OPTIONS = {
  learningRate: true,
  rho: true,
  epsilon: true,
  lossScale: true,
  ...BASE_OPTIONS,
} as const;

/**
 * `mindspore.nn.Adadelta`: `n = rho n + (1 - rho) g^2`, `u = sqrt(d + epsilon) / sqrt(n + epsilon) * g`, then
 * `d = rho d + (1 - rho) u^2` and `p = p - learningRate u`.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If `rho` is outside of [0, 1), or a number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.Adadelta({ rho: 0.75, epsilon: 1 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 1 - Math.sqrt(0.8), 1e-6);
 * ```
 */
export function Adadelta(options: AdadeltaOptions = {}): Optimizer {
  checkOptionNames("Adadelta", options, ADADELTA_OPTIONS);
  const { rho = 0.9, epsilon = 1e-6 } = options;
  checkNumber("Adadelta", "rho", rho, FRACTION);
  checkNumber("Adadelta", "epsilon", epsilon, NOT_NEGATIVE);
  return makeOptimizer({
    name: "Adadelta",
    options,
    learningRate: 1,
    rule: ({ learningRate }) => [
      scaleByAdadelta({ rho: Math.fround(rho), eps: Math.fround(epsilon) }),
      scaleByLearningRate(learningRate),
    ],
    stateNames: {
      "accum.*": "scaleByAdadelta/meanSquareOfGrads",
      "accum_update.*": "scaleByAdadelta/meanSquareOfUpdates",
    },
  });
}
