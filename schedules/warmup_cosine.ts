/**
 * A straight line up, then half a wave of a cosine down.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkFinite, checkNotNegative, checkPositive } from "./check.ts";
import { cosineDecay } from "./cosine_decay.ts";
import { join } from "./join.ts";
import { linear } from "./polynomial_decay.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode warmupCosine}. */
export interface WarmupCosineOptions {
  /** The highest value, reached at step `warmupSteps`. */
  readonly peak: number;
  /** The length of the whole schedule, warm-up included. */
  readonly steps: number;
  /** The length of the warm-up, less than `steps`. @default {Math.floor(steps / 10)} */
  readonly warmupSteps?: number;
  /** The value at step 0, unless there is no warm-up. @default {0} */
  readonly initial?: number;
  /** The value from step `steps` on. @default {0} */
  readonly end?: number;
  /** The power of the cosine; positive. @default {1} */
  readonly exponent?: number;
}

const WARMUP_COSINE_OPTIONS = {
  peak: true,
  steps: true,
  warmupSteps: true,
  initial: true,
  end: true,
  exponent: true,
} as const;

/**
 * {@linkcode linear} from `initial` to `peak` in `warmupSteps`, then {@linkcode cosineDecay} from `peak` to
 * `end` in the rest of `steps`, as `optax.warmup_cosine_decay_schedule`. As there, a `peak` of 0 ends at 0.
 *
 * @param options The peak, the length, and the shape of both parts.
 * @returns A schedule that holds `end` after its last step.
 * @throws {TypeError} If an option is not a number.
 * @throws {RangeError} If `steps` or `exponent` is not positive, `warmupSteps` is negative or not less than
 * `steps`, or a number is not finite.
 *
 * @example
 * ```ts
 * import { warmupCosine } from "@weft/weft/schedules";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const schedule = warmupCosine({ peak: 1, steps: 100 });
 * assertAlmostEquals(schedule(5), 0.5);
 * assertAlmostEquals(schedule(10), 1);
 * assertAlmostEquals(schedule(55), 0.5);
 * assertAlmostEquals(schedule(100), 0);
 * ```
 */
export function warmupCosine(options: WarmupCosineOptions): Schedule {
  checkOptionNames("warmupCosine", options, WARMUP_COSINE_OPTIONS);
  const { peak, steps, initial = 0, end = 0, exponent = 1 } = options;
  checkFinite("warmupCosine", "peak", peak);
  checkPositive("warmupCosine", "steps", steps);
  checkFinite("warmupCosine", "initial", initial);
  checkFinite("warmupCosine", "end", end);
  checkPositive("warmupCosine", "exponent", exponent);
  const warmupSteps = options.warmupSteps ?? Math.floor(steps / 10);
  checkNotNegative("warmupCosine", "warmupSteps", warmupSteps);
  if (warmupSteps >= steps) {
    throw new RangeError(
      `warmupCosine expects warmupSteps to be less than steps but got ${warmupSteps} and ${steps}`,
    );
  }
  const alpha = peak === 0 ? 0 : end / peak;
  const decay = cosineDecay({ initial: peak, steps: steps - warmupSteps, alpha, exponent });
  if (warmupSteps === 0) return decay;
  return join([linear({ initial, end: peak, steps: warmupSteps }), decay], [warmupSteps]);
}
