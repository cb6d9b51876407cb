/**
 * SWALR.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { checkChoice, checkNumber, COUNT, FINITE } from "../../checks.ts";
import { checkPerGroup, type PerGroup, perGroup } from "./scheduler_group.ts";
import {
  type LastEpochOption,
  recursiveScheduler,
  type RecursiveSchedulerState,
} from "./recursive_scheduler.ts";
import type { Scheduler } from "./scheduler.ts";

/** Options of {@linkcode SWALR}. */
export interface SWALROptions extends LastEpochOption {
  /** The learning rate in the end: one, or one for each group. */
  readonly swaLr: PerGroup<number>;
  /** Over how many epochs it goes there; 0 goes there at the first step. @default {10} */
  readonly annealEpochs?: number;
  /** Along which curve it goes. @default {"cos"} */
  readonly annealStrategy?: "cos" | "linear";
}

const SWALR_OPTIONS = { swaLr: true, annealEpochs: true, annealStrategy: true, lastEpoch: true } as const;

/**
 * Takes the learning rate to a constant in which weights are averaged, as torch.optim.swa_utils.SWALR:
 * `lr = swaLr a + lr0 (1 - a)`, where a goes from 0 to 1 over `annealEpochs` and lr0 is what the last learning rate
 * implies, so that other schedulers may go on changing it. Izmailov et al. 2018.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range, or a list has another length than the groups (by `init`).
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.SWALR({ swaLr: 0.5, annealEpochs: 2, annealStrategy: "linear" });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * const seen = [1, 2, 3].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0].lr);
 * assertEquals(seen, [0.75, 0.5, 0.5]);
 * ```
 */
export function SWALR(options: SWALROptions): Scheduler<RecursiveSchedulerState> {
  checkOptionNames("SWALR", options, SWALR_OPTIONS);
  const { swaLr, annealEpochs = 10, annealStrategy = "cos", ...others } = options;
  const name = "SWALR";
  checkPerGroup(name, "swaLr", swaLr, FINITE);
  checkNumber(name, "annealEpochs", annealEpochs, COUNT);
  checkChoice(name, "annealStrategy", annealStrategy, ["cos", "linear"]);
  const epochs = Math.max(1, annealEpochs);
  const share = (step: number): number => {
    const t = Math.max(0, Math.min(1, step / epochs));
    return annealStrategy === "cos" ? (1 - Math.cos(Math.PI * t)) / 2 : t;
  };
  return recursiveScheduler({
    name,
    ...others,
    prepare(groups) {
      const ends = perGroup(name, "swaLr", swaLr, groups);
      return groups.map((group, i) => ({ ...group, swaLr: ends[i] }));
    },
    lrs({ groups, stepCount }) {
      const step = annealEpochs === 0 ? Math.max(1, stepCount - 1) : stepCount - 1;
      const [before, now] = [share(step - 1), share(step)];
      return groups.map(({ lr, swaLr: end = lr }) => {
        const start = before === 1 ? end : (lr - before * end) / (1 - before);
        return end * now + start * (1 - now);
      });
    },
  });
}
