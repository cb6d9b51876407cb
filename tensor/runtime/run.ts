/**
 * Running one kernel at once: on all threads, unless the clock says that it does not pay.
 *
 * @module
 */
import type { KernelReference } from "../kernels/kernel.ts";
import { chunksOf, type Launch } from "./claim.ts";
import { views } from "./heap.ts";
import { isComplete, MANY, shareOne } from "./pool.ts";
import { type Choice, quickerOf } from "./quicker.ts";
import { threads } from "./threads.ts";

/** Choices that are kept; programs use fewer sizes again and again. */
const KEPT = 1000;

const choices = new Map<string, Choice>();
let current: Launch;

const together = (): void => shareOne(current);
const alone = (): void => current.kernel.run(views(), current.at, 0, current.total);

/** The choice for a kernel and its units, which are timed together whatever its other sizes. */
function choiceOf(launch: Launch): Choice {
  const key = `${launch.kernel.id}|${launch.total}|${launch.grain}`;
  let choice = choices.get(key);
  if (choice === undefined) {
    if (choices.size === KEPT) choices.clear();
    choices.set(key, choice = quickerOf([together, alone], chunksOf(launch) >= MANY));
  }
  return choice;
}

/**
 * Runs a kernel over the units 0 to `total` (exclusive) with its arguments at the float64 address `at`.
 * Chunks have `grain` units, which the caller chooses by size only. One chunk or one thread runs at once on
 * the main thread. An error that a kernel throws is thrown here.
 */
export function run(kernel: KernelReference, at: number, total: number, grain: number): void {
  if (total <= grain || threads() === 1) {
    kernel.run(views(), at, 0, total);
    return;
  }
  current = { kernel, at, total, grain };
  const choice = choiceOf(current);
  // While workers are missing there is nothing to time, but their want is noted.
  if (choice.settled() || isComplete()) choice.run();
  else together();
}
