/**
 * From one value to another along a power of the time that is left.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkFinite, checkNotNegative, checkPositive } from "./check.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode linear}. */
export interface LinearOptions {
  /** The value up to step `begin`. */
  readonly initial: number;
  /** The value from step `begin + steps` on; it may be above `initial`. */
  readonly end: number;
  /** How many steps the way from `initial` to `end` takes; positive. */
  readonly steps: number;
  /** The step at which the change begins. @default {0} */
  readonly begin?: number;
}

const LINEAR_OPTIONS = { initial: true, end: true, steps: true, begin: true } as const;

/** Options of {@linkcode polynomialDecay}. */
export interface PolynomialDecayOptions extends LinearOptions {
  /** The exponent; positive. 1 is a straight line. @default {1} */
  readonly power?: number;
}

const POLYNOMIAL_DECAY_OPTIONS = { power: true, ...LINEAR_OPTIONS } as const;

/**
 * `(initial - end) (1 - t / steps)^power + end` with `t = min(max(step - begin, 0), steps)`, as
 * `optax.polynomial_schedule`.
 *
 * @param options Where to start and end, how fast, and when.
 * @returns A schedule that holds `end` after its last step.
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If `steps` or `power` is not positive, `begin` is negative or a number is not finite.
 *
 * @example
 * ```ts
 * import { polynomialDecay } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = polynomialDecay({ initial: 1, end: 0, power: 2, steps: 4 });
 * assertEquals([0, 1, 2, 3, 4, 100].map(schedule), [1, 0.5625, 0.25, 0.0625, 0, 0]);
 * ```
 */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  checkOptionNames("polynomialDecay", options, POLYNOMIAL_DECAY_OPTIONS);
  return decay("polynomialDecay", options);
}

/**
 * A straight line from `initial` to `end`, as `optax.linear_schedule`: {@linkcode polynomialDecay} of power 1.
 *
 * @param options Where to start and end, and when.
 * @returns A schedule that holds `end` after its last step.
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If `steps` is not positive, `begin` is negative or a number is not finite.
 *
 * @example
 * ```ts
 * import { linear } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const warmup = linear({ initial: 0, end: 1, steps: 4 });
 * assertEquals([0, 1, 2, 3, 4, 5].map(warmup), [0, 0.25, 0.5, 0.75, 1, 1]);
 * ```
 */
export function linear(options: LinearOptions): Schedule {
  checkOptionNames("linear", options, LINEAR_OPTIONS);
  const { initial, end, steps, begin = 0 } = options;
  return decay("linear", { initial, end, steps, begin });
}

function decay(operation: string, options: PolynomialDecayOptions): Schedule {
  const { initial, end, steps, power = 1, begin = 0 } = options;
  checkFinite(operation, "initial", initial);
  checkFinite(operation, "end", end);
  checkPositive(operation, "steps", steps);
  checkPositive(operation, "power", power);
  checkNotNegative(operation, "begin", begin);
  return (step) => {
    const elapsed = Math.min(Math.max(step - begin, 0), steps);
    return (initial - end) * Math.pow(1 - elapsed / steps, power) + end;
  };
}
