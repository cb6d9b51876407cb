/**
 * MultiplicativeLR.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { checkFunctions, type LrLambda } from "./lr_lambda.ts";
import { type PerGroup, perGroup } from "./scheduler_group.ts";
import {
  type LastEpochOption,
  recursiveScheduler,
  type RecursiveSchedulerState,
} from "./recursive_scheduler.ts";
import type { Scheduler } from "./scheduler.ts";

/** Options of {@linkcode MultiplicativeLR}. */
export interface MultiplicativeLROptions extends LastEpochOption {
  /** What the learning rate is multiplied by at an epoch from 1 on: one function, or one for each group. */
  readonly lrLambda: PerGroup<LrLambda>;
}

const MULTIPLICATIVE_LR_OPTIONS = { lrLambda: true, lastEpoch: true } as const;

/**
 * The last learning rate times a function of the epoch: `lr = lr lrLambda(epoch)` from epoch 1 on, as
 * torch.optim.lr_scheduler.MultiplicativeLR.
 *
 * @throws {TypeError} If `lrLambda` is no function, or a list with something else in it.
 * @throws {RangeError} If there is another number of functions than of groups (by `init`).
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.MultiplicativeLR({ lrLambda: (epoch) => 1 / epoch });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * for (let epoch = 1; epoch <= 3; epoch++) ({ state, groups } = scheduler.step(state, groups));
 * assertEquals(groups[0].lr, 1 / 6);
 * ```
 */
export function MultiplicativeLR(options: MultiplicativeLROptions): Scheduler<RecursiveSchedulerState> {
  checkOptionNames("MultiplicativeLR", options, MULTIPLICATIVE_LR_OPTIONS);
  const { lrLambda, ...others } = options;
  checkFunctions("MultiplicativeLR", lrLambda);
  return recursiveScheduler({
    name: "MultiplicativeLR",
    ...others,
    prepare: (groups) => (perGroup("MultiplicativeLR", "lrLambda", lrLambda, groups), groups),
    lrs: ({ groups, baseLrs, epoch, initial }) =>
      perGroup("MultiplicativeLR", "lrLambda", lrLambda, baseLrs).map((factor, i) =>
        initial ? groups[i].lr : groups[i].lr * factor(epoch)
      ),
  });
}
