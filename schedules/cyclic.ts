/**
 * Up and down, again and again.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkFinite, checkPositive } from "./check.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode cyclic}. */
export interface CyclicOptions {
  /** The lowest value, at the ends of each cycle. */
  readonly initial: number;
  /** The highest value of the first cycle. */
  readonly peak: number;
  /** How many steps each rise takes; positive. */
  readonly riseSteps: number;
  /** How many steps each fall takes; positive. @default {riseSteps} */
  readonly fallSteps?: number;
  /**
   * The height of the cycles: always the same ("triangular"), half of the one before ("triangular2"), or
   * `decayRate^step` of the first ("exponentialRange").
   *
   * @default {"triangular"}
   */
  readonly mode?: "triangular" | "triangular2" | "exponentialRange";
  /** The factor by which each step lowers the height in mode "exponentialRange"; positive. @default {1} */
  readonly decayRate?: number;
}

const CYCLIC_OPTIONS = {
  initial: true,
  peak: true,
  riseSteps: true,
  fallSteps: true,
  mode: true,
  decayRate: true,
} as const;

/**
 * Straight lines from `initial` to `peak` in `riseSteps` and back in `fallSteps`, over and over, as
 * `torch.optim.lr_scheduler.CyclicLR`; after Smith, "Cyclical Learning Rates for Training Neural Networks" (2017).
 *
 * @param options The bounds, the length of a cycle, and what becomes of the height.
 * @returns A schedule without end.
 * @throws {TypeError} If a numeric option is not a number.
 * @throws {RangeError} If a length or `decayRate` is not positive, a number is not finite or the mode is not known.
 *
 * @example
 * ```ts
 * import { cyclic } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = cyclic({ initial: 0, peak: 1, riseSteps: 2, mode: "triangular2" });
 * assertEquals([0, 1, 2, 3, 4, 6, 8].map(schedule), [0, 0.5, 1, 0.5, 0, 0.5, 0]);
 * ```
 */
export function cyclic(options: CyclicOptions): Schedule {
  checkOptionNames("cyclic", options, CYCLIC_OPTIONS);
  const { initial, peak, riseSteps, fallSteps = riseSteps, mode = "triangular", decayRate = 1 } = options;
  checkFinite("cyclic", "initial", initial);
  checkFinite("cyclic", "peak", peak);
  checkPositive("cyclic", "riseSteps", riseSteps);
  checkPositive("cyclic", "fallSteps", fallSteps);
  checkPositive("cyclic", "decayRate", decayRate);
  const heights: Readonly<Record<string, (cycle: number, step: number) => number>> = {
    triangular: () => 1,
    triangular2: (cycle) => Math.pow(0.5, cycle),
    exponentialRange: (_, step) => Math.pow(decayRate, step),
  };
  if (!Object.hasOwn(heights, mode)) {
    throw new RangeError(
      `cyclic expects mode "triangular", "triangular2" or "exponentialRange" but got ${mode}`,
    );
  }
  const height = heights[mode];
  const length = riseSteps + fallSteps;
  return (step) => {
    const elapsed = Math.max(step, 0);
    const cycle = Math.floor(elapsed / length);
    const within = elapsed - cycle * length;
    const part = within <= riseSteps ? within / riseSteps : (length - within) / fallSteps;
    return initial + (peak - initial) * part * height(cycle, elapsed);
  };
}
