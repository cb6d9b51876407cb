/**
 * From one value to the next between each two boundaries.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkBoundaries, checkFinite } from "./check.ts";
import type { Schedule } from "./schedule.ts";

/** How a value goes over into the next: along a straight line, or half a wave of a cosine. */
export type Interpolation = "linear" | "cosine";

/** Options of {@linkcode piecewiseInterpolate}. */
export interface PiecewiseInterpolateOptions {
  /** The way from each value to the next. @default {"linear"} */
  readonly interpolation?: Interpolation;
}

const PIECEWISE_INTERPOLATE_OPTIONS = { interpolation: true } as const;

/**
 * `values[0]` at step 0 and `values[i]` at `boundaries[i - 1]`, with a straight line or half a cosine between each
 * two. The values are absolute; `optax.piecewise_interpolate_schedule` takes factors instead.
 *
 * @param boundaries The steps at which the next value is reached: not negative, strictly increasing.
 * @param values One value more than there are boundaries.
 * @param options The way between the values.
 * @returns A schedule that holds the last value from the last boundary on.
 * @throws {TypeError} If an argument is not an array of numbers.
 * @throws {RangeError} If the lengths do not fit, the boundaries are not increasing, a number is not finite or
 * the interpolation is not known.
 *
 * @example
 * ```ts
 * import { piecewiseInterpolate } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = piecewiseInterpolate([4, 8], [0, 1, 0.5]);
 * assertEquals([0, 1, 4, 6, 8, 100].map(schedule), [0, 0.25, 1, 0.75, 0.5, 0.5]);
 * ```
 */
export function piecewiseInterpolate(
  boundaries: readonly number[],
  values: readonly number[],
  options: PiecewiseInterpolateOptions = {},
): Schedule {
  checkOptionNames("piecewiseInterpolate", options, PIECEWISE_INTERPOLATE_OPTIONS);
  checkBoundaries("piecewiseInterpolate", boundaries);
  if (!Array.isArray(values)) {
    throw new TypeError(`piecewiseInterpolate expects values to be an array but got ${typeof values}`);
  }
  if (values.length !== boundaries.length + 1) {
    throw new RangeError(
      `piecewiseInterpolate expects one value more than boundaries but got ${values.length} values ` +
        `and ${boundaries.length} boundaries`,
    );
  }
  values.forEach((value, index) => checkFinite("piecewiseInterpolate", `values[${index}]`, value));
  const { interpolation = "linear" } = options;
  if (!Object.hasOwn(CURVES, interpolation)) {
    throw new RangeError(
      `piecewiseInterpolate expects interpolation "linear" or "cosine" but got ${interpolation}`,
    );
  }
  return interpolate(boundaries, values, interpolation);
}

const CURVES: Readonly<Record<Interpolation, (from: number, to: number, part: number) => number>> = {
  linear: (from, to, part) => (to - from) * part + from,
  cosine: (from, to, part) => to + ((from - to) / 2) * (Math.cos(Math.PI * part) + 1),
};

/** {@linkcode piecewiseInterpolate} without checks; a stretch between equal boundaries is passed over. */
export function interpolate(
  boundaries: readonly number[],
  values: readonly number[],
  interpolation: Interpolation,
): Schedule {
  const starts = [0, ...boundaries];
  const levels = [...values];
  const curve = CURVES[interpolation];
  return (step) => {
    if (Number.isNaN(step)) return NaN;
    const index = starts.findLastIndex((start) => step >= start);
    if (index < 0) return levels[0];
    if (index === starts.length - 1) return levels[index];
    const part = (step - starts[index]) / (starts[index + 1] - starts[index]);
    return curve(levels[index], levels[index + 1], part);
  };
}
