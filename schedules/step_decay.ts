/**
 * A factor at every so many steps, or at chosen ones.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkBoundaries, checkFinite, checkNotNegative, checkPositive } from "./check.ts";
import { piecewiseConstant } from "./piecewise_constant.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode stepDecay}. */
export interface StepDecayOptions {
  /** The value before step `steps`. */
  readonly initial: number;
  /** How many steps go by between two changes; positive. */
  readonly steps: number;
  /** The factor of each change; not negative. @default {0.1} */
  readonly decayRate?: number;
}

const STEP_DECAY_OPTIONS = { initial: true, steps: true, decayRate: true } as const;

/**
 * `initial decayRate^floor(step / steps)`, as `torch.optim.lr_scheduler.StepLR`.
 *
 * @param options Where to start, how often to change and by what.
 * @returns A schedule that goes on for ever.
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If `steps` is not positive, `decayRate` is negative or a number is not finite.
 *
 * @example
 * ```ts
 * import { stepDecay } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals([0, 9, 10, 20].map(stepDecay({ initial: 1, steps: 10, decayRate: 0.5 })), [1, 1, 0.5, 0.25]);
 * ```
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  checkOptionNames("stepDecay", options, STEP_DECAY_OPTIONS);
  const { initial, steps, decayRate = 0.1 } = options;
  checkFinite("stepDecay", "initial", initial);
  checkPositive("stepDecay", "steps", steps);
  checkNotNegative("stepDecay", "decayRate", decayRate);
  return (step) => initial * Math.pow(decayRate, Math.floor(Math.max(step, 0) / steps));
}

/** Options of {@linkcode multiStepDecay}. */
export interface MultiStepDecayOptions {
  /** The value before the first boundary. */
  readonly initial: number;
  /** The steps at which the value changes: not negative, strictly increasing. */
  readonly boundaries: readonly number[];
  /** The factor of each change, or one for each boundary; not negative. @default {0.1} */
  readonly decayRate?: number | readonly number[];
}

const MULTI_STEP_DECAY_OPTIONS = { initial: true, boundaries: true, decayRate: true } as const;

/**
 * `initial` times the factors of all boundaries up to the step, as `torch.optim.lr_scheduler.MultiStepLR` and, with
 * a factor for each boundary, `optax.piecewise_constant_schedule`. {@linkcode piecewiseConstant} takes the values
 * themselves.
 *
 * @param options Where to start, when to change and by what.
 * @returns A schedule that holds its last value.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If the boundaries are not increasing, there are more or fewer factors, a factor is negative
 * or a number is not finite.
 *
 * @example
 * ```ts
 * import { multiStepDecay } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = multiStepDecay({ initial: 1, boundaries: [10, 20], decayRate: [0.5, 0.25] });
 * assertEquals([0, 9, 10, 20].map(schedule), [1, 1, 0.5, 0.125]);
 * ```
 */
export function multiStepDecay(options: MultiStepDecayOptions): Schedule {
  checkOptionNames("multiStepDecay", options, MULTI_STEP_DECAY_OPTIONS);
  const { initial, boundaries, decayRate = 0.1 } = options;
  checkFinite("multiStepDecay", "initial", initial);
  checkBoundaries("multiStepDecay", boundaries);
  const factors = typeof decayRate === "number" ? boundaries.map(() => decayRate) : decayRate;
  if (!Array.isArray(factors)) {
    throw new TypeError(
      `multiStepDecay expects decayRate to be a number or an array but got ${typeof factors}`,
    );
  }
  if (factors.length !== boundaries.length) {
    throw new RangeError(
      `multiStepDecay expects one decayRate for each boundary but got ${factors.length} ` +
        `and ${boundaries.length} boundaries`,
    );
  }
  factors.forEach((factor, index) => checkNotNegative("multiStepDecay", `decayRate[${index}]`, factor));
  const values = [initial];
  for (const factor of factors) values.push(values[values.length - 1] * factor);
  return piecewiseConstant(boundaries, values);
}
