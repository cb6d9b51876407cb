/**
 * Checks that MindSpore's schedules and lists have in common.
 *
 * @module
 */

import { checkFinite, checkNotNegative, checkPositive } from "../check.ts";

/** Throws unless `value` is a positive whole number. */
export function checkWhole(operation: string, name: string, value: number): void {
  checkPositive(operation, name, value);
  if (!Number.isInteger(value)) {
    throw new RangeError(`${operation} expects ${name} to be a whole number but got ${value}`);
  }
}

/** Throws unless `value` is a boolean. */
export function checkBoolean(operation: string, name: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new TypeError(`${operation} expects ${name} to be a boolean but got ${typeof value}`);
}

/** Throws unless the two ends of a cosine are numbers in order, and the lower one is not negative. */
export function checkEnds(operation: string, minLr: number, maxLr: number): void {
  checkNotNegative(operation, "minLr", minLr);
  checkFinite(operation, "maxLr", maxLr);
  if (minLr >= maxLr) {
    throw new RangeError(`${operation} expects minLr below maxLr but got ${minLr} and ${maxLr}`);
  }
}
