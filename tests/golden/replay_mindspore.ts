/**
 * Replaying files that MindSpore printed, case by case.
 *
 * @module
 */

import { type ConstructionCase, replayConstruction } from "./mindspore_construction.ts";
import { type ExperimentalCase, replayExperimental } from "./mindspore_experimental.ts";
import { replayOptimizer } from "./mindspore_optimizers.ts";
import { replayClip, replayLossScale, replayLossScaler } from "./mindspore_scales.ts";
import { replayList, replayScheduleClass, replayScheduler } from "./mindspore_schedules.ts";
import { replayScaledTraining, replayTraining } from "./mindspore_training.ts";
import { replayCases, type Replayer, UnsupportedError } from "./replay.ts";

interface MindsporeCase {
  readonly name: string;
  readonly kind: string;
}

/** What runs a case of each kind. */
const KINDS: Readonly<Record<string, (golden: never) => string>> = {
  optimizer: (golden: ExperimentalCase) =>
    golden.module === "experimental" ? replayExperimental(golden) : replayOptimizer(golden),
  sparse: replayOptimizer,
  carryOver: replayOptimizer,
  construction: (golden: ConstructionCase) => replayConstruction(golden),
  dynamicLr: replayList,
  learningRateSchedule: replayScheduleClass,
  schedule: replayScheduler,
  lossScaleManager: replayLossScale,
  lossScaleCell: replayLossScale,
  lossScaler: replayLossScaler,
  clip: replayClip,
  scaledTraining: replayScaledTraining,
  training: replayTraining,
};

/** Files of MindSpore's. */
export const mindsporeReplayer: Replayer = {
  match: ({ framework }) => framework === "mindspore",
  replay: ({ cases }) =>
    replayCases(cases as readonly MindsporeCase[], ({ name }) => name, (golden) => {
      if (!Object.hasOwn(KINDS, golden.kind)) throw new UnsupportedError(`the kind ${golden.kind}`);
      return KINDS[golden.kind](golden as never);
    }),
};
