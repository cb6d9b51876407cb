/**
 * Checks of what an operation is given.
 *
 * @module
 */
import { isFloating } from "./dtype.ts";
import { type Abstract, describe, nameOf, Tensor } from "./tensor.ts";

/** Throws unless a value is a tensor. */
export function checkTensor(operation: string, value: Tensor): void {
  const given: unknown = value;
  if (!(given instanceof Tensor)) {
    throw new TypeError(`${operation} expects a tensor but got ${nameOf(given)}`);
  }
}

/** Throws unless the elements are floating point, as gradients need. */
export function checkFloating(x: Abstract, operation: string, what: string): void {
  if (!isFloating(x.dtype)) {
    throw new TypeError(`${operation} expects ${what} of dtype float32 or float64 but got ${describe(x)}`);
  }
}
