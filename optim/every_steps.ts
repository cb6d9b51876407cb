/**
 * Parts of a state that are computed anew every few steps.
 *
 * @module
 */

import { host } from "../tensor/mod.ts";
import { choose } from "./choose.ts";

/**
 * `next()` in the first step and every `interval` steps after it, `before` in the steps between. Inside of
 * a recording the count is not known, so that both are there and one is chosen; else what is not needed is
 * not computed.
 */
export function everySteps<T>(interval: number, count: number, before: T, next: () => T): T {
  if (interval === 1) return next();
  const due = host((count) => count % interval === 0 ? 1 : 0, count);
  return choose("everySteps", due, next, () => before);
}
