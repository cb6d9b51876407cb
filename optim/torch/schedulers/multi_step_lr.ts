/**
 * MultiStepLR.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { checkNumber, FINITE } from "../../checks.ts";
import { checkMilestones } from "./milestones.ts";
import {
  type LastEpochOption,
  recursiveScheduler,
  type RecursiveSchedulerState,
} from "./recursive_scheduler.ts";
import type { Scheduler } from "./scheduler.ts";

/** Options of {@linkcode MultiStepLR}. */
export interface MultiStepLROptions extends LastEpochOption {
  /** The epochs at which the learning rate shrinks, in any order. */
  readonly milestones: readonly number[];
  /** What it is multiplied by. @default {0.1} */
  readonly gamma?: number;
}

const MULTI_STEP_LR_OPTIONS = { milestones: true, gamma: true, lastEpoch: true } as const;

/**
 * Multiplies the learning rate by `gamma` at each milestone, as torch.optim.lr_scheduler.MultiStepLR; a milestone that
 * is listed twice counts twice. In closed form `baseLr gamma^n` for n milestones up to the epoch.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.MultiStepLR({ milestones: [1, 3], gamma: 0.5 });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * const seen = [1, 2, 3].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0].lr);
 * assertEquals(seen, [0.5, 0.5, 0.25]);
 * ```
 */
export function MultiStepLR(options: MultiStepLROptions): Scheduler<RecursiveSchedulerState> {
  checkOptionNames("MultiStepLR", options, MULTI_STEP_LR_OPTIONS);
  const { milestones, gamma = 0.1, ...others } = options;
  checkMilestones("MultiStepLR", milestones);
  checkNumber("MultiStepLR", "gamma", gamma, FINITE);
  return recursiveScheduler({
    name: "MultiStepLR",
    ...others,
    lrs: ({ groups, epoch }) => {
      const count = milestones.filter((milestone) => milestone === epoch).length;
      return groups.map(({ lr }) => count === 0 ? lr : lr * gamma ** count);
    },
    closedForm: (base, epoch) => base * gamma ** milestones.filter((milestone) => milestone <= epoch).length,
  });
}
