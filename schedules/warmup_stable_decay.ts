/**
 * Up, along, and down.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkFinite, checkNotNegative, checkPositive } from "./check.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode warmupStableDecay}. */
export interface WarmupStableDecayOptions {
  /** The value between the warm-up and the decay. */
  readonly peak: number;
  /** The length of the whole schedule; positive. */
  readonly steps: number;
  /** The length of the warm-up. @default {Math.floor(steps / 100)} */
  readonly warmupSteps?: number;
  /** The length of the decay, at the end of the schedule. @default {Math.floor(steps / 10)} */
  readonly decaySteps?: number;
  /** The value at step 0, unless there is no warm-up. @default {0} */
  readonly initial?: number;
  /** The value from step `steps` on. @default {0} */
  readonly end?: number;
  /**
   * What is left of the way from `peak` to `end` when the part `x` of the decay is over: `1 - x` ("linear"),
   * `(1 + cos(pi x)) / 2` ("cosine") or `1 - sqrt(x)` ("squareRoot").
   *
   * @default {"linear"}
   */
  readonly decay?: "linear" | "cosine" | "squareRoot";
}

const WARMUP_STABLE_DECAY_OPTIONS = {
  peak: true,
  steps: true,
  warmupSteps: true,
  decaySteps: true,
  initial: true,
  end: true,
  decay: true,
} as const;

const LEFT: Readonly<Record<NonNullable<WarmupStableDecayOptions["decay"]>, (x: number) => number>> = {
  linear: (x) => 1 - x,
  cosine: (x) => 0.5 * (1 + Math.cos(Math.PI * x)),
  squareRoot: (x) => 1 - Math.sqrt(x),
};

/**
 * A straight line from `initial` up to `peak`, a plateau, and a decay to `end` in the last `decaySteps`; after Hu
 * et al., "MiniCPM" (2024). The plateau may be lengthened while training goes on: a longer schedule has the same
 * values up to the decay of the shorter one. The decay "squareRoot" is of Hägele et al., "Scaling Laws and
 * Compute-Optimal Training Beyond Fixed Training Durations" (2024).
 *
 * @param options The peak, the lengths of the parts, and the shape of the decay.
 * @returns A schedule that holds `end` after its last step.
 * @throws {TypeError} If a numeric option is not a number.
 * @throws {RangeError} If `steps` is not positive, a part is negative, both parts are longer than `steps`, a number
 * is not finite or the decay is not known.
 *
 * @example
 * ```ts
 * import { warmupStableDecay } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedule = warmupStableDecay({ peak: 1, steps: 100, warmupSteps: 10, decaySteps: 20 });
 * assertEquals([0, 5, 10, 80, 90, 100].map(schedule), [0, 0.5, 1, 1, 0.5, 0]);
 * ```
 */
export function warmupStableDecay(options: WarmupStableDecayOptions): Schedule {
  checkOptionNames("warmupStableDecay", options, WARMUP_STABLE_DECAY_OPTIONS);
  const { peak, steps, initial = 0, end = 0, decay = "linear" } = options;
  checkFinite("warmupStableDecay", "peak", peak);
  checkPositive("warmupStableDecay", "steps", steps);
  const { warmupSteps = Math.floor(steps / 100), decaySteps = Math.floor(steps / 10) } = options;
  checkNotNegative("warmupStableDecay", "warmupSteps", warmupSteps);
  checkNotNegative("warmupStableDecay", "decaySteps", decaySteps);
  checkFinite("warmupStableDecay", "initial", initial);
  checkFinite("warmupStableDecay", "end", end);
  if (!Object.hasOwn(LEFT, decay)) {
    throw new RangeError(
      `warmupStableDecay expects decay "linear", "cosine" or "squareRoot" but got ${decay}`,
    );
  }
  if (warmupSteps + decaySteps > steps) {
    throw new RangeError(
      `warmupStableDecay expects warmupSteps and decaySteps to fit into steps but got ${warmupSteps} ` +
        `and ${decaySteps} in ${steps}`,
    );
  }
  const left = LEFT[decay];
  return (step) => {
    if (step < warmupSteps) return initial + (peak - initial) * (Math.max(step, 0) / warmupSteps);
    if (step >= steps) return end;
    const elapsed = step - (steps - decaySteps);
    return elapsed <= 0 ? peak : end + (peak - end) * left(elapsed / decaySteps);
  };
}
