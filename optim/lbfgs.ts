/**
 * L-BFGS with a line search.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { type ChainState, namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import type { LineSearchExtra } from "./line_search.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import {
  checkMemorySize,
  scaleByLbfgs,
  type ScaleByLbfgsOptions,
  type ScaleByLbfgsState,
} from "./scale_by_lbfgs.ts";
import { scaleByZoomLineSearch, type ScaleByZoomLineSearchState } from "./scale_by_zoom_line_search.ts";
import type { AnyTransform, ExtraOf, ParamsOf, Transform } from "./transform_type.ts";

/** The line search that {@linkcode lbfgs} has by default. */
export type ZoomLineSearch = Transform<unknown, ScaleByZoomLineSearchState, LineSearchExtra>;

/** Options of {@linkcode lbfgs}. */
export interface LbfgsOptions<L extends AnyTransform = ZoomLineSearch> extends ScaleByLbfgsOptions {
  /** What the direction is multiplied by before the line search; not negative. @default {1} */
  readonly learningRate?: ScalarOrSchedule;
  /** The line search, or another last transform; `identity()` for none. By default a zoom search of 20 steps. */
  readonly lineSearch?: L;
}

const LBFGS_OPTIONS = {
  learningRate: true,
  lineSearch: true,
  memorySize: true,
  scaleInitialPreconditioner: true,
} as const;

/** The state of {@linkcode lbfgs}: that of each part under its name. */
export type LbfgsState<L extends AnyTransform = ZoomLineSearch> = ChainState<
  "lbfgs",
  readonly [Transform<unknown, ScaleByLbfgsState>, Transform<unknown, ScaleByLearningRateState>, L]
>;

/**
 * The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno, as `optax.lbfgs`: `scaleByLbfgs`,
 * `scaleByLearningRate`, then a line search that tries 1 first. For objectives without noise and params that are
 * few enough to hold `memorySize` times twice. Liu and Nocedal 1989.
 *
 * With its line search it needs the extras `value` and `valueFn`, and runs outside of `compile` only; see
 * {@linkcode scaleByZoomLineSearch}.
 *
 * @throws {TypeError} If an option is of another type, or in a step, an extra is missing.
 * @throws {RangeError} If the learning rate is negative or `memorySize` no integer above 0.
 *
 * @example
 * ```ts
 * import { square, sum, tensor, type Tensor, valueAndGrad } from "@weft/weft";
 * import { lbfgs } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const valueFn = (p: { x: Tensor }) => sum(square(p.x.subtract(tensor([1, 2]))));
 * const optimizer = lbfgs();
 * let params = { x: tensor([5, -3]) };
 * let state = optimizer.init(params);
 * for (let step = 0; step < 5; step++) {
 *   const { value, gradient } = valueAndGrad(valueFn)(params);
 *   ({ state, params } = optimizer.step(state, gradient, params, { value, grads: gradient, valueFn }));
 * }
 * assertAlmostEquals(params.x.at(1).item(), 2, 1e-6);
 * ```
 */
export function lbfgs<L extends AnyTransform = ZoomLineSearch>(
  options: LbfgsOptions<L> = {},
): Transform<ParamsOf<L>, LbfgsState<L>, ExtraOf<L>> {
  checkOptionNames("lbfgs", options, LBFGS_OPTIONS);
  const { learningRate = 1, memorySize = 10, scaleInitialPreconditioner = true } = options;
  checkScalar("lbfgs", "learningRate", learningRate, NOT_NEGATIVE);
  checkMemorySize("lbfgs", memorySize);
  const lineSearch: AnyTransform = options.lineSearch ??
    scaleByZoomLineSearch({ maxSteps: 20, initialGuess: "one" });
  return namedChain(
    "lbfgs",
    scaleByLbfgs({ memorySize, scaleInitialPreconditioner }),
    scaleByLearningRate(learningRate),
    lineSearch,
  ) as unknown as Transform<ParamsOf<L>, LbfgsState<L>, ExtraOf<L>>;
}
