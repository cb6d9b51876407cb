/**
 * Down half a wave of a cosine.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkFinite, checkPositive } from "./check.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode cosineDecay}. */
export interface CosineDecayOptions {
  /** The value at step 0. */
  readonly initial: number;
  /** How many steps the decay takes; positive. */
  readonly steps: number;
  /** The last value, as a fraction of `initial`. @default {0} */
  readonly alpha?: number;
  /** The power of the cosine; positive. @default {1} */
  readonly exponent?: number;
}

const COSINE_DECAY_OPTIONS = { initial: true, steps: true, alpha: true, exponent: true } as const;

/**
 * `initial ((1 - alpha) ((1 + cos(pi t / steps)) / 2)^exponent + alpha)` with `t = min(max(step, 0), steps)`,
 * as `optax.cosine_decay_schedule`; after Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm
 * Restarts" (2017).
 *
 * @param options Where to start, how long, and what is left at the end.
 * @returns A schedule that holds `alpha initial` after its last step.
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If `steps` or `exponent` is not positive or a number is not finite.
 *
 * @example
 * ```ts
 * import { cosineDecay } from "@weft/weft/schedules";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const schedule = cosineDecay({ initial: 1, steps: 100, alpha: 0.1 });
 * assertAlmostEquals(schedule(0), 1);
 * assertAlmostEquals(schedule(50), 0.55);
 * assertAlmostEquals(schedule(100), 0.1);
 * ```
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  checkOptionNames("cosineDecay", options, COSINE_DECAY_OPTIONS);
  const { initial, steps, alpha = 0, exponent = 1 } = options;
  checkFinite("cosineDecay", "initial", initial);
  checkPositive("cosineDecay", "steps", steps);
  checkFinite("cosineDecay", "alpha", alpha);
  checkPositive("cosineDecay", "exponent", exponent);
  return (step) => {
    const elapsed = Math.min(Math.max(step, 0), steps);
    const wave = 0.5 * (1 + Math.cos((Math.PI * elapsed) / steps));
    return initial * ((1 - alpha) * Math.pow(wave, exponent) + alpha);
  };
}
