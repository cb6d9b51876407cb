/**
 * PolynomialLR.
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

/** Options of {@linkcode PolynomialLR}. */
export interface PolynomialLROptions extends LastEpochOption {
  /** The epoch at which the learning rate is 0. @default {5} */
  readonly totalIters?: number;
  /** The power. @default {1} */
  readonly power?: number;
}

const POLYNOMIAL_LR_OPTIONS = { totalIters: true, power: true, lastEpoch: true } as const;

/**
 * Lets the learning rate go to 0 over `totalIters` epochs by a power of what is left, as
 * torch.optim.lr_scheduler.PolynomialLR: each epoch
 * `lr = lr ((1 - epoch / totalIters) / (1 - (epoch - 1) / totalIters))^power`; in closed form
 * `baseLr (1 - min(totalIters, epoch) / totalIters)^power`.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.PolynomialLR({ totalIters: 2 });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * const seen = [1, 2, 3].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0].lr);
 * assertEquals(seen, [0.5, 0, 0]);
 * ```
 */
export function PolynomialLR(options: PolynomialLROptions = {}): Scheduler<RecursiveSchedulerState> {
  checkOptionNames("PolynomialLR", options, POLYNOMIAL_LR_OPTIONS);
  const { totalIters, power, ...others } = { totalIters: 5, power: 1, ...options };
  checkNumber("PolynomialLR", "totalIters", totalIters, WHOLE);
  checkNumber("PolynomialLR", "power", power, FINITE);
  return recursiveScheduler({
    name: "PolynomialLR",
    ...others,
    lrs: ({ groups, epoch, initial }) => {
      if (initial || epoch > totalIters) return groups.map(({ lr }) => lr);
      const decay = ((1 - epoch / totalIters) / (1 - (epoch - 1) / totalIters)) ** power;
      return groups.map(({ lr }) => lr * decay);
    },
    closedForm: (base, epoch) => base * (1 - Math.min(totalIters, epoch) / totalIters) ** power,
  });
}
