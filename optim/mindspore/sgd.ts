/**
 * MindSpore's stochastic gradient descent.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { checkNumber, NOT_NEGATIVE } from "../checks.ts";
import { scaleByLearningRate } from "../scale.ts";
import { trace } from "../trace.ts";
import { checkBoolean } from "./checks.ts";
import type { LearningRate } from "./hyperparameters.ts";
import { BASE_OPTIONS, makeOptimizer, type Optimizer, type ScaledOptions } from "./optimizer.ts";

/** Options of {@linkcode SGD}. */
export interface SGDOptions extends ScaledOptions {
  /** The learning rate. @default {0.1} */
  readonly learningRate?: LearningRate;
  /** How much of the running sum of gradients stays at each step; 0 for no such sum. @default {0} */
  readonly momentum?: number;
  /** How much of each gradient after the first is left out of the sum. @default {0} */
  readonly dampening?: number;
  /** Nesterov's look ahead, which needs momentum and no dampening. @default {false} */
  readonly nesterov?: boolean;
  /** Share of the params that is added to the gradients; a number. @default {0} */
  readonly weightDecay?: number;
}

const SGD_OPTIONS = {
  learningRate: true,
  momentum: true,
  dampening: true,
  nesterov: true,
  lossScale: true,
  ...BASE_OPTIONS,
} as const;

/**
 * `mindspore.nn.SGD`: `p = p - learningRate * v` with `v = momentum v + (1 - dampening) g`, where the first gradient
 * enters whole; with `nesterov`, `p = p - learningRate * (g + momentum v)`.
 *
 * @throws {TypeError} If an option is unknown or of another type, or the weight decay a schedule.
 * @throws {RangeError} If a number is negative, or nesterov lacks momentum or has dampening.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.SGD({ learningRate: 0.1, weightDecay: 0.01, lossScale: 1024 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1024) }, params);
 * assertAlmostEquals(next.weight.item(), 0.899, 1e-6);
 * ```
 */
export function SGD(options: SGDOptions = {}): Optimizer {
  checkOptionNames("SGD", options, SGD_OPTIONS);
  const { momentum = 0, dampening = 0, nesterov = false } = options;
  checkNumber("SGD", "momentum", momentum, NOT_NEGATIVE);
  checkNumber("SGD", "dampening", dampening, NOT_NEGATIVE);
  checkBoolean("SGD", "nesterov", nesterov);
  checkNumber("SGD", "weightDecay", options.weightDecay ?? 0, NOT_NEGATIVE);
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new RangeError(
      `SGD expects momentum above 0 and dampening 0 with nesterov but got ${momentum} and ${dampening}`,
    );
  }
  return makeOptimizer({
    name: "SGD",
    options,
    learningRate: 0.1,
    rule: ({ learningRate }) => [
      ...(momentum === 0
        ? []
        : [trace({ decay: Math.fround(momentum), dampening: Math.fround(dampening), nesterov })]),
      scaleByLearningRate(learningRate),
    ],
    fixedDecay: true,
    stateNames: {
      "accum.*": momentum === 0 ? { fill: () => 0 } : "trace/trace",
      // MindSpore's mark of params that have not yet stepped with momentum.
      "stat.*": { fill: (count) => momentum !== 0 && count > 0 ? 0 : 1 },
      momentum: { fill: () => momentum },
    },
  });
}
