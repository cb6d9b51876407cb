/**
 * Learning rates as lists, one value a step, as the functions of `mindspore.nn.dynamic_lr` that decay by epochs.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { checkPositive } from "../check.ts";
import { checkBoolean, checkWhole } from "./check.ts";

/** Options of {@linkcode exponentialDecayLr}, {@linkcode naturalExpDecayLr} and {@linkcode inverseDecayLr}. */
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

const DECAY_LR_OPTIONS = {
  learningRate: true,
  decayRate: true,
  totalStep: true,
  stepPerEpoch: true,
  decayEpoch: true,
  isStair: true,
} as const;

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
  checkOptionNames("exponentialDecayLr", options, DECAY_LR_OPTIONS);
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
  checkOptionNames("inverseDecayLr", options, DECAY_LR_OPTIONS);
  const { learningRate, decayRate } = options;
  return decays("inverseDecayLr", options).map((part) => learningRate / (1 + decayRate * part));
}

/**
 * `learningRate * e^(-decayRate * epoch)` for each step, with `epoch = floor(step / stepPerEpoch)`, as
 * `mindspore.nn.natural_exp_decay_lr`. Its documentation divides the epoch by `decayEpoch`; its code uses `decayEpoch`
 * with `isStair` only, where it is `floor(epoch / decayEpoch) * decayEpoch` in place of `epoch`.
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
 * const lengths = { totalStep: 6, stepPerEpoch: 2, decayEpoch: 2 };
 * const rates = mindspore.naturalExpDecayLr({ learningRate: 0.1, decayRate: 0.9, ...lengths, isStair: true });
 * assertEquals(rates.slice(2, 5), [0.1, 0.1, 0.016529888822158657]);
 * ```
 */
export function naturalExpDecayLr(options: DecayLrOptions): readonly number[] {
  checkOptionNames("naturalExpDecayLr", options, DECAY_LR_OPTIONS);
  const { learningRate, decayRate, decayEpoch, isStair = false } = options;
  // Of epochs that last one decay each, as many have passed as epochs.
  const length = isStair ? decayEpoch : 1;
  return decays("naturalExpDecayLr", options, length)
    .map((part) => learningRate * Math.pow(Math.E, -decayRate * part * length));
}

/** How many decays have passed at each step. */
function decays(operation: string, options: DecayLrOptions, length = options.decayEpoch): readonly number[] {
  const { totalStep, stepPerEpoch, decayEpoch, isStair = false } = options;
  checkPositive(operation, "learningRate", options.learningRate);
  checkPositive(operation, "decayRate", options.decayRate);
  for (const [name, value] of Object.entries({ totalStep, stepPerEpoch, decayEpoch })) {
    checkWhole(operation, name, value);
  }
  checkBoolean(operation, "isStair", isStair);
  return Array.from({ length: totalStep }, (_, step) => {
    const part = Math.floor(step / stepPerEpoch) / length;
    return isStair ? Math.floor(part) : part;
  });
}
