/**
 * Params that follow others.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, multiply } from "../tensor/mod.ts";
import { zipLeaves } from "./leaves.ts";

/** Options of {@linkcode incrementalUpdate}. */
export interface IncrementalUpdateOptions {
  /** How far the old params go towards the new ones, from 0 to 1. */
  readonly stepSize: number;
}

const INCREMENTAL_UPDATE_OPTIONS = { stepSize: true } as const;

/**
 * `stepSize new + (1 - stepSize) old`, as `optax.incremental_update`: params that follow others slowly, as the target
 * networks of reinforcement learning do.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 * @throws {RangeError} If `stepSize` is not from 0 to 1.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { incrementalUpdate } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const target = incrementalUpdate({ x: tensor(4) }, { x: tensor(0) }, { stepSize: 0.25 });
 * assertEquals(target.x.item(), 1);
 * ```
 */
export function incrementalUpdate<P>(next: P, old: unknown, options: IncrementalUpdateOptions): P {
  checkOptionNames("incrementalUpdate", options, INCREMENTAL_UPDATE_OPTIONS);
  const { stepSize } = options;
  if (!(stepSize >= 0 && stepSize <= 1)) {
    throw new RangeError(`incrementalUpdate expects stepSize from 0 to 1 but got ${String(stepSize)}`);
  }
  return zipLeaves(
    "incrementalUpdate",
    [next, old],
    (a, b) => add(multiply(a, stepSize), multiply(b, 1 - stepSize)),
  );
}
