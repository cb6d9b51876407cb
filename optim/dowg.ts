/**
 * DoWG: distance over weighted gradients, without a learning rate.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  maximum,
  multiply,
  sqrt,
  square,
  subtract,
  type Tensor,
  zeros,
} from "../tensor/mod.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkNumber, checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { innerProduct } from "./inner_product.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import type { Selector } from "./select.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";
import { scalarDType, sumLeaves, timesScalar } from "./tree_sums.ts";

/** Options of {@linkcode scaleByDowg}. */
export interface ScaleByDowgOptions {
  /** The squared distance that is taken for granted before the first step; not negative. @default {1e-4} */
  readonly initialSquaredDistance?: number;
  /** Added to the root of the weighted sum of squares. @default {1e-4} */
  readonly eps?: ScalarOrSchedule;
}

const SCALE_BY_DOWG_OPTIONS = { initialSquaredDistance: true, eps: true } as const;

/** The state of {@linkcode scaleByDowg}. */
export interface ScaleByDowgState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByDowg";
  /** What the last step used. */
  readonly hyperparameters: { readonly eps: number };
  /** The params before the first step. */
  readonly initialParams: Tree;
  /** The largest squared distance from them so far, a scalar. */
  readonly squaredDistance: Tensor;
  /** The sum of the squared norms of the updates, each times the squared distance of its step, a scalar. */
  readonly weightedSquares: Tensor;
}

function checkOptions(operation: string, options: ScaleByDowgOptions): void {
  const { initialSquaredDistance = 1e-4, eps = 1e-4 } = options;
  checkNumber(operation, "initialSquaredDistance", initialSquaredDistance, NOT_NEGATIVE);
  checkScalar(operation, "eps", eps, NOT_NEGATIVE);
}

/**
 * Scales updates by the squared distance from the initial params over the weighted norm of all updates so
 * far, as `optax.contrib.scale_by_dowg`. Over the whole tree:
 *
 * - `d = max(d, norm(p - p0)^2)`, `w = w + d norm(g)^2`
 * - `u = g d / (sqrt(w) + eps)`
 *
 * In optax the initial squared distance is `eps` where it is not given; here it is 1e-4 whatever `eps` is.
 * Khaled, Mishchenko and Jin 2023.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByDowg } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const dowg = scaleByDowg({ initialSquaredDistance: 0.25, eps: 0 });
 * const params = { x: tensor([0, 0]) };
 * const { updates } = dowg.update(dowg.init(params), { x: tensor([3, 4]) }, params);
 * assertAlmostEquals(updates.x.at(0).item(), 0.3, 1e-6);
 * ```
 */
export function scaleByDowg(options: ScaleByDowgOptions = {}): Transform<unknown, ScaleByDowgState> {
  checkOptionNames("scaleByDowg", options, SCALE_BY_DOWG_OPTIONS);
  checkOptions("scaleByDowg", options);
  const { initialSquaredDistance = 1e-4, eps = 1e-4 } = options;
  return transform<ScaleByDowgState>({
    name: "scaleByDowg",
    hyperparameters: { eps },
    init: (params) => {
      const zero = zeros([], { dtype: scalarDType(params) });
      return {
        initialParams: params,
        squaredDistance: add(zero, initialSquaredDistance),
        weightedSquares: zero,
      };
    },
    update: ({ state, grads, params, hyperparameters: { eps } }) => {
      const { initialParams } = state;
      const { dtype } = state.squaredDistance as { readonly dtype: "float32" | "float64" };
      const squaredDistance = maximum(
        state.squaredDistance,
        sumLeaves("scaleByDowg", dtype, [initialParams, params], (p0, p) => square(subtract(p0, p))),
      );
      const weightedSquares = add(
        multiply(squaredDistance, cast(innerProduct("scaleByDowg", grads, grads), dtype)),
        state.weightedSquares,
      );
      const factor = divide(squaredDistance, add(sqrt(weightedSquares), eps));
      const updates = zipLeaves("scaleByDowg", [grads], (g) => timesScalar(g, factor));
      return { state: { initialParams, squaredDistance, weightedSquares }, updates };
    },
  });
}

/** Options of {@linkcode dowg}. */
export interface DowgOptions extends ScaleByDowgOptions {
  /** A factor of the step, 1 as a rule; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** The share of the params that is added to the gradients; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const DOWG_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  initialSquaredDistance: true,
  eps: true,
} as const;

/** The state of {@linkcode dowg}. */
export interface DowgState {
  /** The name of the function that made the optimizer. */
  readonly kind: "dowg";
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The distance and the norms. */
  readonly scaleByDowg: ScaleByDowgState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * DoWG, as `optax.contrib.dowg`: `addDecayedWeights`, `scaleByDowg`, then `scaleByLearningRate`, whose
 * learning rate is 1 as a rule. Khaled, Mishchenko and Jin 2023.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a number is negative or not finite.
 *
 * @example
 * ```ts
 * import { grad, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { dowg } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = dowg({ learningRate: 1, initialSquaredDistance: 0.01 });
 * const gradient = grad((p: { x: Tensor }) => sum(square(p.x)));
 * let params = { x: tensor([1]) };
 * let state = optimizer.init(params);
 * for (let step = 0; step < 50; step++) ({ state, params } = optimizer.step(state, gradient(params), params));
 * assertEquals(Math.abs(params.x.at(0).item()) < 0.2, true);
 * ```
 */
export function dowg(options: DowgOptions): Transform<unknown, DowgState> {
  checkOptionNames("dowg", options, DOWG_OPTIONS);
  const { learningRate, weightDecay = 0, weightDecayMask = true, ...rest } = options;
  checkScalar("dowg", "learningRate", learningRate, NOT_NEGATIVE);
  checkOptions("dowg", options);
  checkScalar("dowg", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "dowg",
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByDowg(rest),
    scaleByLearningRate(learningRate),
  );
}
