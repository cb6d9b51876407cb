/**
 * MindSpore's averaged stochastic gradient descent.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { averagedSgd } from "../averaged_sgd.ts";
import { checkNumber, FINITE } from "../checks.ts";
import type { LearningRate } from "./hyperparameters.ts";
import { BASE_OPTIONS, type BaseOptions, makeOptimizer, type Optimizer } from "./optimizer.ts";

/** Options of {@linkcode ASGD}. */
export interface ASGDOptions extends BaseOptions {
  /** The learning rate. @default {0.1} */
  readonly learningRate?: LearningRate;
  /** The share of the params that is taken off, times the decayed rate. @default {1e-4} */
  readonly lambd?: number;
  /** The power of the decay of the rate. @default {0.75} */
  readonly alpha?: number;
  /** The step from which on params are averaged. @default {1e6} */
  readonly t0?: number;
}

const ASGD_OPTIONS = { learningRate: true, lambd: true, alpha: true, t0: true, ...BASE_OPTIONS } as const;

/**
 * `mindspore.nn.ASGD`: `p = p (1 - lambd eta) - eta g`, where eta is the learning rate at first and
 * `learningRate / (1 + lambd learningRate t)^alpha` after step t, and the average of the params in the state. It
 * computes in float32 whatever the params are, and knows no loss scale.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If the learning rate is negative, or a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.ASGD({ learningRate: 0.1, lambd: 0.5 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 0.85, 1e-6);
 * ```
 */
export function ASGD(options: ASGDOptions = {}): Optimizer {
  checkOptionNames("ASGD", options, ASGD_OPTIONS);
  const { lambd = 1e-4, alpha = 0.75, t0 = 1e6 } = options;
  for (const [name, value] of Object.entries({ lambd, alpha, t0 })) checkNumber("ASGD", name, value, FINITE);
  const decay = { lambd: Math.fround(lambd), alpha: Math.fround(alpha), t0: Math.fround(t0) };
  return makeOptimizer({
    name: "ASGD",
    options,
    learningRate: 0.1,
    rule: ({ learningRate }) => [averagedSgd({ learningRate, ...decay, single: true })],
    stateNames: { "ax_.*": "averagedSgd/average", "eta_*": "averagedSgd/eta", "mu_*": "averagedSgd/mu" },
  });
}
