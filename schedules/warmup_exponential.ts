/**
 * A straight line up, then a constant factor every so many steps.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkFinite, checkPositive } from "./check.ts";
import {
  EXPONENTIAL_DECAY_OPTIONS,
  exponentialDecay,
  type ExponentialDecayOptions,
} from "./exponential_decay.ts";
import { join } from "./join.ts";
import { linear } from "./polynomial_decay.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode warmupExponential}: those of the decay after the warm-up, and the warm-up. */
export interface WarmupExponentialOptions extends Omit<ExponentialDecayOptions, "initial"> {
  /** The value at step `warmupSteps`. */
  readonly peak: number;
  /** The length of the warm-up; positive. */
  readonly warmupSteps: number;
  /** The value at step 0. @default {0} */
  readonly initial?: number;
}

const WARMUP_EXPONENTIAL_OPTIONS = { peak: true, warmupSteps: true, ...EXPONENTIAL_DECAY_OPTIONS } as const;

/**
 * {@linkcode linear} from `initial` to `peak` in `warmupSteps`, then {@linkcode exponentialDecay} from `peak`,
 * whose `begin` counts from the end of the warm-up, as `optax.warmup_exponential_decay_schedule`.
 *
 * @param options The peak, the way to it, and the decay.
 * @returns A schedule that goes on for ever, up to `end`.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If `warmupSteps`, `steps` or `decayRate` is not positive, `begin` is negative or a number is
 * not finite.
 *
 * @example
 * ```ts
 * import { warmupExponential } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = warmupExponential({ peak: 1, warmupSteps: 4, decayRate: 0.5, steps: 10 });
 * assertEquals([0, 2, 4, 14, 24].map(schedule), [0, 0.5, 1, 0.5, 0.25]);
 * ```
 */
export function warmupExponential(options: WarmupExponentialOptions): Schedule {
  checkOptionNames("warmupExponential", options, WARMUP_EXPONENTIAL_OPTIONS);
  const { peak, warmupSteps, initial = 0, ...decay } = options;
  checkFinite("warmupExponential", "peak", peak);
  checkPositive("warmupExponential", "warmupSteps", warmupSteps);
  checkFinite("warmupExponential", "initial", initial);
  return join([
    linear({ initial, end: peak, steps: warmupSteps }),
    exponentialDecay({ ...decay, initial: peak }),
  ], [warmupSteps]);
}
