/**
 * The classes of `mindspore.nn.learning_rate_schedule` that decay by a rate, as functions that make schedules.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { checkPositive } from "../check.ts";
import type { Schedule } from "../schedule.ts";
import { checkBoolean, checkWhole } from "./check.ts";

const { fround } = Math;

/** Options of {@linkcode ExponentialDecayLR}, {@linkcode NaturalExpDecayLR} and {@linkcode InverseDecayLR}. */
export interface DecayLROptions {
  /** The value at step 0; positive. */
  readonly learningRate: number;
  /** How fast it decays; positive. */
  readonly decayRate: number;
  /** How many steps one decay takes; a positive whole number. */
  readonly decaySteps: number;
  /** Whether it decays at whole multiples of `decaySteps` only. @default {false} */
  readonly isStair?: boolean;
}

const DECAY_LR_OPTIONS = { learningRate: true, decayRate: true, decaySteps: true, isStair: true } as const;

/** The checked options, with the rates in single precision. */
function checked(operation: string, options: DecayLROptions): Required<DecayLROptions> {
  const { learningRate, decayRate, decaySteps, isStair = false } = options;
  checkWhole(operation, "decaySteps", decaySteps);
  checkPositive(operation, "learningRate", learningRate);
  checkPositive(operation, "decayRate", decayRate);
  checkBoolean(operation, "isStair", isStair);
  return { learningRate: fround(learningRate), decayRate: fround(decayRate), decaySteps, isStair };
}

/** How many decays have passed. */
function passed(step: number, { decaySteps, isStair }: Required<DecayLROptions>): number {
  const part = fround(step / decaySteps);
  return isStair ? Math.floor(part) : part;
}

/**
 * `learningRate * decayRate^(step / decaySteps)`, as `mindspore.nn.ExponentialDecayLR`, in single precision.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is not positive, or `decaySteps` is not whole.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/schedules";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const schedule = mindspore.ExponentialDecayLR({ learningRate: 0.1, decayRate: 0.9, decaySteps: 4 });
 * assertAlmostEquals(schedule(2), 0.09486833, 1e-8);
 * ```
 */
export function ExponentialDecayLR(options: DecayLROptions): Schedule {
  checkOptionNames("ExponentialDecayLR", options, DECAY_LR_OPTIONS);
  const given = checked("ExponentialDecayLR", options);
  return (step) => fround(given.learningRate * fround(given.decayRate ** passed(step, given)));
}

/**
 * `learningRate * e^(-decayRate * step)`, as `mindspore.nn.NaturalExpDecayLR`, in single precision. Its documentation
 * divides the step by `decaySteps`; its code uses `decaySteps` with `isStair` only, where it is
 * `floor(step / decaySteps) * decaySteps` in place of `step`.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is not positive, or `decaySteps` is not whole.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/schedules";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const decay = { learningRate: 0.1, decayRate: 0.9, decaySteps: 4 };
 * assertAlmostEquals(mindspore.NaturalExpDecayLR({ ...decay, isStair: true })(2), 0.1, 1e-8);
 * assertAlmostEquals(mindspore.NaturalExpDecayLR(decay)(2), 0.016529892, 1e-8);
 * ```
 */
export function NaturalExpDecayLR(options: DecayLROptions): Schedule {
  checkOptionNames("NaturalExpDecayLR", options, DECAY_LR_OPTIONS);
  const { learningRate, decayRate, decaySteps, isStair } = checked("NaturalExpDecayLR", options);
  const base = fround(Math.E);
  return (step) => {
    const time = isStair ? Math.floor(step / decaySteps) * decaySteps : step;
    return fround(learningRate * fround(base ** fround(-decayRate * time)));
  };
}

/**
 * `learningRate / (1 + decayRate * step / decaySteps)`, as `mindspore.nn.InverseDecayLR`, in single precision.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is not positive, or `decaySteps` is not whole.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = mindspore.InverseDecayLR({ learningRate: 0.5, decayRate: 0.5, decaySteps: 2 });
 * assertEquals([0, 4].map(schedule), [0.5, 0.25]);
 * ```
 */
export function InverseDecayLR(options: DecayLROptions): Schedule {
  checkOptionNames("InverseDecayLR", options, DECAY_LR_OPTIONS);
  const given = checked("InverseDecayLR", options);
  return (step) => fround(given.learningRate / fround(1 + fround(given.decayRate * passed(step, given))));
}
