/**
 * Learning rates as lists, one value a step, as the functions of `mindspore.nn.dynamic_lr` that decay by epochs.
 *
 * @module
 */

import { checkPositive } from "../check.ts";

/** Options of {@linkcode exponentialDecayLr} and {@linkcode inverseDecayLr}. */
export interface DecayLrOptions {
  /** The value of the first epoch; positive. */
  readonly learningRate: number;
  /** How fast it decays; positive. */
  readonly decayRate: number;
  /** The length of the list; a positive whole number. */
  readonly totalStep: number;
  /** How many steps an epoch has; a positive whole number. */
  readonly stepPerEpoch: number;
  /** How many epochs one decay takes; a positive whole number. */
  readonly decayEpoch: number;
  /** Whether it decays at whole multiples of `decayEpoch` only. @default {false} */
  readonly isStair?: boolean;
}

/**
 * `learningRate * decayRate^(epoch / decayEpoch)` for each step, with `epoch = floor(step / stepPerEpoch)`, as
 * `mindspore.nn.exponential_decay_lr`.
 *
 * @param options The rate, its decay and the lengths.
 * @returns One value a step.
 * @throws {TypeError} If a numeric option is not a number.
 * @throws {RangeError} If one is not positive, or a length is not whole.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const lengths = { totalStep: 4, stepPerEpoch: 2, decayEpoch: 1 };
 * const rates = mindspore.exponentialDecayLr({ learningRate: 0.5, decayRate: 0.5, ...lengths });
 * assertEquals(rates, [0.5, 0.5, 0.25, 0.25]);
 * ```
 */
export function exponentialDecayLr(options: DecayLrOptions): readonly number[] {
  const { learningRate, decayRate } = options;
  return decays("exponentialDecayLr", options).map((part) => learningRate * Math.pow(decayRate, part));
}

/**
 * `learningRate / (1 + decayRate * epoch / decayEpoch)` for each step, with `epoch = floor(step / stepPerEpoch)`,
 * as `mindspore.nn.inverse_decay_lr`.
 *
 * @param options The rate, its decay and the lengths.
 * @returns One value a step.
 * @throws {TypeError} If a numeric option is not a number.
 * @throws {RangeError} If one is not positive, or a length is not whole.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const lengths = { totalStep: 4, stepPerEpoch: 2, decayEpoch: 1 };
 * assertEquals(mindspore.inverseDecayLr({ learningRate: 1, decayRate: 1, ...lengths }), [1, 1, 0.5, 0.5]);
 * ```
 */
export function inverseDecayLr(options: DecayLrOptions): readonly number[] {
  const { learningRate, decayRate } = options;
  return decays("inverseDecayLr", options).map((part) => learningRate / (1 + decayRate * part));
}

/** How many decays have passed at each step. */
function decays(operation: string, options: DecayLrOptions): readonly number[] {
  const { totalStep, stepPerEpoch, decayEpoch, isStair = false } = options;
  checkPositive(operation, "learningRate", options.learningRate);
  checkPositive(operation, "decayRate", options.decayRate);
  for (const [name, value] of Object.entries({ totalStep, stepPerEpoch, decayEpoch })) {
    checkPositive(operation, name, value);
    if (!Number.isInteger(value)) {
      throw new RangeError(`${operation} expects ${name} to be a whole number but got ${value}`);
    }
  }
  return Array.from({ length: totalStep }, (_, step) => {
    const part = Math.floor(step / stepPerEpoch) / decayEpoch;
    return isStair ? Math.floor(part) : part;
  });
}
