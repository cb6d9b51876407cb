/**
 * MindSpore's RMSProp.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { checkNumber, FRACTION, NOT_NEGATIVE, POSITIVE } from "../checks.ts";
import { scale, scaleByLearningRate } from "../scale.ts";
import { scaleByRms, scaleByStddev } from "../scale_by_rms.ts";
import { trace } from "../trace.ts";
import { checkBoolean } from "./checks.ts";
import type { LearningRate } from "./hyperparameters.ts";
import { BASE_OPTIONS, makeOptimizer, type Optimizer, type ScaledOptions } from "./optimizer.ts";

/** Options of {@linkcode RMSProp}. */
export interface RMSPropOptions extends ScaledOptions {
  /** The learning rate. @default {0.1} */
  readonly learningRate?: LearningRate;
  /** Decay of the moving means, at least 0 and below 1. @default {0.9} */
  readonly decay?: number;
  /** How much of the running sum of steps stays; not negative. @default {0} */
  readonly momentum?: number;
  /** Added to the mean of squares under the root; above 0. @default {1e-10} */
  readonly epsilon?: number;
  /** Whether the square of the mean is taken off the mean of squares. @default {false} */
  readonly centered?: boolean;
  /** Without effect: nothing else writes to a tensor here. @default {false} */
  readonly useLocking?: boolean;
}

const RMS_PROP_OPTIONS = {
  learningRate: true,
  decay: true,
  momentum: true,
  epsilon: true,
  centered: true,
  useLocking: true,
  lossScale: true,
  ...BASE_OPTIONS,
} as const;

/**
 * `mindspore.nn.RMSProp`: `s = decay s + (1 - decay) g^2`, which starts from 1, and
 * `m = momentum m + learningRate g / sqrt(s + epsilon)` with `p = p - m`; with `centered` and
 * `a = decay a + (1 - decay) g` it is `sqrt(s - a^2 + epsilon)`. Other than in torch, epsilon is under the root and the
 * learning rate inside of the sum.
 *
 * With the kernel "cpu", epsilon is added to the root where `centered` is not, as the kernel does for whole blocks of 8
 * elements. It cuts leaves into blocks anew at each call, so its numbers with a large epsilon are not to be had.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If `decay` is outside of [0, 1), or another number outside of its range.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.RMSProp({ learningRate: 0.1, decay: 0.5 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 0.9, 1e-6);
 * ```
 */
export function RMSProp(options: RMSPropOptions = {}): Optimizer {
  checkOptionNames("RMSProp", options, RMS_PROP_OPTIONS);
  const { decay = 0.9, momentum = 0, epsilon = 1e-10, centered = false, kernel } = options;
  checkNumber("RMSProp", "decay", decay, FRACTION);
  checkNumber("RMSProp", "momentum", momentum, NOT_NEGATIVE);
  checkNumber("RMSProp", "epsilon", epsilon, POSITIVE);
  checkBoolean("RMSProp", "centered", centered);
  const means = { decay: Math.fround(decay), eps: Math.fround(epsilon), initialScale: 1 };
  return makeOptimizer({
    name: "RMSProp",
    options,
    learningRate: 0.1,
    rule: ({ learningRate }) => [
      centered ? scaleByStddev(means) : scaleByRms({ ...means, epsInSqrt: kernel !== "cpu" }),
      scaleByLearningRate(learningRate, { flipSign: false }),
      trace({ decay: Math.fround(momentum) }),
      scale(-1),
    ],
    stateNames: {
      ...(centered ? { "mean_grad.*": "scaleByStddev/firstMoment" } : {}),
      "mean_square.*": `${centered ? "scaleByStddev" : "scaleByRms"}/secondMoment`,
      "moment.*": "trace/trace",
    },
  });
}
