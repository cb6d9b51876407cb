/**
 * The scheduler of `mindspore.experimental.optim.lr_scheduler` that is not torch's.
 *
 * @module
 */

import * as torch from "../../torch/schedulers/mod.ts";

/** Options of {@linkcode CyclicLR}. */
export type CyclicLROptions = Omit<torch.CyclicLROptions, "cycleMomentum" | "baseMomentum" | "maxMomentum">;

/**
 * `mindspore.experimental.optim.lr_scheduler.CyclicLR`: that of torch, without a momentum that cycles.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = mindspore.experimental.CyclicLR({ baseLr: 1, maxLr: 5, stepSizeUp: 2 });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * const seen = [1, 2, 3].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0].lr);
 * assertEquals(seen, [3, 5, 3]);
 * ```
 */
export function CyclicLR(options: CyclicLROptions): torch.Scheduler<torch.RecursiveSchedulerState> {
  return torch.CyclicLR({ ...options, cycleMomentum: false });
}
