/**
 * COCOB: descent by betting on coins, without a learning rate.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { abs, add, divide, full, maximum, multiply, subtract } from "../tensor/mod.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkNumber, checkScalar, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { mapLeaves, type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scale, type ScaleState } from "./scale.ts";
import type { Selector } from "./select.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByCocob}. */
export interface ScaleByCocobOptions {
  /**
   * How many of the largest gradients are bet against at the least; it slows the first steps.
   *
   * @default {100}
   */
  readonly alpha?: ScalarOrSchedule;
  /** What the largest gradient is taken to be before the first step; above 0. @default {1e-8} */
  readonly eps?: number;
}

const SCALE_BY_COCOB_OPTIONS = { alpha: true, eps: true } as const;

/** The state of {@linkcode scaleByCocob}. */
export interface ScaleByCocobState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByCocob";
  /** What the last step used. */
  readonly hyperparameters: { readonly alpha: number };
  /** The params before the first step. */
  readonly initialParams: Tree;
  /** The sum of the negative updates, a tree like the params. */
  readonly gradientSum: Tree;
  /** The largest magnitude of each element so far, a tree like the params. */
  readonly largest: Tree;
  /** The sum of the magnitudes, a tree like the params. */
  readonly magnitudeSum: Tree;
  /** What the bets have won, a tree like the params. */
  readonly reward: Tree;
}

/**
 * Turns gradients into the updates of a betting strategy for each element, as `optax.contrib.scale_by_cocob`.
 * With `p0` for the initial params:
 *
 * - `L = max(L, |g|)`, `G = G + |g|`, `R = max(R - g (p - p0), 0)`, `C = C - g`
 * - `u = p0 + C / (L max(G + L, alpha L)) (L + R) - p`
 *
 * The updates descend: no learning rate and no sign come after it. Orabona and Tommasi 2017.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If `alpha` is negative, or `eps` is not above 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByCocob } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const cocob = scaleByCocob({ alpha: 4 });
 * const params = { x: tensor(0) };
 * const { updates } = cocob.update(cocob.init(params), { x: tensor(2) }, params);
 * assertAlmostEquals(updates.x.item(), -0.25, 1e-6);
 * ```
 */
export function scaleByCocob(options: ScaleByCocobOptions = {}): Transform<unknown, ScaleByCocobState> {
  checkOptionNames("scaleByCocob", options, SCALE_BY_COCOB_OPTIONS);
  const { alpha = 100, eps = 1e-8 } = options;
  checkScalar("scaleByCocob", "alpha", alpha, NOT_NEGATIVE);
  checkNumber("scaleByCocob", "eps", eps, POSITIVE);
  return transform<ScaleByCocobState>({
    name: "scaleByCocob",
    hyperparameters: { alpha },
    init: (params) => ({
      initialParams: params,
      gradientSum: zerosLikeTree(params),
      largest: mapLeaves(params, ({ shape, dtype }) => full(shape, eps, { dtype })),
      magnitudeSum: zerosLikeTree(params),
      reward: zerosLikeTree(params),
    }),
    update: ({ state, grads, params, hyperparameters: { alpha } }) => {
      const { initialParams } = state;
      const largest = zipLeaves("scaleByCocob", [state.largest, grads], (l, g) => maximum(l, abs(g)));
      const magnitudeSum = zipLeaves("scaleByCocob", [state.magnitudeSum, grads], (s, g) => add(s, abs(g)));
      const reward = zipLeaves(
        "scaleByCocob",
        [state.reward, grads, params, initialParams],
        (r, g, p, p0) => maximum(subtract(r, multiply(g, subtract(p, p0))), 0),
      );
      const gradientSum = zipLeaves("scaleByCocob", [state.gradientSum, grads], (c, g) => subtract(c, g));
      const updates = zipLeaves(
        "scaleByCocob",
        [grads, params, initialParams, gradientSum, largest, magnitudeSum, reward],
        (_, p, p0, c, l, s, r) => {
          const against = multiply(l, maximum(add(s, l), multiply(l, alpha)));
          return subtract(add(p0, multiply(divide(c, against), add(l, r))), p);
        },
      );
      return { state: { initialParams, gradientSum, largest, magnitudeSum, reward }, updates };
    },
  });
}

/** Options of {@linkcode cocob}. */
export interface CocobOptions extends ScaleByCocobOptions {
  /** A factor of the gradients, 1 as a rule; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** The share of the params that is added to the gradients; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const COCOB_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  alpha: true,
  eps: true,
} as const;

/** The state of {@linkcode cocob}. */
export interface CocobState {
  /** The name of the function that made the optimizer. */
  readonly kind: "cocob";
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The factor of the gradients. */
  readonly scale: ScaleState;
  /** The bets. */
  readonly scaleByCocob: ScaleByCocobState;
}

/**
 * COCOB, as `optax.contrib.cocob`: `addDecayedWeights`, `scale` by the learning rate, then `scaleByCocob`.
 * The scale of the gradients hardly matters to it, so the learning rate is 1 as a rule. Orabona and Tommasi
 * 2017.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a number is negative or not finite, or `eps` is 0.
 *
 * @example
 * ```ts
 * import { grad, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { cocob } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = cocob({ learningRate: 1, alpha: 4 });
 * const gradient = grad((p: { x: Tensor }) => sum(square(p.x)));
 * let params = { x: tensor([1]) };
 * let state = optimizer.init(params);
 * for (let step = 0; step < 50; step++) ({ state, params } = optimizer.step(state, gradient(params), params));
 * assertEquals(Math.abs(params.x.at(0).item()) < 0.2, true);
 * ```
 */
export function cocob(options: CocobOptions): Transform<unknown, CocobState> {
  checkOptionNames("cocob", options, COCOB_OPTIONS);
  const { learningRate, alpha = 100, eps = 1e-8, weightDecay = 0, weightDecayMask = true } = options;
  checkScalar("cocob", "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar("cocob", "alpha", alpha, NOT_NEGATIVE);
  checkNumber("cocob", "eps", eps, POSITIVE);
  checkScalar("cocob", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "cocob",
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scale(learningRate),
    scaleByCocob({ alpha, eps }),
  );
}
