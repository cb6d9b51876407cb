/**
 * Checks of the hyperparameters that optimizers are made with.
 *
 * @module
 */

/** The numbers that a hyperparameter may be. */
export interface Domain {
  /** How the domain reads after "to be". */
  readonly text: string;
  /** Whether a number lies in it. */
  readonly includes: (value: number) => boolean;
}

/** Any finite number. */
export const FINITE: Domain = { text: "a finite number", includes: Number.isFinite };

/** 0 and above. */
export const NOT_NEGATIVE: Domain = {
  text: "a finite number not below 0",
  includes: (value) => Number.isFinite(value) && value >= 0,
};

/** Above 0. */
export const POSITIVE: Domain = {
  text: "a finite number above 0",
  includes: (value) => Number.isFinite(value) && value > 0,
};

/** From 0 up to but not including 1. */
export const FRACTION: Domain = {
  text: "at least 0 and below 1",
  includes: (value) => value >= 0 && value < 1,
};

/** From 0 to 1, both included. */
export const PROPORTION: Domain = {
  text: "at least 0 and at most 1",
  includes: (value) => value >= 0 && value <= 1,
};

/** A count of at least one. */
export const WHOLE: Domain = {
  text: "a whole number above 0",
  includes: (value) => Number.isInteger(value) && value > 0,
};

/** A count. */
export const COUNT: Domain = {
  text: "a whole number not below 0",
  includes: (value) => Number.isInteger(value) && value >= 0,
};

/**
 * Throws unless an option is a schedule or a number of the domain. What a schedule returns is not checked.
 *
 * @throws {TypeError} If it is neither a number nor a function.
 * @throws {RangeError} If the number lies outside of the domain.
 */
export function checkScalar(operation: string, option: string, value: unknown, domain: Domain): void {
  if (typeof value === "function") return;
  if (typeof value !== "number") {
    const got = value === null ? "null" : typeof value;
    throw new TypeError(`${operation} expects ${option} to be a number or a schedule but got ${got}`);
  }
  if (!domain.includes(value)) {
    throw new RangeError(`${operation} expects ${option} to be ${domain.text} but got ${value}`);
  }
}

/**
 * Throws unless an option is a number of the domain; for what is used once and cannot change with the steps.
 *
 * @throws {TypeError} If it is not a number.
 * @throws {RangeError} If it lies outside of the domain.
 */
export function checkNumber(operation: string, option: string, value: unknown, domain: Domain): void {
  if (typeof value !== "number") {
    const got = value === null ? "null" : typeof value;
    throw new TypeError(`${operation} expects ${option} to be a number but got ${got}`);
  }
  checkScalar(operation, option, value, domain);
}

/**
 * Throws unless an option is one of several texts.
 *
 * @throws {TypeError} If it is not.
 */
export function checkChoice(
  operation: string,
  option: string,
  value: unknown,
  choices: readonly string[],
): void {
  if (choices.some((choice) => choice === value)) return;
  const list = choices.map((choice) => `"${choice}"`).join(" or ");
  throw new TypeError(`${operation} expects ${option} to be ${list} but got ${String(value)}`);
}
