/**
 * Checks of the numbers that schedules are made from.
 *
 * @module
 */

/** Throws unless `value` is a finite number: TypeError for another type, RangeError for NaN or infinity. */
export function checkFinite(operation: string, name: string, value: number): void {
  if (typeof value !== "number") {
    throw new TypeError(`${operation} expects ${name} to be a number but got ${typeof value}`);
  }
  if (!Number.isFinite(value)) {
    throw new RangeError(`${operation} expects ${name} to be finite but got ${value}`);
  }
}

/** Throws unless `value` is a finite number above 0. */
export function checkPositive(operation: string, name: string, value: number): void {
  checkFinite(operation, name, value);
  if (value <= 0) throw new RangeError(`${operation} expects ${name} to be positive but got ${value}`);
}

/** Throws unless `value` is a finite number, 0 or above. */
export function checkNotNegative(operation: string, name: string, value: number): void {
  checkFinite(operation, name, value);
  if (value < 0) throw new RangeError(`${operation} expects ${name} not to be negative but got ${value}`);
}

/** Throws unless `boundaries` are finite, not negative and strictly increasing. */
export function checkBoundaries(operation: string, boundaries: readonly number[]): void {
  if (!Array.isArray(boundaries)) {
    throw new TypeError(`${operation} expects boundaries to be an array but got ${typeof boundaries}`);
  }
  boundaries.forEach((boundary, index) => checkNotNegative(operation, `boundaries[${index}]`, boundary));
  if (boundaries.some((boundary, index) => index > 0 && boundary <= boundaries[index - 1])) {
    throw new RangeError(
      `${operation} expects strictly increasing boundaries but got [${boundaries.join(", ")}]`,
    );
  }
}
