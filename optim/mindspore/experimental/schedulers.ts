/**
 * The scheduler of `mindspore.experimental.optim.lr_scheduler` that is not torch's.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import * as torch from "../../torch/schedulers/mod.ts";

/** Options of {@linkcode CyclicLR}. */
export type CyclicLROptions = Omit<torch.CyclicLROptions, "cycleMomentum" | "baseMomentum" | "maxMomentum">;

const CYCLIC_LR_OPTIONS = {
  gamma: true,
  baseLr: true,
  maxLr: true,
  stepSizeUp: true,
  stepSizeDown: true,
  mode: true,
  scaleFn: true,
  scaleMode: true,
  lastEpoch: true,
} as const;

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
  checkOptionNames("CyclicLR", options, CYCLIC_LR_OPTIONS);
  return torch.CyclicLR({ ...options, cycleMomentum: false });
}
