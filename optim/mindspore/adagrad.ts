/**
 * MindSpore's AdaGrad.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { scaleByRss } from "../adagrad.ts";
import { checkNumber, NOT_NEGATIVE } from "../checks.ts";
import { scaleByLearningRate } from "../scale.ts";
import { checkBoolean } from "./checks.ts";
import type { LearningRate } from "./hyperparameters.ts";
import { BASE_OPTIONS, makeOptimizer, type Optimizer, type ScaledOptions } from "./optimizer.ts";

/** Options of {@linkcode Adagrad}. */
export interface AdagradOptions extends ScaledOptions {
  /** The learning rate. @default {0.001} */
  readonly learningRate?: LearningRate;
  /** What the sums of squares start from; not negative. @default {0.1} */
  readonly accum?: number;
  /** Whether squares are added to the sums. @default {true} */
  readonly updateSlots?: boolean;
}

const ADAGRAD_OPTIONS = {
  learningRate: true,
  accum: true,
  updateSlots: true,
  lossScale: true,
  ...BASE_OPTIONS,
} as const;

/**
 * `mindspore.nn.Adagrad`: `n = n + g^2` and `p = p - learningRate g / sqrt(n + 1e-8)`. The documentation writes
 * `sqrt(n)` plus an epsilon that it gives no value; this one and its place are those of the kernel.
 *
 * With the kernel "cpu", sums grow whatever `updateSlots` says.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.Adagrad({ learningRate: 0.1, accum: 0 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 0.9, 1e-6);
 * ```
 */
export function Adagrad(options: AdagradOptions = {}): Optimizer {
  checkOptionNames("Adagrad", options, ADAGRAD_OPTIONS);
  const { accum = 0.1, updateSlots = true, kernel } = options;
  checkNumber("Adagrad", "accum", accum, NOT_NEGATIVE);
  checkBoolean("Adagrad", "updateSlots", updateSlots);
  const accumulates = updateSlots || kernel === "cpu";
  return makeOptimizer({
    name: "Adagrad",
    options,
    learningRate: 0.001,
    rule: ({ learningRate }) => [
      scaleByRss({ initialAccumulatorValue: accum, eps: 1e-8, accumulates }),
      scaleByLearningRate(learningRate),
    ],
    stateNames: { "accum.*": "scaleByRss/sumOfSquares" },
  });
}
