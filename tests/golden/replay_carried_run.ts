/**
 * Replaying a training of torch that was caught in the middle: `torch_run.pt`, the same in safetensors and JSON, and
 * what torch did in the next steps.
 *
 * @module
 */

import { type GoldenStep, goOn, type OwnStep, readRun } from "./carried_run.ts";
import type { Replay, Result } from "./replay.ts";
import { firstDifference } from "./torch_compare.ts";

/** The folders of a folder that may hold such a run. */
const PLACES = ["", "io/"];

/** Whether a file is part of such a run, which is not replayed by itself. */
export function isPartOfRun(name: string): boolean {
  return name === "torch_run.json";
}

/** Goes on with the runs in a folder: out of either form, eager and compiled, each step a case. */
export function replayCarriedRuns(folder: string): Replay {
  const root = new URL(`${folder.replace(/\/*$/, "")}/`, `file://${Deno.cwd()}/`);
  const results = PLACES.map((place) => new URL(place, root)).filter(hasRun).flatMap(replayRun);
  return { results, skipped: [] };
}

function hasRun(folder: URL): boolean {
  try {
    return Deno.statSync(new URL("torch_run.json", folder)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The run of a folder. */
export function replayRun(folder: URL): Result[] {
  const { golden, ...runs } = readRun(folder);
  return Object.entries(runs).flatMap(([form, run]) =>
    [false, true].flatMap((compiled) => {
      const steps = goOn(run, golden.next, { compiled });
      return steps.map((step, i) => {
        const name = `torch_run out of ${form}${compiled ? ", compiled" : ""}, step ${i}`;
        const message = differenceOf(name, golden.next[i], step, i + 1);
        return { case: name, passed: message === "", message };
      });
    })
  );
}

/** Rates and momenta to the last bit; losses and params to 4 units in the last place of the largest for each step. */
function differenceOf(name: string, expected: GoldenStep, got: OwnStep, steps: number): string {
  const numbers = (at: string, values: readonly number[], own: ArrayLike<number>): string => {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return firstDifference(
      `${name}: ${at}`,
      values,
      own,
      "float32",
      () => ({ relative: 4 * 2 ** -23 * steps, scale }),
    );
  };
  for (const quantity of ["lr", "beta1"] as const) {
    if (String(expected[quantity]) !== String(got[quantity])) {
      return `${name}: expected ${quantity} ${expected[quantity]} but got ${got[quantity]}`;
    }
  }
  let message = numbers("loss", [expected.loss], [got.loss]);
  for (const [path, { shape, data }] of Object.entries(expected.params)) {
    // A count of batches, which batch normalization does without.
    if (path.endsWith("num_batches_tracked")) continue;
    if (String(got.params[path]?.shape) !== String(shape)) {
      return `${name}: expected ${path} of shape [${shape}]`;
    }
    message ||= numbers(path, data, got.params[path].data());
  }
  return message;
}
