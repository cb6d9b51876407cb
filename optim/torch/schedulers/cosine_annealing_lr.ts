/**
 * CosineAnnealingLR.
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

/** Options of {@linkcode CosineAnnealingLR}. */
export interface CosineAnnealingLROptions extends LastEpochOption {
  /** The epoch of the smallest learning rate; half a period. */
  readonly TMax: number;
  /** The smallest learning rate. @default {0} */
  readonly etaMin?: number;
}

const COSINE_ANNEALING_LR_OPTIONS = { TMax: true, etaMin: true, lastEpoch: true } as const;

/**
 * Moves the learning rate along a cosine down to `etaMin` at epoch `TMax` and up again, as
 * torch.optim.lr_scheduler.CosineAnnealingLR: each epoch
 * `lr = etaMin + (lr - etaMin) (1 + cos(pi epoch / TMax)) / (1 + cos(pi (epoch - 1) / TMax))`; in closed form
 * `etaMin + (baseLr - etaMin) (1 + cos(pi epoch / TMax)) / 2`, which has the period 2 TMax. Loshchilov and Hutter 2017.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.CosineAnnealingLR({ TMax: 2 });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * const seen = [1, 2, 3].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0].lr);
 * assertEquals(seen.map((lr) => lr.toFixed(6)), ["0.500000", "0.000000", "0.500000"]);
 * ```
 */
export function CosineAnnealingLR(options: CosineAnnealingLROptions): Scheduler<RecursiveSchedulerState> {
  checkOptionNames("CosineAnnealingLR", options, COSINE_ANNEALING_LR_OPTIONS);
  const { TMax, etaMin = 0, ...others } = options;
  checkNumber("CosineAnnealingLR", "TMax", TMax, WHOLE);
  checkNumber("CosineAnnealingLR", "etaMin", etaMin, FINITE);
  const closedForm = (base: number, epoch: number): number =>
    etaMin + (base - etaMin) * (1 + Math.cos(Math.PI * epoch / TMax)) / 2;
  return recursiveScheduler({
    name: "CosineAnnealingLR",
    ...others,
    lrs: ({ groups, baseLrs, epoch, stepCount, initial }) =>
      groups.map(({ lr }, i) => {
        const base: number | undefined = baseLrs[i];
        if (initial) return lr;
        if (stepCount === 1 && epoch > 0) return closedForm(base ?? lr, epoch);
        // The epoch after a smallest learning rate, where the ratio below is one of zeros.
        if ((epoch - 1 - TMax) % (2 * TMax) === 0) {
          // A group that was added later has no first learning rate to come from.
          return base === undefined ? lr : lr + (base - etaMin) * (1 - Math.cos(Math.PI / TMax)) / 2;
        }
        const ratio = (1 + Math.cos(Math.PI * epoch / TMax)) / (1 + Math.cos(Math.PI * (epoch - 1) / TMax));
        return ratio * (lr - etaMin) + etaMin;
      }),
    closedForm,
  });
}
