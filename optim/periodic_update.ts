/**
 * Params that catch up with others now and then.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { host } from "../tensor/mod.ts";
import { choose } from "./choose.ts";

/** Options of {@linkcode periodicUpdate}. */
export interface PeriodicUpdateOptions {
  /** How many steps were taken. */
  readonly count: number;
  /** Every how many steps the new params are taken; a positive integer. */
  readonly period: number;
}

const PERIODIC_UPDATE_OPTIONS = { count: true, period: true } as const;

/**
 * The new params where `count` is a multiple of `period`, else the old ones, as `optax.periodic_update`.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 * @throws {RangeError} If `period` is not a positive integer.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { periodicUpdate } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [next, old] = [{ x: tensor(4) }, { x: tensor(0) }];
 * assertEquals(periodicUpdate(next, old, { count: 6, period: 3 }).x.item(), 4);
 * assertEquals(periodicUpdate(next, old, { count: 7, period: 3 }).x.item(), 0);
 * ```
 */
export function periodicUpdate<P>(next: P, old: P, options: PeriodicUpdateOptions): P {
  checkOptionNames("periodicUpdate", options, PERIODIC_UPDATE_OPTIONS);
  const { count, period } = options;
  if (!Number.isInteger(period) || period < 1) {
    throw new RangeError(`periodicUpdate expects period to be a positive integer but got ${String(period)}`);
  }
  const due = host((steps) => steps % period === 0 ? 1 : 0, count);
  return choose("periodicUpdate", due, () => next, () => old);
}
