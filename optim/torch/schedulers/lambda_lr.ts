/**
 * LambdaLR.
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

/** Options of {@linkcode LambdaLR}. */
export interface LambdaLROptions extends LastEpochOption {
  /** The factor of the first learning rate at an epoch, counted from 0: one function, or one for each group. */
  readonly lrLambda: PerGroup<LrLambda>;
}

const LAMBDA_LR_OPTIONS = { lrLambda: true, lastEpoch: true } as const;

/**
 * The first learning rate times a function of the epoch: `lr = initialLr lrLambda(epoch)`, as
 * torch.optim.lr_scheduler.LambdaLR.
 *
 * @throws {TypeError} If `lrLambda` is no function, or a list with something else in it.
 * @throws {RangeError} If there is another number of functions than of groups (by `init`).
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.LambdaLR({ lrLambda: (epoch) => 0.5 ** epoch });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * ({ state, groups } = scheduler.step(state, groups));
 * assertEquals([state.lastLr, groups[0].lr], [[0.5], 0.5]);
 * ```
 */
export function LambdaLR(options: LambdaLROptions): Scheduler<RecursiveSchedulerState> {
  checkOptionNames("LambdaLR", options, LAMBDA_LR_OPTIONS);
  const { lrLambda, ...others } = options;
  checkFunctions("LambdaLR", lrLambda);
  return recursiveScheduler({
    name: "LambdaLR",
    ...others,
    prepare: (groups) => (perGroup("LambdaLR", "lrLambda", lrLambda, groups), groups),
    lrs: ({ baseLrs, epoch }) =>
      perGroup("LambdaLR", "lrLambda", lrLambda, baseLrs).map((factor, i) => baseLrs[i] * factor(epoch)),
    closedForm: (base, epoch, group) =>
      base * (typeof lrLambda === "function" ? lrLambda : (lrLambda as readonly LrLambda[])[group])(epoch),
  });
}
