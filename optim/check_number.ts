/**
 * Checks of options that are plain numbers: those that shape a state or a program, and so have no schedule.
 *
 * @module
 */

import type { Domain } from "./checks.ts";

/** Whole numbers from 1. */
export const COUNT: Domain = {
  text: "a whole number above 0",
  includes: (value) => Number.isInteger(value) && value > 0,
};

/**
 * Throws unless an option is a number of the domain.
 *
 * @throws {TypeError} If it is no number.
 * @throws {RangeError} If it lies outside of the domain.
 */
export function checkNumber(operation: string, option: string, value: unknown, domain: Domain): void {
  if (typeof value !== "number") {
    const got = value === null ? "null" : typeof value;
    throw new TypeError(`${operation} expects ${option} to be a number but got ${got}`);
  }
  if (!domain.includes(value)) {
    throw new RangeError(`${operation} expects ${option} to be ${domain.text} but got ${value}`);
  }
}

/**
 * Throws unless an option is one of several texts.
 *
 * @throws {TypeError} If it is none of them.
 */
export function checkChoice(
  operation: string,
  option: string,
  value: unknown,
  choices: readonly string[],
): void {
  if (typeof value === "string" && choices.includes(value)) return;
  const list = choices.map((choice) => `"${choice}"`).join(" or ");
  throw new TypeError(`${operation} expects ${option} to be ${list} but got ${String(value)}`);
}
