/**
 * MindSpore's AdaGrad with penalties.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { checkNumber, NOT_NEGATIVE } from "../checks.ts";
import { proximalAdagrad } from "../proximal_adagrad.ts";
import type { LearningRate } from "./hyperparameters.ts";
import { BASE_OPTIONS, makeOptimizer, type Optimizer, type ScaledOptions } from "./optimizer.ts";

/** Options of {@linkcode ProximalAdagrad}. */
export interface ProximalAdagradOptions extends ScaledOptions {
  /** The learning rate. @default {0.001} */
  readonly learningRate?: LearningRate;
  /** What the sums of squares start from; not negative. @default {0.1} */
  readonly accum?: number;
  /** The strength of the penalty on sizes; not negative. @default {0} */
  readonly l1?: number;
  /** The strength of the penalty on squares; not negative. @default {0} */
  readonly l2?: number;
  /** Without effect: nothing else writes to a tensor here. @default {false} */
  readonly useLocking?: boolean;
}

const PROXIMAL_ADAGRAD_OPTIONS = {
  learningRate: true,
  accum: true,
  l1: true,
  l2: true,
  useLocking: true,
  lossScale: true,
  ...BASE_OPTIONS,
} as const;

/**
 * `mindspore.nn.ProximalAdagrad`: `n = n + g^2`, `a = learningRate / sqrt(n)`, `x = p - a g` and
 * `p = sign(x) max(|x| - a l1, 0) / (1 + a l2)`. The documentation writes the learning rate in place of a in the last
 * formula; every kernel has a.
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
 * const optimizer = mindspore.ProximalAdagrad({ learningRate: 0.5, accum: 0, l1: 0.5 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 0.25, 1e-6);
 * ```
 */
export function ProximalAdagrad(options: ProximalAdagradOptions = {}): Optimizer {
  checkOptionNames("ProximalAdagrad", options, PROXIMAL_ADAGRAD_OPTIONS);
  const { accum = 0.1, l1 = 0, l2 = 0 } = options;
  for (const [name, value] of Object.entries({ accum, l1, l2 })) {
    checkNumber("ProximalAdagrad", name, value, NOT_NEGATIVE);
  }
  const penalties = { l1: Math.fround(l1), l2: Math.fround(l2) };
  return makeOptimizer({
    name: "ProximalAdagrad",
    options,
    learningRate: 0.001,
    rule: ({ learningRate }) => [
      proximalAdagrad({ learningRate, initialAccumulatorValue: accum, ...penalties }),
    ],
    stateNames: { "accum.*": "proximalAdagrad/sumOfSquares" },
  });
}
