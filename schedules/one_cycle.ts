/**
 * Up to a peak and down again, once in a whole training run.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkFinite, checkPositive } from "./check.ts";
import { interpolate } from "./piecewise_interpolate.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode cosineOneCycle}. */
export interface CosineOneCycleOptions {
  /** The highest value. */
  readonly peak: number;
  /** The length of the whole schedule; positive. */
  readonly steps: number;
  /** The part of the steps until the peak, `pct_start` in optax and torch; from 0 to 1. @default {0.3} */
  readonly peakFraction?: number;
  /** The value at step 0 is `peak / initialDivisor`, `div_factor` in optax and torch; positive. @default {25} */
  readonly initialDivisor?: number;
  /** The last value is the first one over this, `final_div_factor` in optax and torch; positive. @default {1e4} */
  readonly finalDivisor?: number;
}

const COSINE_ONE_CYCLE_OPTIONS = {
  peak: true,
  steps: true,
  peakFraction: true,
  initialDivisor: true,
  finalDivisor: true,
} as const;

/** Options of {@linkcode linearOneCycle}. */
export interface LinearOneCycleOptions extends CosineOneCycleOptions {
  /**
   * The part of the steps until the value is back at its first one, `pct_final` in optax; from `peakFraction` to 1.
   *
   * @default {0.85}
   */
  readonly returnFraction?: number;
}

const LINEAR_ONE_CYCLE_OPTIONS = { returnFraction: true, ...COSINE_ONE_CYCLE_OPTIONS } as const;

/**
 * Three straight lines: from `peak / initialDivisor` up to `peak`, back, and on down to
 * `peak / initialDivisor / finalDivisor`, as `optax.linear_onecycle_schedule`; after Smith and Topin,
 * "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates" (2017). The turns are at
 * whole steps, rounded down.
 *
 * @param options The peak, the length, where the turns are and how deep it goes.
 * @returns A schedule that holds its last value from step `steps` on.
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If `steps` or a divisor is not positive, or a fraction is out of range.
 *
 * @example
 * ```ts
 * import { linearOneCycle } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = linearOneCycle({ peak: 1, steps: 100, peakFraction: 0.25, initialDivisor: 2, finalDivisor: 5 });
 * assertEquals([0, 25, 85, 100].map(schedule), [0.5, 1, 0.5, 0.1]);
 * ```
 */
export function linearOneCycle(options: LinearOneCycleOptions): Schedule {
  checkOptionNames("linearOneCycle", options, LINEAR_ONE_CYCLE_OPTIONS);
  const { initial, peak, steps, end, turn } = checked("linearOneCycle", options);
  const { returnFraction = 0.85 } = options;
  checkFraction("linearOneCycle", "returnFraction", returnFraction, options.peakFraction ?? 0.3);
  const back = Math.floor(returnFraction * steps);
  return interpolate([turn, back, steps], [initial, peak, initial, end], "linear");
}

/**
 * Two halves of a cosine: from `peak / initialDivisor` up to `peak`, and down to
 * `peak / initialDivisor / finalDivisor`, as `optax.cosine_onecycle_schedule` and the default of
 * `torch.optim.lr_scheduler.OneCycleLR`. The peak is at a whole step, rounded down.
 *
 * @param options The peak, the length, where the peak is and how deep it goes.
 * @returns A schedule that holds its last value from step `steps` on.
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If `steps` or a divisor is not positive, or the fraction is not from 0 to 1.
 *
 * @example
 * ```ts
 * import { cosineOneCycle } from "@weft/weft/schedules";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const schedule = cosineOneCycle({ peak: 1, steps: 100 });
 * assertAlmostEquals(schedule(0), 0.04);
 * assertAlmostEquals(schedule(30), 1);
 * assertAlmostEquals(schedule(65), 0.500002);
 * ```
 */
export function cosineOneCycle(options: CosineOneCycleOptions): Schedule {
  checkOptionNames("cosineOneCycle", options, COSINE_ONE_CYCLE_OPTIONS);
  const { initial, peak, steps, end, turn } = checked("cosineOneCycle", options);
  return interpolate([turn, steps], [initial, peak, end], "cosine");
}

interface Cycle {
  readonly initial: number;
  readonly peak: number;
  readonly end: number;
  readonly turn: number;
  readonly steps: number;
}

function checked(operation: string, options: CosineOneCycleOptions): Cycle {
  const { peak, steps, peakFraction = 0.3, initialDivisor = 25, finalDivisor = 1e4 } = options;
  checkFinite(operation, "peak", peak);
  checkPositive(operation, "steps", steps);
  checkFraction(operation, "peakFraction", peakFraction, 0);
  checkPositive(operation, "initialDivisor", initialDivisor);
  checkPositive(operation, "finalDivisor", finalDivisor);
  const initial = peak / initialDivisor;
  return { initial, peak, end: initial / finalDivisor, turn: Math.floor(peakFraction * steps), steps };
}

function checkFraction(operation: string, name: string, value: number, least: number): void {
  checkFinite(operation, name, value);
  if (value < least || value > 1) {
    throw new RangeError(`${operation} expects ${name} from ${least} to 1 but got ${value}`);
  }
}
