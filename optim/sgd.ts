/**
 * Stochastic gradient descent.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import type { DType } from "../tensor/mod.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { checkDtype } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import { trace, type TraceState } from "./trace.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode sgd}. */
export interface SgdOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** How much of the running sum of gradients stays at each step; without it there is no such sum. */
  readonly momentum?: ScalarOrSchedule;
  /** Nesterov's look ahead, with momentum. @default {false} */
  readonly nesterov?: boolean;
  /** The dtype in which the sum is kept; by default that of each leaf. */
  readonly accumulatorDtype?: DType;
}

const SGD_OPTIONS = { learningRate: true, momentum: true, nesterov: true, accumulatorDtype: true } as const;

/** The state of {@linkcode sgd}. */
export interface SgdState {
  /** The name of the function that made the optimizer. */
  readonly kind: "sgd";
  /** The running sum of gradients, with momentum only. */
  readonly trace?: TraceState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Stochastic gradient descent, as `optax.sgd`: `trace` if there is momentum, then `scaleByLearningRate`. With it
 * `t = g + momentum t` and `u = -learningRate * t`, or `u = -learningRate * (g + momentum t)` with `nesterov`.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a number is negative or not finite.
 *
 * @example
 * ```ts
 * import { grad, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = sgd({ learningRate: 0.25, momentum: 0.5 });
 * const gradient = grad((p: { x: Tensor }) => sum(square(p.x)));
 * let params = { x: tensor([1, 2]) };
 * let state = optimizer.init(params);
 * for (let step = 0; step < 2; step++) ({ state, params } = optimizer.step(state, gradient(params), params));
 * assertEquals(params.x.toArray(), [0, 0]);
 * ```
 */
export function sgd(options: SgdOptions): Transform<unknown, SgdState> {
  checkOptionNames("sgd", options, SGD_OPTIONS);
  const { learningRate, momentum, nesterov = false, accumulatorDtype } = options;
  checkScalar("sgd", "learningRate", learningRate, NOT_NEGATIVE);
  if (momentum !== undefined) checkScalar("sgd", "momentum", momentum, NOT_NEGATIVE);
  checkDtype("sgd", "accumulatorDtype", accumulatorDtype);
  const dtype = accumulatorDtype === undefined ? {} : { accumulatorDtype };
  const rate = scaleByLearningRate(learningRate);
  return momentum === undefined
    ? namedChain("sgd", rate)
    : namedChain("sgd", trace({ decay: momentum, nesterov, ...dtype }), rate);
}
