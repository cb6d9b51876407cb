/**
 * The classes of `mindspore.nn.learning_rate_schedule` that go from one value to another, as functions that make
 * schedules.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { checkNotNegative, checkPositive } from "../check.ts";
import type { Schedule } from "../schedule.ts";
import { checkBoolean, checkEnds, checkWhole } from "./check.ts";

const { fround } = Math;

/** Options of {@linkcode CosineDecayLR}. */
export interface CosineDecayLROptions {
  /** The value at the end; not negative, and below `maxLr`. */
  readonly minLr: number;
  /** The value at step 0. */
  readonly maxLr: number;
  /** How many steps the decay takes; a positive whole number. */
  readonly decaySteps: number;
}

const COSINE_DECAY_LR_OPTIONS = { minLr: true, maxLr: true, decaySteps: true } as const;

/**
 * `minLr + (maxLr - minLr) / 2 * (1 + cos(pi * min(step, decaySteps) / decaySteps))`, as `mindspore.nn.CosineDecayLR`,
 * in single precision.
 *
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If a rate is negative or not below the other, or `decaySteps` is no positive whole number.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/schedules";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const schedule = mindspore.CosineDecayLR({ minLr: 0.01, maxLr: 0.1, decaySteps: 4 });
 * assertAlmostEquals(schedule(2), 0.055, 1e-8);
 * ```
 */
export function CosineDecayLR(options: CosineDecayLROptions): Schedule {
  checkOptionNames("CosineDecayLR", options, COSINE_DECAY_LR_OPTIONS);
  const { minLr, maxLr, decaySteps } = options;
  checkEnds("CosineDecayLR", minLr, maxLr);
  checkWhole("CosineDecayLR", "decaySteps", decaySteps);
  const half = fround(0.5 * (maxLr - minLr));
  const pi = fround(Math.PI);
  return (step) => {
    const part = fround(Math.min(step, decaySteps) / decaySteps);
    // A sine a quarter further on, as MindSpore has it, is another number in the last digits.
    const wave = fround(Math.sin(fround(pi * fround(part + 0.5))));
    return fround(fround(minLr) + fround(half * fround(1 + wave)));
  };
}

/** Options of {@linkcode PolynomialDecayLR}. */
export interface PolynomialDecayLROptions {
  /** The value at step 0; positive. */
  readonly learningRate: number;
  /** The value at the end; not negative. */
  readonly endLearningRate: number;
  /** How many steps the decay takes; a positive whole number. */
  readonly decaySteps: number;
  /** The exponent; positive. */
  readonly power: number;
  /** Whether the decay starts anew, each time for longer, in place of an end. @default {false} */
  readonly updateDecaySteps?: boolean;
}

const POLYNOMIAL_DECAY_LR_OPTIONS = {
  learningRate: true,
  endLearningRate: true,
  decaySteps: true,
  power: true,
  updateDecaySteps: true,
} as const;

/**
 * `(learningRate - endLearningRate) (1 - min(step, decaySteps) / decaySteps)^power + endLearningRate`, as
 * `mindspore.nn.PolynomialDecayLR`, in single precision. With `updateDecaySteps` it is `step` in place of the minimum,
 * and `decaySteps` times `max(ceil(step / decaySteps), 1)`.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/schedules";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const rates = { learningRate: 0.1, endLearningRate: 0.01 };
 * const schedule = mindspore.PolynomialDecayLR({ ...rates, decaySteps: 4, power: 0.5 });
 * assertAlmostEquals(schedule(2), 0.0736396, 1e-7);
 * ```
 */
export function PolynomialDecayLR(options: PolynomialDecayLROptions): Schedule {
  checkOptionNames("PolynomialDecayLR", options, POLYNOMIAL_DECAY_LR_OPTIONS);
  const { learningRate, endLearningRate, decaySteps, power, updateDecaySteps = false } = options;
  const name = "PolynomialDecayLR";
  checkPositive(name, "learningRate", learningRate);
  checkNotNegative(name, "endLearningRate", endLearningRate);
  checkWhole(name, "decaySteps", decaySteps);
  checkPositive(name, "power", power);
  checkBoolean(name, "updateDecaySteps", updateDecaySteps);
  const difference = fround(learningRate - endLearningRate);
  return (step) => {
    const length = updateDecaySteps ? decaySteps * Math.max(Math.ceil(step / decaySteps), 1) : decaySteps;
    const part = fround((updateDecaySteps ? step : Math.min(step, decaySteps)) / length);
    const left = fround(fround(1 - part) ** fround(power));
    return fround(fround(difference * left) + fround(endLearningRate));
  };
}

/** Options of {@linkcode WarmUpLR}. */
export interface WarmUpLROptions {
  /** The value at the end; not negative. */
  readonly learningRate: number;
  /** How many steps the way there takes; a positive whole number. */
  readonly warmupSteps: number;
}

const WARM_UP_LR_OPTIONS = { learningRate: true, warmupSteps: true } as const;

/**
 * `learningRate * min(step, warmupSteps) / warmupSteps`, as `mindspore.nn.WarmUpLR`, in single precision. The first
 * step is one of 0.
 *
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If the rate is negative, or `warmupSteps` is no positive whole number.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = mindspore.WarmUpLR({ learningRate: 0.5, warmupSteps: 2 });
 * assertEquals([0, 1, 2, 3].map(schedule), [0, 0.25, 0.5, 0.5]);
 * ```
 */
export function WarmUpLR(options: WarmUpLROptions): Schedule {
  checkOptionNames("WarmUpLR", options, WARM_UP_LR_OPTIONS);
  const { learningRate, warmupSteps } = options;
  checkNotNegative("WarmUpLR", "learningRate", learningRate);
  checkWhole("WarmUpLR", "warmupSteps", warmupSteps);
  return (step) => fround(fround(learningRate) * fround(Math.min(step, warmupSteps) / warmupSteps));
}
