/**
 * Replaying what torch's optimizers and schedulers refuse.
 *
 * @module
 */

import { type GoldenFile, type Replay, replayCases, type Replayer, UnsupportedError } from "./replay.ts";
import { afterEvents, type OptimizerCase, schedulesOf, startOf } from "./replay_torch.ts";
import type { OptimizerCall } from "./torch_reader.ts";

interface ConstructionCase
  extends OptimizerCall, Pick<OptimizerCase, "dtype" | "params" | "events" | "schedulers"> {
  readonly name: string;
  readonly kind: "construction";
  readonly expect: { readonly type: string | null; readonly message?: string };
}

/** Files with cases of wrong arguments. */
export const torchConstructionReplayer: Replayer = {
  match: (file) => file.framework === "torch" && casesOf(file).length > 0,
  replay: replayConstructions,
};

function casesOf({ cases }: GoldenFile): readonly ConstructionCase[] {
  return (cases as readonly ConstructionCase[]).filter(({ kind }) => kind === "construction");
}

/** Makes every optimizer of a file: what torch refuses is a TypeError or a RangeError, and all else is taken. */
export function replayConstructions(file: GoldenFile): Replay {
  return replayCases(casesOf(file), ({ name }) => name, replayCase);
}

function replayCase(golden: ConstructionCase): string {
  const { name, expect, schedulers = [] } = golden;
  try {
    const run = afterEvents(golden, 0, startOf(golden));
    if (schedulers.length > 0) schedulesOf(schedulers, run);
  } catch (error) {
    if (error instanceof UnsupportedError) throw error;
    const isRefusal = error instanceof RangeError || error instanceof TypeError;
    if (isRefusal && expect.type !== null) return "";
    return `${name}: expected ${expect.type ?? "no error"} but got ${error}`;
  }
  return expect.type === null ? "" : `${name}: expected an error as torch's ${expect.type} but got none`;
}
