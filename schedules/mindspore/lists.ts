/**
 * Learning rates as lists, one value a step, as the functions of `mindspore.nn.dynamic_lr` that go by milestones or
 * from one value to another.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { checkFinite, checkNotNegative, checkPositive } from "../check.ts";
import { checkBoolean, checkEnds, checkWhole } from "./check.ts";

/** The lengths of a list. */
export interface ListLengths {
  /** The length of the list; a positive whole number. */
  readonly totalStep: number;
  /** How many steps an epoch has; a positive whole number. */
  readonly stepPerEpoch: number;
}

/** The value of each step, by its epoch. */
function byEpoch(
  { totalStep, stepPerEpoch }: ListLengths,
  value: (epoch: number) => number,
): readonly number[] {
  return Array.from({ length: totalStep }, (_, step) => value(Math.floor(step / stepPerEpoch)));
}

function checkLengths(operation: string, { totalStep, stepPerEpoch }: ListLengths): void {
  checkWhole(operation, "totalStep", totalStep);
  checkWhole(operation, "stepPerEpoch", stepPerEpoch);
}

/**
 * `learningRates[i]` for each step from the milestone before up to `milestone[i]`, as
 * `mindspore.nn.piecewise_constant_lr`. The last milestone is the length of the list.
 *
 * @param milestone Steps at which a rate ends; positive whole numbers, none below the one before.
 * @param learningRates The rate up to each of them.
 * @returns One value a step.
 * @throws {TypeError} If an argument is no list, or an element no number.
 * @throws {RangeError} If the lists differ in length, or milestones are not as they should be.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const rates = mindspore.piecewiseConstantLr([2, 5, 10], [0.1, 0.05, 0.01]);
 * assertEquals(rates, [0.1, 0.1, 0.05, 0.05, 0.05, 0.01, 0.01, 0.01, 0.01, 0.01]);
 * ```
 */
export function piecewiseConstantLr(
  milestone: readonly number[],
  learningRates: readonly number[],
): readonly number[] {
  const name = "piecewiseConstantLr";
  for (const [option, value] of Object.entries({ milestone, learningRates })) {
    if (!Array.isArray(value)) {
      throw new TypeError(`${name} expects ${option} to be a list but got ${typeof value}`);
    }
  }
  if (milestone.length !== learningRates.length) {
    throw new RangeError(
      `${name} expects a learning rate for each milestone but got ${learningRates.length} for ${milestone.length}`,
    );
  }
  return milestone.flatMap((end, i) => {
    const begin = i === 0 ? 0 : milestone[i - 1];
    checkWhole(name, `milestone[${i}]`, end);
    checkFinite(name, `learningRates[${i}]`, learningRates[i]);
    if (end < begin) {
      throw new RangeError(`${name} expects milestones in order but got ${begin} before ${end}`);
    }
    return new Array<number>(end - begin).fill(learningRates[i]);
  });
}

/** Options of {@linkcode cosineDecayLr}. */
export interface CosineDecayLrOptions extends ListLengths {
  /** The value at the end; not negative, and below `maxLr`. */
  readonly minLr: number;
  /** The value of the first epoch. */
  readonly maxLr: number;
  /** How many epochs the decay takes; a positive whole number. */
  readonly decayEpoch: number;
}

const COSINE_DECAY_LR_OPTIONS = {
  minLr: true,
  maxLr: true,
  decayEpoch: true,
  totalStep: true,
  stepPerEpoch: true,
} as const;

/**
 * `minLr + (maxLr - minLr) / 2 * (1 + cos(pi * min(epoch, decayEpoch) / decayEpoch))` for each step, with
 * `epoch = floor(step / stepPerEpoch)`, as `mindspore.nn.cosine_decay_lr`.
 *
 * @param options The rates and the lengths.
 * @returns One value a step.
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If a rate is negative or not below the other, or a length is no positive whole number.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const lengths = { totalStep: 6, stepPerEpoch: 2, decayEpoch: 2 };
 * const rates = mindspore.cosineDecayLr({ minLr: 0.01, maxLr: 0.1, ...lengths });
 * assertEquals(rates, [0.1, 0.1, 0.05500000000000001, 0.05500000000000001, 0.01, 0.01]);
 * ```
 */
export function cosineDecayLr(options: CosineDecayLrOptions): readonly number[] {
  checkOptionNames("cosineDecayLr", options, COSINE_DECAY_LR_OPTIONS);
  const { minLr, maxLr, decayEpoch } = options;
  checkEnds("cosineDecayLr", minLr, maxLr);
  checkLengths("cosineDecayLr", options);
  checkWhole("cosineDecayLr", "decayEpoch", decayEpoch);
  const half = 0.5 * (maxLr - minLr);
  return byEpoch(
    options,
    (epoch) => minLr + half * (1 + Math.cos(Math.PI * Math.min(epoch, decayEpoch) / decayEpoch)),
  );
}

