/**
 * Optimistic gradients, which guess the next one.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { cast, host, multiply, subtract } from "../tensor/mod.ts";
import { checkScalar, FINITE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByOptimisticGradient}. */
export interface ScaleByOptimisticGradientOptions {
  /** How much the gradient counts. @default {1} */
  readonly alpha?: ScalarOrSchedule;
  /** How much its change from the step before counts. @default {1} */
  readonly beta?: ScalarOrSchedule;
}

/** The names of those options. */
export const SCALE_BY_OPTIMISTIC_GRADIENT_OPTIONS = { alpha: true, beta: true } as const;

/** The state of {@linkcode scaleByOptimisticGradient}. */
export interface ScaleByOptimisticGradientState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByOptimisticGradient";
  /** What the last step used. */
  readonly hyperparameters: { readonly alpha: number; readonly beta: number };
  /** The updates of the step before, a tree like the params. */
  readonly previousGrads: Tree;
}

/** Throws unless the options are right, in the name of `operation`. */
export function checkOptimisticOptions(operation: string, options: ScaleByOptimisticGradientOptions): void {
  checkScalar(operation, "alpha", options.alpha ?? 1, FINITE);
  checkScalar(operation, "beta", options.beta ?? 1, FINITE);
}

/**
 * Adds the change since the step before: `u = (alpha + beta) g - beta g'`, and `u = alpha g` at the first step, as
 * `optax.scale_by_optimistic_gradient`. Mokhtari et al. 2019.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByOptimisticGradient } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimistic = scaleByOptimisticGradient();
 * const params = { x: tensor(0) };
 * const first = optimistic.update(optimistic.init(params), { x: tensor(3) }, params);
 * const second = optimistic.update(first.state, { x: tensor(5) }, params);
 * assertEquals([first.updates.x.item(), second.updates.x.item()], [3, 7]);
 * ```
 */
export function scaleByOptimisticGradient(
  options: ScaleByOptimisticGradientOptions = {},
): Transform<unknown, ScaleByOptimisticGradientState> {
  checkOptionNames("scaleByOptimisticGradient", options, SCALE_BY_OPTIMISTIC_GRADIENT_OPTIONS);
  checkOptimisticOptions("scaleByOptimisticGradient", options);
  const { alpha = 1, beta = 1 } = options;
  return transform<ScaleByOptimisticGradientState>({
    name: "scaleByOptimisticGradient",
    hyperparameters: { alpha, beta },
    init: (params) => ({ previousGrads: zerosLikeTree(params) }),
    update: ({ state, grads, hyperparameters: { alpha, beta }, count }) => {
      const ofChange = host((b, c) => c === 0 ? 0 : b, beta, count);
      const ofGrads = host((a, b) => a + b, alpha, ofChange);
      const updates = zipLeaves(
        "scaleByOptimisticGradient",
        [grads, state.previousGrads],
        (g, previous) => cast(subtract(multiply(g, ofGrads), multiply(previous, ofChange)), g.dtype),
      );
      const previousGrads = zipLeaves(
        "scaleByOptimisticGradient",
        [state.previousGrads, grads],
        (previous, g) => cast(g, previous.dtype),
      );
      return { state: { previousGrads }, updates };
    },
  });
}
