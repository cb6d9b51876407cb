/**
 * A constant factor every so many steps.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkFinite, checkNotNegative, checkPositive } from "./check.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode exponentialDecay}. */
export interface ExponentialDecayOptions {
  /** The value up to step `begin`. */
  readonly initial: number;
  /** The factor that `steps` steps multiply by; positive, and above 1 for growth. */
  readonly decayRate: number;
  /** How many steps multiply by `decayRate`; positive. */
  readonly steps: number;
  /** The step at which the decay begins. @default {0} */
  readonly begin?: number;
  /** Whether the value changes only at whole multiples of `steps`. @default {false} */
  readonly staircase?: boolean;
  /** The bound that the value never passes: a lower one if `decayRate < 1`, else an upper one. */
  readonly end?: number;
}

/** The names of those options. */
export const EXPONENTIAL_DECAY_OPTIONS = {
  initial: true,
  decayRate: true,
  steps: true,
  begin: true,
  staircase: true,
  end: true,
} as const;

/**
 * `initial decayRate^(t / steps)` with `t = max(step - begin, 0)`, and the exponent rounded down if
 * `staircase`, as `optax.exponential_decay`.
 *
 * @param options Where to start, by how much and how often to multiply, and where to stop.
 * @returns A schedule that goes on for ever, up to `end`.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If `steps` or `decayRate` is not positive, `begin` is negative or a number is not finite.
 *
 * @example
 * ```ts
 * import { exponentialDecay } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = exponentialDecay({ initial: 1, decayRate: 0.5, steps: 10, staircase: true, end: 0.2 });
 * assertEquals([0, 9, 10, 20, 30].map(schedule), [1, 1, 0.5, 0.25, 0.2]);
 * ```
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  checkOptionNames("exponentialDecay", options, EXPONENTIAL_DECAY_OPTIONS);
  const { initial, decayRate, steps, begin = 0, staircase = false, end } = options;
  checkFinite("exponentialDecay", "initial", initial);
  checkPositive("exponentialDecay", "decayRate", decayRate);
  checkPositive("exponentialDecay", "steps", steps);
  checkNotNegative("exponentialDecay", "begin", begin);
  if (end !== undefined) checkFinite("exponentialDecay", "end", end);
  if (typeof staircase !== "boolean") {
    throw new TypeError(`exponentialDecay expects staircase to be a boolean but got ${typeof staircase}`);
  }
  const bound = decayRate < 1 ? Math.max : Math.min;
  return (step) => {
    if (step <= begin) return initial;
    const exponent = (step - begin) / steps;
    const value = initial * Math.pow(decayRate, staircase ? Math.floor(exponent) : exponent);
    return end === undefined ? value : bound(value, end);
  };
}
