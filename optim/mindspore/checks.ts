/**
 * MindSpore's checks of options.
 *
 * @module
 */

import { tree } from "../../tensor/mod.ts";
import { checkNumber, type Domain, POSITIVE } from "../checks.ts";

/** Between 0 and 1, neither of them. */
export const OPEN_FRACTION: Domain = {
  text: "above 0 and below 1",
  includes: (value) => value > 0 && value < 1,
};

/** Throws unless an option is a boolean. @throws {TypeError} If it is not. */
export function checkBoolean(operation: string, option: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new TypeError(`${operation} expects ${option} to be a boolean but got ${typeof value}`);
}

/**
 * Throws unless an option is a list of two numbers.
 *
 * @throws {TypeError} If it is no list of numbers.
 * @throws {RangeError} If they are not two.
 */
export function checkPair(operation: string, option: string, value: unknown): void {
  if (!Array.isArray(value) || value.some((one) => typeof one !== "number")) {
    throw new TypeError(`${operation} expects ${option} to be two numbers but got ${tree.describe(value)}`);
  }
  if (value.length !== 2) {
    throw new RangeError(`${operation} expects ${option} to be two numbers but got ${value.length}`);
  }
}

/** Options of moments. */
export interface MomentOptions {
  /** Decay of the first moment. */
  readonly beta1?: number;
  /** Decay of the second moment. */
  readonly beta2?: number;
  /** Added to the root of the second moment. */
  readonly eps?: number;
}

/**
 * The options of moments with their defaults, in single precision.
 *
 * @throws {TypeError} If one is not a number.
 * @throws {RangeError} If a beta is not between 0 and 1, or eps is not above 0.
 */
export function checkMoments(
  operation: string,
  options: MomentOptions,
  defaultEps: number,
): Required<MomentOptions> {
  const { beta1 = 0.9, beta2 = 0.999, eps = defaultEps } = options;
  checkNumber(operation, "beta1", beta1, OPEN_FRACTION);
  checkNumber(operation, "beta2", beta2, OPEN_FRACTION);
  checkNumber(operation, "eps", eps, POSITIVE);
  return { beta1: Math.fround(beta1), beta2: Math.fround(beta2), eps: Math.fround(eps) };
}
