/**
 * A value that never changes.
 *
 * @module
 */

import { checkFinite } from "./check.ts";
import type { Schedule } from "./schedule.ts";

/**
 * The same value at every step, as `optax.constant_schedule`.
 *
 * @param value The value, a finite number.
 * @returns A schedule with `schedule(step) = value`.
 * @throws {TypeError} If the value is not a number.
 * @throws {RangeError} If the value is NaN or infinite.
 *
 * @example
 * ```ts
 * import { constant } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = constant(0.1);
 * assertEquals([0, 10, 1000].map(schedule), [0.1, 0.1, 0.1]);
 * ```
 */
export function constant(value: number): Schedule {
  checkFinite("constant", "value", value);
  return () => value;
}
