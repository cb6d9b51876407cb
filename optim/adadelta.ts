/**
 * AdaDelta.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, multiply, sqrt } from "../tensor/mod.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { castLike, movingSquare } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import type { Selector } from "./select.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByAdadelta}. */
export interface ScaleByAdadeltaOptions {
  /** Decay of both moving means, below 1. @default {0.9} */
  readonly rho?: ScalarOrSchedule;
  /** Added to both under the root. @default {1e-6} */
  readonly eps?: ScalarOrSchedule;
}

const SCALE_BY_ADADELTA_OPTIONS = { rho: true, eps: true } as const;

/** The state of {@linkcode scaleByAdadelta}. */
export interface ScaleByAdadeltaState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByAdadelta";
  /** What the last step used. */
  readonly hyperparameters: { readonly rho: number; readonly eps: number };
  /** The moving mean of the squares of what comes in, a tree like the params. */
  readonly meanSquareOfGrads: Tree;
  /** The moving mean of the squares of what goes out, a tree like the params. */
  readonly meanSquareOfUpdates: Tree;
}

/** Throws unless the options of AdaDelta are right, in the name of `operation`. */
function checkAdadeltaOptions(operation: string, options: ScaleByAdadeltaOptions): void {
  checkScalar(operation, "rho", options.rho ?? 0.9, FRACTION);
  checkScalar(operation, "eps", options.eps ?? 1e-6, NOT_NEGATIVE);
}

/**
 * Scales updates by the ratio of the root mean squares of those before and of the gradients, as
 * `optax.scale_by_adadelta`, which gives them the unit of the params:
 *
 * - `E = rho E + (1 - rho) g^2`
 * - `u = sqrt(X + eps) / sqrt(E + eps) * g`, then `X = rho X + (1 - rho) u^2`
 *
 * Zeiler 2012.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If `rho` is outside of [0, 1), or `eps` is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByAdadelta } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const adadelta = scaleByAdadelta({ rho: 0.75, eps: 1 });
 * const params = { x: tensor(0) };
 * const { updates } = adadelta.update(adadelta.init(params), { x: tensor(4) }, params);
 * assertAlmostEquals(updates.x.item(), 4 / Math.sqrt(5), 1e-6);
 * ```
 */
export function scaleByAdadelta(
  options: ScaleByAdadeltaOptions = {},
): Transform<unknown, ScaleByAdadeltaState> {
  checkOptionNames("scaleByAdadelta", options, SCALE_BY_ADADELTA_OPTIONS);
  checkAdadeltaOptions("scaleByAdadelta", options);
  const { rho = 0.9, eps = 1e-6 } = options;
  return transform<ScaleByAdadeltaState>({
    name: "scaleByAdadelta",
    hyperparameters: { rho, eps },
    init: (params) => ({
      meanSquareOfGrads: zerosLikeTree(params),
      meanSquareOfUpdates: zerosLikeTree(params),
    }),
    update: ({ state, grads, hyperparameters: { rho, eps } }) => {
      const ofGrads = movingSquare("scaleByAdadelta", state.meanSquareOfGrads, grads, rho);
      const updates = zipLeaves(
        "scaleByAdadelta",
        [grads, ofGrads, state.meanSquareOfUpdates],
        (g, e, x) => cast(multiply(divide(sqrt(add(x, eps)), sqrt(add(e, eps))), g), g.dtype),
      );
      const ofUpdates = movingSquare("scaleByAdadelta", state.meanSquareOfUpdates, updates, rho);
      return {
        state: {
          meanSquareOfGrads: castLike("scaleByAdadelta", ofGrads, state.meanSquareOfGrads),
          meanSquareOfUpdates: castLike("scaleByAdadelta", ofUpdates, state.meanSquareOfUpdates),
        },
        updates,
      };
    },
  });
}

/** Options of {@linkcode adadelta}. */
export interface AdadeltaOptions extends ScaleByAdadeltaOptions {
  /** The learning rate; not negative. 1 is the method of the paper. */
  readonly learningRate: ScalarOrSchedule;
  /** Share of the params that is added to the gradients before they are scaled; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const ADADELTA_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  rho: true,
  eps: true,
} as const;

/** The state of {@linkcode adadelta}. */
export interface AdadeltaState {
  /** The name of the function that made the optimizer. */
  readonly kind: "adadelta";
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The moving means. */
  readonly scaleByAdadelta: ScaleByAdadeltaState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * AdaDelta, as `optax.adadelta` with a learning rate: `addDecayedWeights`, `scaleByAdadelta`, then
 * `scaleByLearningRate`. optax 0.2.8 goes up the gradient when it has no learning rate; here one is needed.
 * Zeiler 2012.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If `rho` is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adadelta } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = adadelta({ learningRate: 1, rho: 0.75, eps: 1 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(4) }, params);
 * assertAlmostEquals(next.x.item(), 1 - 4 / Math.sqrt(5), 1e-6);
 * ```
 */
export function adadelta(options: AdadeltaOptions): Transform<unknown, AdadeltaState> {
  checkOptionNames("adadelta", options, ADADELTA_OPTIONS);
  const { learningRate, weightDecay = 0, weightDecayMask = true, ...rest } = options;
  checkScalar("adadelta", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdadeltaOptions("adadelta", options);
  checkScalar("adadelta", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "adadelta",
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByAdadelta(rest),
    scaleByLearningRate(learningRate),
  );
}
