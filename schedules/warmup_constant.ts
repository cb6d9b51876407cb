/**
 * A straight line up, then a value that stays.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { linear } from "./polynomial_decay.ts";
import { checkFinite, checkPositive } from "./check.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode warmupConstant}. */
export interface WarmupConstantOptions {
  /** The value from step `warmupSteps` on. */
  readonly peak: number;
  /** The length of the warm-up; positive. */
  readonly warmupSteps: number;
  /** The value at step 0. @default {0} */
  readonly initial?: number;
}

const WARMUP_CONSTANT_OPTIONS = { peak: true, warmupSteps: true, initial: true } as const;

/**
 * A straight line from `initial` to `peak` in `warmupSteps`, and `peak` from there on, as
 * `optax.warmup_constant_schedule`.
 *
 * @param options The peak and the way to it.
 * @returns A schedule that holds `peak`.
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If `warmupSteps` is not positive or a number is not finite.
 *
 * @example
 * ```ts
 * import { warmupConstant } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals([0, 1, 4, 100].map(warmupConstant({ peak: 1, warmupSteps: 4 })), [0, 0.25, 1, 1]);
 * ```
 */
export function warmupConstant(options: WarmupConstantOptions): Schedule {
  checkOptionNames("warmupConstant", options, WARMUP_CONSTANT_OPTIONS);
  const { peak, warmupSteps, initial = 0 } = options;
  checkFinite("warmupConstant", "peak", peak);
  checkPositive("warmupConstant", "warmupSteps", warmupSteps);
  checkFinite("warmupConstant", "initial", initial);
  return linear({ initial, end: peak, steps: warmupSteps });
}
