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
