/**
 * RMSProp.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import {
  checkRmsOptions,
  SCALE_BY_RMS_OPTIONS,
  scaleByRms,
  type ScaleByRmsOptions,
  type ScaleByRmsState,
  scaleByStddev,
  type ScaleByStddevState,
} from "./scale_by_rms.ts";
import { trace, type TraceState } from "./trace.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode rmsprop}. */
export interface RmspropOptions extends ScaleByRmsOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Scales by the standard deviation in place of the root mean square. @default {false} */
  readonly centered?: boolean;
  /** How much of the running sum of updates stays at each step; without it there is no such sum. */
  readonly momentum?: ScalarOrSchedule;
  /** Nesterov's look ahead, with momentum. @default {false} */
  readonly nesterov?: boolean;
}

const RMSPROP_OPTIONS = {
  learningRate: true,
  centered: true,
  momentum: true,
  nesterov: true,
  ...SCALE_BY_RMS_OPTIONS,
} as const;

/** The state of {@linkcode rmsprop}. */
export interface RmspropState {
  /** The name of the function that made the optimizer. */
  readonly kind: "rmsprop";
  /** The moving mean of squares, unless it is centered. */
  readonly scaleByRms?: ScaleByRmsState;
  /** The moving means, where it is centered. */
  readonly scaleByStddev?: ScaleByStddevState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
  /** The running sum of updates, with momentum only. */
  readonly trace?: TraceState;
}

/**
 * RMSProp, as `optax.rmsprop`: `scaleByRms`, or `scaleByStddev` if it is centered, `scaleByLearningRate`, then
 * `trace` if there is momentum. The learning rate is inside of the sum, so that a change of it reaches only what is
 * yet to come. The defaults are those of optax; torch has a decay of 0.99 and eps beside the root. Hinton 2012.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If `decay` is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { rmsprop } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = rmsprop({ learningRate: 0.1, decay: 0.75 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.8, 1e-6);
 * ```
 */
export function rmsprop(options: RmspropOptions): Transform<unknown, RmspropState> {
  checkOptionNames("rmsprop", options, RMSPROP_OPTIONS);
  const { learningRate, centered = false, momentum, nesterov = false, ...rest } = options;
  checkScalar("rmsprop", "learningRate", learningRate, NOT_NEGATIVE);
  checkRmsOptions("rmsprop", options);
  if (momentum !== undefined) checkScalar("rmsprop", "momentum", momentum, NOT_NEGATIVE);
  const scaling = centered ? scaleByStddev(rest) : scaleByRms(rest);
  const rate = scaleByLearningRate(learningRate);
  const made = momentum === undefined
    ? namedChain("rmsprop", scaling, rate)
    : namedChain("rmsprop", scaling, rate, trace({ decay: momentum, nesterov }));
  // Which scaling there is depends on an option, so the types do not know its key.
  return made as Transform<unknown, unknown> as Transform<unknown, RmspropState>;
}
