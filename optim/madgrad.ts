/**
 * MADGRAD: dual averaging with momentum.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cbrt, divide, host, multiply, square, subtract } from "../tensor/mod.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByMadgrad}. */
export interface ScaleByMadgradOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** How much of the params stays at each step, below 1. @default {0.9} */
  readonly momentum?: ScalarOrSchedule;
  /** Added to the cube root of the sum of squares, and to the learning rate; above 0. @default {1e-6} */
  readonly eps?: ScalarOrSchedule;
}

const SCALE_BY_MADGRAD_OPTIONS = { learningRate: true, momentum: true, eps: true } as const;

/** The state of {@linkcode scaleByMadgrad}. */
export interface ScaleByMadgradState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByMadgrad";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly learningRate: number;
    readonly momentum: number;
    readonly eps: number;
  };
  /** The weighted sum of the squares of the updates, a tree like the params. */
  readonly squareSum: Tree;
  /** The weighted sum of the updates, a tree like the params. */
  readonly gradientSum: Tree;
  /** The params before the first step. */
  readonly initialParams: Tree;
}

function checkOptions(operation: string, options: ScaleByMadgradOptions): void {
  const { learningRate, momentum = 0.9, eps = 1e-6 } = options;
  checkScalar(operation, "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar(operation, "momentum", momentum, FRACTION);
  checkScalar(operation, "eps", eps, POSITIVE);
}

/**
 * Turns gradients into the updates of dual averaging, as `optax.contrib.scale_by_madgrad`. With `p0` for the
 * initial params, at step t, from 1:
 *
 * - `l = (learningRate + eps) sqrt(t)`, `S = S + l g^2`, `s = s + l g`
 * - `z = p0 - s / (cbrt(S) + eps)`
 * - `u = (1 - momentum) (z - p)`
 *
 * The updates descend: no learning rate and no sign come after it. Defazio and Jelassi 2021.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If the momentum is outside of [0, 1), or another number is out of its range.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByMadgrad } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const madgrad = scaleByMadgrad({ learningRate: 1, momentum: 0.5 });
 * const params = { x: tensor(0) };
 * const { updates } = madgrad.update(madgrad.init(params), { x: tensor(8) }, params);
 * assertAlmostEquals(updates.x.item(), -1, 1e-5);
 * ```
 */
export function scaleByMadgrad(options: ScaleByMadgradOptions): Transform<unknown, ScaleByMadgradState> {
  checkOptionNames("scaleByMadgrad", options, SCALE_BY_MADGRAD_OPTIONS);
  checkOptions("scaleByMadgrad", options);
  const { learningRate, momentum = 0.9, eps = 1e-6 } = options;
  return transform<ScaleByMadgradState>({
    name: "scaleByMadgrad",
    hyperparameters: { learningRate, momentum, eps },
    init: (params) => ({
      squareSum: zerosLikeTree(params),
      gradientSum: zerosLikeTree(params),
      initialParams: params,
    }),
    update: ({ state, grads, params, hyperparameters: { learningRate, momentum, eps }, step }) => {
      const { initialParams } = state;
      const weight = host((rate, eps, t) => (rate + eps) * Math.sqrt(t), learningRate, eps, step);
      const gain = host((momentum) => 1 - momentum, momentum);
      const squareSum = zipLeaves(
        "scaleByMadgrad",
        [state.squareSum, grads],
        (s, g) => add(s, multiply(square(g), weight)),
      );
      const gradientSum = zipLeaves(
        "scaleByMadgrad",
        [state.gradientSum, grads],
        (s, g) => add(s, multiply(g, weight)),
      );
      const updates = zipLeaves(
        "scaleByMadgrad",
        [grads, params, initialParams, gradientSum, squareSum],
        (_, p, p0, s, squares) => {
          const average = subtract(p0, divide(s, add(cbrt(squares), eps)));
          return multiply(subtract(average, p), gain);
        },
      );
      return { state: { squareSum, gradientSum, initialParams }, updates };
    },
  });
}

/** Options of {@linkcode madgrad}. */
export interface MadgradOptions extends ScaleByMadgradOptions {
  /** The share of the params that is added to the gradients; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
}

const MADGRAD_OPTIONS = { weightDecay: true, learningRate: true, momentum: true, eps: true } as const;

/** The state of {@linkcode madgrad}. */
export interface MadgradState {
  /** The name of the function that made the optimizer. */
  readonly kind: "madgrad";
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The sums. */
  readonly scaleByMadgrad: ScaleByMadgradState;
}

/**
 * MADGRAD, as `optax.contrib.madgrad`: `addDecayedWeights`, then `scaleByMadgrad`. The decay is L2
 * regularization, before the sums. Defazio and Jelassi 2021.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If the momentum is outside of [0, 1), or another number is out of its range.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { madgrad } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = madgrad({ learningRate: 1, momentum: 0.5 });
 * const params = { x: tensor(3) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(8) }, params);
 * assertAlmostEquals(next.x.item(), 2, 1e-5);
 * ```
 */
export function madgrad(options: MadgradOptions): Transform<unknown, MadgradState> {
  checkOptionNames("madgrad", options, MADGRAD_OPTIONS);
  const { weightDecay = 0, ...rest } = options;
  checkOptions("madgrad", options);
  checkScalar("madgrad", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain("madgrad", addDecayedWeights({ weightDecay }), scaleByMadgrad(rest));
}
