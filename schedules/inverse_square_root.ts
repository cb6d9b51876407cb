/**
 * Up a straight line, then down with the square root of the step.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkFinite, checkPositive } from "./check.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode inverseSquareRoot}. */
export interface InverseSquareRootOptions {
  /** The highest value, at step `warmupSteps`. */
  readonly peak: number;
  /** The length of the warm-up, which also says how fast the value falls; positive. */
  readonly warmupSteps: number;
  /** The value at step 0. @default {0} */
  readonly initial?: number;
}

const INVERSE_SQUARE_ROOT_OPTIONS = { peak: true, warmupSteps: true, initial: true } as const;

/**
 * A straight line from `initial` to `peak` in `warmupSteps`, then `peak sqrt(warmupSteps / step)`; after Vaswani et
 * al., "Attention Is All You Need" (2017), whose schedule has the peak `1 / sqrt(features warmupSteps)` and
 * counts steps from 1.
 *
 * @param options The peak and where it is.
 * @returns A schedule that goes down for ever.
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If `warmupSteps` is not positive or a number is not finite.
 *
 * @example
 * ```ts
 * import { inverseSquareRoot } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals([0, 50, 100, 400].map(inverseSquareRoot({ peak: 1, warmupSteps: 100 })), [0, 0.5, 1, 0.5]);
 * ```
 */
export function inverseSquareRoot(options: InverseSquareRootOptions): Schedule {
  checkOptionNames("inverseSquareRoot", options, INVERSE_SQUARE_ROOT_OPTIONS);
  const { peak, warmupSteps, initial = 0 } = options;
  checkFinite("inverseSquareRoot", "peak", peak);
  checkPositive("inverseSquareRoot", "warmupSteps", warmupSteps);
  checkFinite("inverseSquareRoot", "initial", initial);
  return (step) => {
    if (step < warmupSteps) return initial + (peak - initial) * (Math.max(step, 0) / warmupSteps);
    return peak * Math.sqrt(warmupSteps / step);
  };
}
