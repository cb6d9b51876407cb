/**
 * ExponentialLR.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { checkNumber, FINITE } from "../../checks.ts";
import {
  type LastEpochOption,
  recursiveScheduler,
  type RecursiveSchedulerState,
} from "./recursive_scheduler.ts";
import type { Scheduler } from "./scheduler.ts";

/** Options of {@linkcode ExponentialLR}. */
export interface ExponentialLROptions extends LastEpochOption {
  /** What the learning rate is multiplied by. */
  readonly gamma: number;
}

const EXPONENTIAL_LR_OPTIONS = { gamma: true, lastEpoch: true } as const;

/**
 * Multiplies the learning rate by `gamma` every epoch, as torch.optim.lr_scheduler.ExponentialLR: `lr = lr gamma`; in
 * closed form `baseLr gamma^epoch`, which differs in the last digits.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.ExponentialLR({ gamma: 0.9 });
 * let { state, groups } = scheduler.init([{ lr: 0.1 }]);
 * for (let epoch = 1; epoch <= 5; epoch++) ({ state, groups } = scheduler.step(state, groups));
 * assertEquals(state.lastLr, [0.05904900000000002]);
 * assertEquals(scheduler.closedForm!(0.1, 5), 0.05904900000000001);
 * ```
 */
export function ExponentialLR(options: ExponentialLROptions): Scheduler<RecursiveSchedulerState> {
  checkOptionNames("ExponentialLR", options, EXPONENTIAL_LR_OPTIONS);
  const { gamma, ...others } = options;
  checkNumber("ExponentialLR", "gamma", gamma, FINITE);
  return recursiveScheduler({
    name: "ExponentialLR",
    ...others,
    lrs: ({ groups, initial }) => groups.map(({ lr }) => initial ? lr : lr * gamma),
    closedForm: (base, epoch) => base * gamma ** epoch,
  });
}
