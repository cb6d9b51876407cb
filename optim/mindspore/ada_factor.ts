/**
 * MindSpore's Adafactor.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { addRelativeDecay } from "../add_relative_decay.ts";
import { checkNumber, FRACTION, NOT_NEGATIVE, POSITIVE } from "../checks.ts";
import { clipByBlockRms } from "../clip_by_block_rms.ts";
import { ema } from "../ema.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scale, scaleByLearningRate } from "../scale.ts";
import { scaleByFactoredRms } from "../scale_by_factored_rms.ts";
import { scaleByParamBlockRms } from "../scale_by_param_block.ts";
import { checkBoolean, checkPair, OPEN_FRACTION } from "./checks.ts";
import { type LearningRate, single } from "./hyperparameters.ts";
import { makeOptimizer, type Optimizer, type ScaledOptions } from "./optimizer.ts";

/** Options of {@linkcode AdaFactor}. */
export interface AdaFactorOptions extends Omit<ScaledOptions, "weightDecayFilter" | "kernelLayout"> {
  /** The learning rate, with `relativeStep` false only; a list or a schedule turns `scaleParameter` off. */
  readonly learningRate?: LearningRate;
  /** What is added to squares, and the least size that params count as; not negative. @default {[1e-30, 1e-3]} */
  readonly eps?: readonly [number, number];
  /** The root mean square at which updates are clipped, leaf by leaf; above 0. @default {1} */
  readonly clipThreshold?: number;
  /** How fast the decay goes to 1: it is `1 - t^-decayRate` at step t. @default {0.8} */
  readonly decayRate?: number;
  /** Decay of a moving mean of the updates; 0 or null for no such mean. @default {0.9} */
  readonly beta1?: number | null;
  /** Share of the params that is taken off, times the rate; a number, at least 0 and below 1. @default {0} */
  readonly weightDecay?: number;
  /** Whether the rate is multiplied by the root mean square of the params of each leaf. @default {true} */
  readonly scaleParameter?: boolean;
  /** Whether the rate is `min(0.01, 1 / sqrt(t))`. @default {true} */
  readonly relativeStep?: boolean;
  /** Whether that rate starts as `1e-6 t`. @default {false} */
  readonly warmupInit?: boolean;
  /** Whether second moments of leaves of one axis are rounded to float16. @default {false} */
  readonly compression?: boolean;
}

const ADA_FACTOR_OPTIONS = {
  learningRate: true,
  eps: true,
  clipThreshold: true,
  decayRate: true,
  beta1: true,
  weightDecay: true,
  scaleParameter: true,
  relativeStep: true,
  warmupInit: true,
  compression: true,
  lossScale: true,
  params: true,
  kernel: true,
} as const;

/**
 * `mindspore.nn.AdaFactor`: second moments as means over the last two axes, updates clipped by their root mean square,
 * a rate that goes with the step and the size of the params, then a moving mean and weight decay. A loss scale does
 * nothing here, as in MindSpore: give it gradients of the loss itself. Shazeer and Stern 2018.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of its range, or `learningRate`, `relativeStep` and `warmupInit` do not go
 *   together.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.AdaFactor({ learningRate: 0.1, relativeStep: false, beta1: null });
 * const params = { weight: tensor([2, -2]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor([3, 3]) }, params);
 * assertAlmostEquals(next.weight.data()[0], 1.8, 1e-6);
 * ```
 */
export function AdaFactor(options: AdaFactorOptions = {}): Optimizer {
  checkOptionNames("AdaFactor", options, ADA_FACTOR_OPTIONS);
  const { eps = [1e-30, 1e-3], clipThreshold = 1, decayRate = 0.8, compression = false } = options;
  const { relativeStep = true, warmupInit = false } = options;
  const beta1 = options.beta1 === undefined ? 0.9 : options.beta1 ?? 0;
  checkAdaFactor(options, beta1);
  const [eps1, eps2] = eps.map(Math.fround);
  const byNumber = typeof (options.learningRate ?? 0) === "number";
  const scales = byNumber && (options.scaleParameter ?? true);
  const relative = (count: number): number =>
    Math.min(warmupInit ? 1e-6 * (count + 1) : 1e-2, 1 / Math.sqrt(count + 1));
  const factored = {
    eps: eps1,
    decayRate,
    axes: "last",
    minDimSizeToFactor: 0,
    halfPrecision: compression,
  } as const;
  return makeOptimizer({
    name: "AdaFactor",
    options,
    learningRate: relativeStep ? relative : undefined,
    fixedDecay: true,
    before: () => [],
    rule: ({ learningRate, weightDecay, lossScale }) => {
      const rate = relativeStep ? single(relative) : learningRate;
      const decay = typeof weightDecay === "number" ? Math.fround(weightDecay / lossScale) : 0;
      return [
        scaleByFactoredRms(factored),
        clipByBlockRms(clipThreshold),
        scaleByLearningRate(rate, { flipSign: false }),
        ...(scales ? [scaleByParamBlockRms({ minScale: eps2 })] : []),
        ...(beta1 > 0 ? [ema({ decay: Math.fround(beta1), debias: false })] : []),
        ...(decay > 0
          ? [addRelativeDecay({ weightDecay: times(rate, decay), minScale: scales ? eps2 : null })]
          : []),
        scale(-1),
      ];
    },
    stateNames: {
      ...(beta1 > 0 ? { "exp_avg.*": "ema/ema" } : {}),
      "exp_avg_sq_row_*": "scaleByFactoredRms/rows",
      "exp_avg_sq_col_*": "scaleByFactoredRms/columns",
      "exp_avg_sq_*": "scaleByFactoredRms/secondMoment",
      ...(relativeStep ? { learning_rate: { fill: () => 0 } } : {}),
      afactor_step: { fill: (count) => count },
    },
  });
}

function times(rate: ScalarOrSchedule, factor: number): ScalarOrSchedule {
  return typeof rate === "function" ? (count) => factor * rate(count) : factor * rate;
}

function checkAdaFactor(options: AdaFactorOptions, beta1: number): void {
  const name = "AdaFactor";
  const { eps = [1e-30, 1e-3], clipThreshold = 1, decayRate = 0.8, weightDecay = 0 } = options;
  const { scaleParameter = true, relativeStep = true, warmupInit = false, compression = false } = options;
  for (const [option, value] of Object.entries({ scaleParameter, relativeStep, warmupInit, compression })) {
    checkBoolean(name, option, value);
  }
  const given = options.learningRate !== undefined && options.learningRate !== null;
  if (given && relativeStep) {
    throw new RangeError("AdaFactor expects no learningRate with relativeStep but got one");
  }
  if (!given && !relativeStep) {
    throw new RangeError("AdaFactor expects a learningRate without relativeStep but got none");
  }
  if (warmupInit && !relativeStep) {
    throw new RangeError("AdaFactor expects relativeStep with warmupInit but got false");
  }
  checkPair(name, "eps", eps);
  eps.forEach((value, i) => checkNumber(name, `eps[${i}]`, value, NOT_NEGATIVE));
  checkNumber(name, "clipThreshold", clipThreshold, POSITIVE);
  checkNumber(name, "decayRate", decayRate, OPEN_FRACTION);
  checkNumber(name, "beta1", beta1, FRACTION);
  checkNumber(name, "weightDecay", weightDecay, FRACTION);
}
