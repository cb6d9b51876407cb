/**
 * Checking that an argument is a function.
 *
 * @module
 */
import { nameOf } from "./tensor.ts";

/** Throws a TypeError in the name of an operation unless `f` is a function. */
export function checkFunction(operation: string, f: unknown): void {
  if (typeof f !== "function") throw new TypeError(`${operation} expects a function but got ${nameOf(f)}`);
}
