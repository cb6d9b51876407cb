/**
 * Everything that can replay golden files.
 *
 * @module
 */

import type { GoldenFile, Replay, Replayer, Result, Skipped } from "./replay.ts";
import { autodiffReplayer } from "./replay_autodiff.ts";
import { functionReplayer } from "./replay_functions.ts";
import { tableReplayer } from "./replay_tables.ts";
import { mindsporeReplayer } from "./replay_mindspore.ts";
import { reasonToSkip } from "./ops_differences.ts";
import { replayNn } from "./replay_nn.ts";
import { replayOps } from "./replay_ops.ts";
import { optaxReplayer } from "./replay_optax.ts";
import { randomReplayer } from "./replay_random.ts";
import { scheduleReplayer } from "./replay_schedules.ts";
import { torchReplayer } from "./replay_torch.ts";
import { torchClosureReplayer } from "./replay_torch_closure.ts";
import { torchConstructionReplayer } from "./replay_torch_construction.ts";
import { torchRunReplayer } from "./replay_torch_run.ts";
import { torchScheduleReplayer } from "./replay_torch_schedules.ts";
import { torchTrainingReplayer } from "./replay_torch_training.ts";
import { trainingReplayer } from "./replay_training.ts";

/** A case with a name. */
interface Named {
  readonly name: string;
  readonly advisory?: boolean;
}

/** A replayer of files of operations and layers, each of which does the cases that it knows. */
function operationReplayer(replay: typeof replayNn): Replayer {
  return {
    match: ({ cases }) => {
      const first = cases[0] as { readonly op?: unknown; readonly ref?: unknown } | undefined;
      return first?.op !== undefined && first.ref !== undefined;
    },
    replay: (file) => {
      const { results, skipped } = replay(file);
      return {
        results: results.map(({ name, passed, message }) => ({
          case: name,
          passed,
          message: message.startsWith(name) ? message : `${name}: ${message}`,
        })),
        skipped: skipped.map((name) => {
          const asked = (file.cases as readonly Named[]).find((one) => one.name === name)!;
          const reason = reasonToSkip(asked);
          return { case: name, operation: name.split("/")[0], ...(reason === undefined ? {} : { reason }) };
        }),
      };
    },
  };
}

/** The replayers; several may take cases of one file. */
export const replayers: readonly Replayer[] = [
  optaxReplayer,
  scheduleReplayer,
  trainingReplayer,
  functionReplayer,
  randomReplayer,
  autodiffReplayer,
  mindsporeReplayer,
  torchReplayer,
  torchClosureReplayer,
  torchConstructionReplayer,
  torchTrainingReplayer,
  torchRunReplayer,
  torchScheduleReplayer,
  tableReplayer,
  operationReplayer(replayNn),
  operationReplayer(replayOps),
];

/** Replays a file with all that know its form. A case is skipped if none of them runs it; null: no one knows it. */
export function replayFile(file: GoldenFile): Replay | null {
  if (!Array.isArray(file?.cases)) return null;
  const matching = replayers.filter(({ match }) => match(file));
  if (matching.length === 0) return null;
  const results: Result[] = [];
  const skipped = new Map<string, Skipped>();
  for (const { replay } of matching) {
    const part = replay(file);
    results.push(...part.results);
    for (const one of part.skipped) skipped.set(one.case, one);
  }
  for (const one of results) skipped.delete(one.case);
  return { results, skipped: [...skipped.values()] };
}
