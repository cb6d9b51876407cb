/**
 * Functions of the epoch that schedulers take.
 *
 * @module
 */

import { tree } from "../../../tensor/mod.ts";
import type { PerGroup } from "./scheduler_group.ts";

/** A factor for each epoch. */
export type LrLambda = (epoch: number) => number;

/**
 * Throws unless an option is a function or a list of them.
 *
 * @throws {TypeError} If it is not.
 */
export function checkFunctions(operation: string, given: PerGroup<LrLambda>): void {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const wrong = list.find((one) => typeof one !== "function");
  if (list.length === 0 || wrong !== undefined) {
    throw new TypeError(
      `${operation} expects lrLambda to be a function, or one for each group, but got ${
        tree.describe(wrong ?? given)
      }`,
    );
  }
}
