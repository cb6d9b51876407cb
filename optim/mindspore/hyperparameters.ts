/**
 * Learning rates and weight decays in every form that MindSpore takes, as what transforms take.
 *
 * @module
 */

import type { Schedule } from "../../schedules/mod.ts";
import { Tensor, tree } from "../../tensor/mod.ts";
import { checkScalar, NOT_NEGATIVE } from "../checks.ts";
import type { ScalarOrSchedule } from "../scalar.ts";

/**
 * A learning rate: a number, a tensor of one, a list or a vector with one for each step, or a schedule of the step
 * counted from 0. A list ends: a step after it throws a RangeError.
 */
export type LearningRate = number | Iterable<number> | Tensor | Schedule;

/** A learning rate ready for use. */
export interface ResolvedRate {
  /** The rate in single precision, in which MindSpore keeps it. */
  readonly rate: ScalarOrSchedule;
  /** How many steps there are rates for; null for a number or a schedule. */
  readonly length: number | null;
}

/** A number, or all that a schedule returns, in single precision, in which MindSpore keeps its hyperparameters. */
export function single(value: ScalarOrSchedule): ScalarOrSchedule {
  return typeof value === "function" ? (count) => Math.fround(value(count)) : Math.fround(value);
}

/**
 * Makes a learning rate ready. The elements of lists are not checked, as in MindSpore.
 *
 * @throws {TypeError} If it is of none of the forms.
 * @throws {RangeError} If a number is negative or not finite, a list is empty, or a tensor has more than one axis.
 */
export function resolveRate(operation: string, option: string, value: unknown): ResolvedRate {
  if (typeof value === "number") {
    checkScalar(operation, option, value, NOT_NEGATIVE);
    return { rate: Math.fround(value), length: null };
  }
  if (typeof value === "function") return { rate: single(value as Schedule), length: null };
  if (value instanceof Tensor) {
    if (value.rank === 0) return resolveRate(operation, option, value.item());
    if (value.rank === 1) return resolveList(operation, option, Array.from(value.data(), Number));
    throw new RangeError(`${operation} expects ${option} of at most one axis but got ${value.rank} axes`);
  }
  if (typeof value !== "object" || value === null || !(Symbol.iterator in value)) {
    throw new TypeError(
      `${operation} expects ${option} to be a number, a list, a tensor or a schedule but got ${
        typeof value === "string" ? "a string" : tree.describe(value)
      }`,
    );
  }
  return resolveList(operation, option, Array.from(value as Iterable<unknown>));
}

function resolveList(operation: string, option: string, list: readonly unknown[]): ResolvedRate {
  if (list.length === 0) throw new RangeError(`${operation} expects ${option} for each step but got none`);
  const rates = list.map((rate, step) => {
    if (typeof rate === "number") return Math.fround(rate);
    throw new TypeError(`${operation} expects ${option}[${step}] to be a number but got ${typeof rate}`);
  });
  const rate = (count: number): number => {
    if (count < rates.length) return rates[count];
    throw new RangeError(
      `${operation} expects ${option} for each step but got ${rates.length} of them and none for step ${count}`,
    );
  };
  return { rate, length: rates.length };
}

/**
 * A constant rate as MindSpore has it beside rates that change in other groups: it adds 1 and takes it off again in
 * single precision, so that 0.01 becomes 0.00999999.
 */
export function besideChanging(rate: ScalarOrSchedule): ScalarOrSchedule {
  return typeof rate === "number" ? Math.fround(Math.fround(rate + 1) - 1) : rate;
}

/**
 * A weight decay times a loss scale, in single precision.
 *
 * @throws {TypeError} If it is neither a number nor a schedule.
 * @throws {RangeError} If it is negative or not finite.
 */
export function resolveDecay(
  operation: string,
  value: ScalarOrSchedule,
  lossScale: number,
): ScalarOrSchedule {
  checkScalar(operation, "weightDecay", value, NOT_NEGATIVE);
  return typeof value === "function"
    ? (count) => Math.fround(Math.fround(value(count)) * lossScale)
    : Math.fround(value * lossScale);
}
