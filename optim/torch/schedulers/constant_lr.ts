/**
 * ConstantLR.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { checkNumber, COUNT } from "../../checks.ts";
import { UP_TO_ONE } from "./domains.ts";
import {
  type LastEpochOption,
  recursiveScheduler,
  type RecursiveSchedulerState,
} from "./recursive_scheduler.ts";
import type { Scheduler } from "./scheduler.ts";

/** Options of {@linkcode ConstantLR}. */
export interface ConstantLROptions extends LastEpochOption {
  /** What the learning rate is multiplied by; above 0 and at most 1. @default {1 / 3} */
  readonly factor?: number;
  /** The epoch from which on it is as before. @default {5} */
  readonly totalIters?: number;
}

const CONSTANT_LR_OPTIONS = { factor: true, totalIters: true, lastEpoch: true } as const;

/**
 * Multiplies the learning rate by `factor` for the first `totalIters` epochs, as
 * torch.optim.lr_scheduler.ConstantLR. A factor of 0, which torch takes and then fails to divide by, is refused.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.ConstantLR({ factor: 0.5, totalIters: 2 });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * assertEquals(groups[0].lr, 0.5);
 * const seen = [1, 2, 3].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0].lr);
 * assertEquals(seen, [0.5, 1, 1]);
 * ```
 */
export function ConstantLR(options: ConstantLROptions = {}): Scheduler<RecursiveSchedulerState> {
  checkOptionNames("ConstantLR", options, CONSTANT_LR_OPTIONS);
  const { factor = 1 / 3, totalIters = 5, ...others } = options;
  checkNumber("ConstantLR", "factor", factor, UP_TO_ONE);
  checkNumber("ConstantLR", "totalIters", totalIters, COUNT);
  return recursiveScheduler({
    name: "ConstantLR",
    ...others,
    lrs: ({ groups, epoch }) =>
      groups.map(({ lr }) => epoch === 0 ? lr * factor : epoch === totalIters ? lr * (1 / factor) : lr),
    closedForm: (base, epoch) => base * (factor + (epoch >= totalIters ? 1 - factor : 0)),
  });
}
