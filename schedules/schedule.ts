/**
 * The type of a schedule.
 *
 * @module
 */

/**
 * A scalar as a function of the step: a learning rate, a weight decay, a momentum. Steps count from 0, so the
 * first update of a training run reads `schedule(0)`. A schedule is a pure function: the same step always
 * gives the same value, steps below 0 count as 0, and NaN gives NaN wherever the step matters.
 *
 * @example
 * ```ts
 * import type { Schedule } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const inverseSquareRoot: Schedule = (step) => 0.5 / Math.sqrt(step + 1);
 * assertEquals(inverseSquareRoot(3), 0.25);
 * ```
 */
export type Schedule = (step: number) => number;
