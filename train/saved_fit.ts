/**
 * Where a training stands, as its checkpoint holds it.
 *
 * @module
 */
import { decodeCheckpoint, encodeCheckpoint, loadCheckpoint } from "../tensor/io/mod.ts";
import { Tensor, tree } from "../tensor/mod.ts";
import type { BatchState } from "./batches.ts";
import type { EpochReport, FitOptions, Measurements } from "./fit_options.ts";
import type { TrainState } from "./trainer.ts";

/** What a checkpoint holds. */
export interface Saved {
  /** The last state. */
  readonly state: TrainState;
  /** Which batch comes next. */
  readonly position: BatchState;
  /** Steps since the beginning. */
  readonly step: number;
  /** The loss and the metrics of the steps of this epoch so far, summed. */
  readonly sums: Measurements;
  /** What every epoch gave. */
  readonly history: readonly EpochReport[];
  /** The best epoch, what was monitored there, and the state after it. */
  readonly best: { readonly epoch: number; readonly value: number; readonly state: TrainState };
}

/** Where a training begins or goes on: nothing of it is the state that was given, which steps would take away. */
export async function begin({ state, checkpoint, resume = true }: FitOptions): Promise<Saved> {
  const found = checkpoint === undefined || !resume
    ? null
    : await loadCheckpoint<Saved>(checkpoint).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    });
  if (found !== null) {
    checkAlike(String(checkpoint), found.state, state);
    return found;
  }
  const copy = decodeCheckpoint<TrainState>(encodeCheckpoint(state));
  const best = { epoch: 0, value: NaN, state };
  return { state: copy, position: { epoch: 0, index: 0 }, step: 0, sums: {}, history: [], best };
}

const describe = (leaf: unknown): string =>
  leaf instanceof Tensor ? `${leaf.dtype}[${leaf.shape.join(", ")}]` : typeof leaf;

/** Throws unless a state of a checkpoint has the structure, shapes and dtypes of the one that was given. */
function checkAlike(path: string, got: unknown, expected: unknown): void {
  const leaves = (value: unknown): ReadonlyMap<string, string> =>
    new Map(tree.entries(value).map(({ path, value }) => [path, describe(value)]));
  const [found, wanted] = [leaves(got), leaves(expected)];
  const wrong = [...new Set([...wanted.keys(), ...found.keys()])]
    .filter((place) => found.get(place) !== wanted.get(place))
    .map((place) =>
      `${found.get(place) ?? "nothing"} instead of ${wanted.get(place) ?? "nothing"} at ${place}`
    );
  if (wrong.length === 0) return;
  const more = wrong.length > 3 ? ` and ${wrong.length - 3} more` : "";
  throw new RangeError(
    `fit expects the checkpoint ${path} to hold a state like the one given but got ${
      wrong.slice(0, 3).join(", ")
    }${more}: give another file, or resume: false`,
  );
}
