/**
 * Cosines that begin anew.
 *
 * @module
 */

import { join } from "./join.ts";
import type { Schedule } from "./schedule.ts";
import { warmupCosine, type WarmupCosineOptions } from "./warmup_cosine.ts";

/**
 * One {@linkcode warmupCosine} after another, each as long as its `steps`, as `optax.sgdr_schedule`; after
 * Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017). A cycle without
 * `warmupSteps: 0` has a warm-up.
 *
 * @param cycles The options of each cycle, at least one.
 * @returns A schedule that holds the last value of its last cycle.
 * @throws {TypeError} If `cycles` is not an array, or an option not a number.
 * @throws {RangeError} If there is no cycle, or an option of one is out of range.
 *
 * @example
 * ```ts
 * import { sgdr } from "@weft/weft/schedules";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const schedule = sgdr([{ peak: 1, steps: 10, warmupSteps: 0 }, { peak: 0.5, steps: 20, warmupSteps: 0 }]);
 * assertAlmostEquals(schedule(5), 0.5);
 * assertAlmostEquals(schedule(10), 0.5);
 * assertAlmostEquals(schedule(20), 0.25);
 * ```
 */
export function sgdr(cycles: readonly WarmupCosineOptions[]): Schedule {
  if (!Array.isArray(cycles)) throw new TypeError(`sgdr expects an array of cycles but got ${typeof cycles}`);
  if (cycles.length === 0) throw new RangeError("sgdr expects at least one cycle but got none");
  const parts = cycles.map((cycle: WarmupCosineOptions) => warmupCosine(cycle));
  let total = 0;
  const ends = cycles.map(({ steps }: WarmupCosineOptions) => total += steps);
  return join(parts, ends.slice(0, -1));
}
