/**
 * MindSpore's Momentum.
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

/** Options of {@linkcode Momentum}. */
export interface MomentumOptions extends ScaledOptions {
  /** The learning rate. */
  readonly learningRate: LearningRate;
  /** How much of the running sum of gradients stays at each step; not negative. */
  readonly momentum: number;
  /** Nesterov's look ahead. @default {false} */
  readonly useNesterov?: boolean;
}

const MOMENTUM_OPTIONS = {
  learningRate: true,
  momentum: true,
  useNesterov: true,
  lossScale: true,
  ...BASE_OPTIONS,
} as const;

/**
 * `mindspore.nn.Momentum`: `v = momentum v + g` and `p = p - learningRate * v`, with `useNesterov`
 * `p = p - learningRate * (g + momentum v)`.
 *
 * With the kernel "cpu", `useNesterov` does nothing.
 *
 * @throws {TypeError} If an option is missing, unknown or of another type.
 * @throws {RangeError} If a number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.Momentum({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.9 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 0.81, 1e-6);
 * ```
 */
export function Momentum(options: MomentumOptions): Optimizer {
  checkOptionNames("Momentum", options, MOMENTUM_OPTIONS);
  const { momentum, useNesterov = false, kernel } = options;
  checkNumber("Momentum", "momentum", momentum, NOT_NEGATIVE);
  checkBoolean("Momentum", "useNesterov", useNesterov);
  return makeOptimizer({
    name: "Momentum",
    options,
    rule: ({ learningRate }) => [
      trace({ decay: Math.fround(momentum), nesterov: useNesterov && kernel !== "cpu" }),
      scaleByLearningRate(learningRate),
    ],
    stateNames: { "moments.*": "trace/trace", momentum: { fill: () => momentum } },
  });
}
