/**
 * Sophia: steps clipped by an estimate of the curvature.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import type { HutchinsonDiagonalState, ObjectiveExtra } from "./hutchinson.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import {
  checkSophiaOptions,
  SCALE_BY_SOPHIA_OPTIONS,
  scaleBySophia,
  type ScaleBySophiaOptions,
  type ScaleBySophiaState,
} from "./scale_by_sophia.ts";
import type { Selector } from "./select.ts";
import type { AnyTransform, ExtraOf, StateOf, Transform } from "./transform_type.ts";

/** Options of {@linkcode sophia}. */
export interface SophiaOptions<H extends AnyTransform = AnyTransform> extends ScaleBySophiaOptions<H> {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the params, times the learning rate at each step; not negative. @default {1e-4} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const SOPHIA_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  ...SCALE_BY_SOPHIA_OPTIONS,
} as const;

/** The state of {@linkcode sophia}. */
export interface SophiaState<S = HutchinsonDiagonalState> {
  /** The name of the function that made the optimizer. */
  readonly kind: "sophia";
  /** The moment and the curvature. */
  readonly scaleBySophia: ScaleBySophiaState<S>;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Sophia, as `optax.contrib.sophia`: `scaleBySophia`, `addDecayedWeights`, then `scaleByLearningRate`. With
 * the default estimator each step takes the objective as an extra: a function of the params, on the batch
 * of the step. Liu et al. 2023.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is out of its range.
 *
 * @example
 * ```ts
 * import { grad, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { sophia } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const objective = (p: { x: Tensor }) => sum(square(p.x));
 * const optimizer = sophia({ learningRate: 0.1 });
 * let params = { x: tensor([1, 2]) };
 * let state = optimizer.init(params);
 * for (let step = 0; step < 20; step++) {
 *   ({ state, params } = optimizer.step(state, grad(objective)(params), params, { objective }));
 * }
 * assertEquals(objective(params).item() < 0.5, true);
 * ```
 */
export function sophia<
  H extends AnyTransform = Transform<unknown, HutchinsonDiagonalState, ObjectiveExtra>,
>(options: SophiaOptions<H>): Transform<unknown, SophiaState<StateOf<H>>, ExtraOf<H>> {
  checkOptionNames("sophia", options, SOPHIA_OPTIONS);
  const { learningRate, weightDecay = 1e-4, weightDecayMask = true, ...rest } = options;
  checkScalar("sophia", "learningRate", learningRate, NOT_NEGATIVE);
  checkSophiaOptions("sophia", options);
  checkScalar("sophia", "weightDecay", weightDecay, NOT_NEGATIVE);
  const made = namedChain(
    "sophia",
    scaleBySophia(rest) as unknown as AnyTransform,
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
  return made as unknown as Transform<unknown, SophiaState<StateOf<H>>, ExtraOf<H>>;
}
