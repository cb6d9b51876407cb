/**
 * StepLR.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { checkNumber, FINITE, WHOLE } from "../../checks.ts";
import {
  type LastEpochOption,
  recursiveScheduler,
  type RecursiveSchedulerState,
} from "./recursive_scheduler.ts";
import type { Scheduler } from "./scheduler.ts";

/** Options of {@linkcode StepLR}. */
export interface StepLROptions extends LastEpochOption {
  /** After how many epochs the learning rate shrinks. */
  readonly stepSize: number;
  /** What it is multiplied by. @default {0.1} */
  readonly gamma?: number;
}

const STEP_LR_OPTIONS = { stepSize: true, gamma: true, lastEpoch: true } as const;

/**
 * Multiplies the learning rate by `gamma` every `stepSize` epochs, as torch.optim.lr_scheduler.StepLR:
 * `lr = lr gamma` where `epoch mod stepSize = 0`; in closed form `baseLr gamma^floor(epoch / stepSize)`.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.StepLR({ stepSize: 2, gamma: 0.5 });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * const seen = [1, 2, 3, 4].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0].lr);
 * assertEquals(seen, [1, 0.5, 0.5, 0.25]);
 * ```
 */
export function StepLR(options: StepLROptions): Scheduler<RecursiveSchedulerState> {
  checkOptionNames("StepLR", options, STEP_LR_OPTIONS);
  const { stepSize, gamma = 0.1, ...others } = options;
  checkNumber("StepLR", "stepSize", stepSize, WHOLE);
  checkNumber("StepLR", "gamma", gamma, FINITE);
  return recursiveScheduler({
    name: "StepLR",
    ...others,
    lrs: ({ groups, epoch }) =>
      groups.map(({ lr }) => epoch === 0 || epoch % stepSize !== 0 ? lr : lr * gamma),
    closedForm: (base, epoch) => base * gamma ** Math.floor(epoch / stepSize),
  });
}
