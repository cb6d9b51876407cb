/**
 * Steps down a staircase: one value between each two boundaries.
 *
 * @module
 */

import { checkBoundaries, checkFinite } from "./check.ts";
import type { Schedule } from "./schedule.ts";

/**
 * `values[i]` from `boundaries[i - 1]` on and before `boundaries[i]`. The values are absolute, as in
 * `mindspore.nn.piecewise_constant_lr`; `optax.piecewise_constant_schedule` takes factors instead.
 *
 * @param boundaries The steps at which the next value begins: not negative, strictly increasing.
 * @param values One value more than there are boundaries.
 * @returns A schedule that gives `values[0]` before `boundaries[0]` and the last value from the last boundary on.
 * @throws {TypeError} If an argument is not an array of numbers.
 * @throws {RangeError} If the lengths do not fit, the boundaries are not increasing or a number is not finite.
 *
 * @example
 * ```ts
 * import { piecewiseConstant } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = piecewiseConstant([200, 400], [0.1, 0.05, 0.01]);
 * assertEquals([0, 199, 200, 400].map(schedule), [0.1, 0.1, 0.05, 0.01]);
 * ```
 */
export function piecewiseConstant(boundaries: readonly number[], values: readonly number[]): Schedule {
  checkBoundaries("piecewiseConstant", boundaries);
  if (!Array.isArray(values)) {
    throw new TypeError(`piecewiseConstant expects values to be an array but got ${typeof values}`);
  }
  if (values.length !== boundaries.length + 1) {
    throw new RangeError(
      `piecewiseConstant expects one value more than boundaries but got ${values.length} values ` +
        `and ${boundaries.length} boundaries`,
    );
  }
  values.forEach((value, index) => checkFinite("piecewiseConstant", `values[${index}]`, value));
  const starts = [...boundaries];
  const levels = [...values];
  return (step) => {
    if (Number.isNaN(step)) return NaN;
    const index = starts.findIndex((boundary) => step < boundary);
    return levels.at(index)!; // -1, past every boundary, is the last level
  };
}
