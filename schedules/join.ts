/**
 * One schedule after another.
 *
 * @module
 */

import { checkBoundaries } from "./check.ts";
import type { Schedule } from "./schedule.ts";

/**
 * Runs `schedules[i]` from `boundaries[i - 1]` on and before `boundaries[i]`, each counting from 0 at its own
 * start: `schedules[i](step - boundaries[i - 1])`, as `optax.join_schedules`.
 *
 * @param schedules One schedule more than there are boundaries.
 * @param boundaries The steps at which the next schedule begins: not negative, strictly increasing.
 * @returns The joined schedule.
 * @throws {TypeError} If `schedules` are not functions or `boundaries` not numbers.
 * @throws {RangeError} If the lengths do not fit or the boundaries are not increasing.
 *
 * @example
 * ```ts
 * import { constant, join, linear } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = join([linear({ initial: 0, end: 1, steps: 2 }), constant(1), constant(0.5)], [2, 10]);
 * assertEquals([0, 1, 2, 9, 10].map(schedule), [0, 0.5, 1, 1, 0.5]);
 * ```
 */
export function join(schedules: readonly Schedule[], boundaries: readonly number[]): Schedule {
  if (!Array.isArray(schedules) || schedules.some((schedule) => typeof schedule !== "function")) {
    throw new TypeError("join expects an array of schedules, which are functions of the step");
  }
  checkBoundaries("join", boundaries);
  if (schedules.length !== boundaries.length + 1) {
    throw new RangeError(
      `join expects one schedule more than boundaries but got ${schedules.length} schedules ` +
        `and ${boundaries.length} boundaries`,
    );
  }
  const parts = [...schedules];
  const starts = [...boundaries];
  return (step) => {
    const index = starts.findLastIndex((boundary) => step >= boundary);
    return index < 0 ? parts[0](step) : parts[index + 1](step - starts[index]);
  };
}
