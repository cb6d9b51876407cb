/**
 * LinearLR.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { checkNumber, PROPORTION, WHOLE } from "../../checks.ts";
import { UP_TO_ONE } from "./domains.ts";
import {
  type LastEpochOption,
  recursiveScheduler,
  type RecursiveSchedulerState,
} from "./recursive_scheduler.ts";
import type { Scheduler } from "./scheduler.ts";

/** Options of {@linkcode LinearLR}. */
export interface LinearLROptions extends LastEpochOption {
  /** The factor at epoch 0; above 0 and at most 1. @default {1 / 3} */
  readonly startFactor?: number;
  /** The factor from epoch `totalIters` on; from 0 to 1. @default {1} */
  readonly endFactor?: number;
  /** Over how many epochs it moves. @default {5} */
  readonly totalIters?: number;
}

const LINEAR_LR_OPTIONS = { startFactor: true, endFactor: true, totalIters: true, lastEpoch: true } as const;

/**
 * Moves the factor of the learning rate from `startFactor` to `endFactor` over `totalIters` epochs, as
 * torch.optim.lr_scheduler.LinearLR: `lr` is multiplied each epoch by
 * `1 + (end - start) / (totalIters start + (epoch - 1) (end - start))`; in closed form
 * `baseLr (start + (end - start) min(totalIters, epoch) / totalIters)`.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.LinearLR({ startFactor: 0.5, totalIters: 2 });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * assertEquals(groups[0].lr, 0.5);
 * const seen = [1, 2, 3].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0].lr);
 * assertEquals(seen, [0.75, 1, 1]);
 * ```
 */
export function LinearLR(options: LinearLROptions = {}): Scheduler<RecursiveSchedulerState> {
  checkOptionNames("LinearLR", options, LINEAR_LR_OPTIONS);
  const { startFactor: start = 1 / 3, endFactor: end = 1, totalIters = 5, ...others } = options;
  checkNumber("LinearLR", "startFactor", start, UP_TO_ONE);
  checkNumber("LinearLR", "endFactor", end, PROPORTION);
  checkNumber("LinearLR", "totalIters", totalIters, WHOLE);
  return recursiveScheduler({
    name: "LinearLR",
    ...others,
    lrs: ({ groups, epoch, initial }) =>
      groups.map(({ lr }) => {
        if (epoch === 0) return lr * start;
        if (initial || epoch > totalIters) return lr;
        return lr * (1 + (end - start) / (totalIters * start + (epoch - 1) * (end - start)));
      }),
    closedForm: (base, epoch) => base * (start + (end - start) * Math.min(totalIters, epoch) / totalIters),
  });
}