/** Options of {@linkcode polynomialDecayLr}. */
export interface PolynomialDecayLrOptions extends ListLengths {
  /** The value of the first epoch; positive. */
  readonly learningRate: number;
  /** The value at the end; not negative. */
  readonly endLearningRate: number;
  /** How many epochs the decay takes; a positive whole number. */
  readonly decayEpoch: number;
  /** The exponent; positive. */
  readonly power: number;
  /** Whether the decay starts anew, each time for longer, in place of an end. @default {false} */
  readonly updateDecayEpoch?: boolean;
}

const POLYNOMIAL_DECAY_LR_OPTIONS = {
  learningRate: true,
  endLearningRate: true,
  decayEpoch: true,
  power: true,
  updateDecayEpoch: true,
  totalStep: true,
  stepPerEpoch: true,
} as const;

/**
 * `(learningRate - endLearningRate) (1 - min(epoch, decayEpoch) / decayEpoch)^power + endLearningRate` for each step,
 * with `epoch = floor(step / stepPerEpoch)`, as `mindspore.nn.polynomial_decay_lr`. With `updateDecayEpoch` it is
 * `epoch` in place of the minimum, and `decayEpoch` times `max(ceil(epoch / decayEpoch), 1)`.
 *
 * @param options The rates, the exponent and the lengths.
 * @returns One value a step.
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const lengths = { totalStep: 4, stepPerEpoch: 1, decayEpoch: 2 };
 * const rates = mindspore.polynomialDecayLr({ learningRate: 1, endLearningRate: 0, power: 2, ...lengths });
 * assertEquals(rates, [1, 0.25, 0, 0]);
 * ```
 */
export function polynomialDecayLr(options: PolynomialDecayLrOptions): readonly number[] {
  checkOptionNames("polynomialDecayLr", options, POLYNOMIAL_DECAY_LR_OPTIONS);
  const { learningRate, endLearningRate, decayEpoch, power, updateDecayEpoch = false } = options;
  const name = "polynomialDecayLr";
  checkPositive(name, "learningRate", learningRate);
  checkNotNegative(name, "endLearningRate", endLearningRate);
  checkPositive(name, "power", power);
  checkLengths(name, options);
  checkWhole(name, "decayEpoch", decayEpoch);
  checkBoolean(name, "updateDecayEpoch", updateDecayEpoch);
  const difference = learningRate - endLearningRate;
  return byEpoch(options, (epoch) => {
    const length = updateDecayEpoch ? decayEpoch * Math.max(Math.ceil(epoch / decayEpoch), 1) : decayEpoch;
    const passed = updateDecayEpoch ? epoch : Math.min(epoch, decayEpoch);
    return difference * (1 - passed / length) ** power + endLearningRate;
  });
}

/** Options of {@linkcode warmupLr}. */
export interface WarmupLrOptions extends ListLengths {
  /** The value at the end; not negative. */
  readonly learningRate: number;
  /** How many epochs the way there takes; a positive whole number. */
  readonly warmupEpoch: number;
}

const WARMUP_LR_OPTIONS = {
  learningRate: true,
  warmupEpoch: true,
  totalStep: true,
  stepPerEpoch: true,
} as const;

/**
 * `learningRate * min(epoch, warmupEpoch) / warmupEpoch` for each step, with `epoch = floor(step / stepPerEpoch)`, as
 * `mindspore.nn.warmup_lr`. It starts from 0.
 *
 * @param options The rate and the lengths.
 * @returns One value a step.
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If the rate is negative, or a length is no positive whole number.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const rates = mindspore.warmupLr({ learningRate: 0.1, totalStep: 6, stepPerEpoch: 2, warmupEpoch: 2 });
 * assertEquals(rates, [0, 0, 0.05, 0.05, 0.1, 0.1]);
 * ```
 */
export function warmupLr(options: WarmupLrOptions): readonly number[] {
  checkOptionNames("warmupLr", options, WARMUP_LR_OPTIONS);
  const { learningRate, warmupEpoch } = options;
  checkNotNegative("warmupLr", "learningRate", learningRate);
  checkLengths("warmupLr", options);
  checkWhole("warmupLr", "warmupEpoch", warmupEpoch);
  return byEpoch(options, (epoch) => learningRate * Math.min(epoch, warmupEpoch) / warmupEpoch);
}
