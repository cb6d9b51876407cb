/**
 * Adamax's scaling of updates, where every leaf counts its own steps.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { abs, add, cast, divide, maximum, multiply } from "../tensor/mod.ts";
import { countGradients, leafNumbers, type NumberTree, zipNumbers } from "./leaf_numbers.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import {
  LEAFWISE_MOMENTS_OPTIONS,
  type LeafwiseMomentsOptions,
  leafwiseOptions,
} from "./leafwise_moments.ts";
import { biasCorrection, castLike, movingMean } from "./moments.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** The state of {@linkcode scaleByLeafwiseAdamax}. */
export interface ScaleByLeafwiseAdamaxState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByLeafwiseAdamax";
  /** What the last step used. */
  readonly hyperparameters: { readonly beta1: number; readonly beta2: number; readonly eps: number };
  /** In how many steps each leaf had a gradient, a tree like the params. */
  readonly steps: NumberTree;
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The decaying maximum of their sizes, a tree like the params. */
  readonly infinityNorm: Tree;
}

/**
 * Adamax's scaling as `torch.optim.Adamax` has it, where each leaf counts the steps in which it had a gradient: with
 * `v = max(beta2 v, |g| + eps)` and a leaf's own t, `u = m / (1 - beta1^t) / v`. A leaf without a gradient, a hole,
 * keeps its moments and its t. Where all leaves have gradients in every step it is `scaleByAdamax`.
 *
 * Kingma and Ba 2015.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByLeafwiseAdamax } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scaling = scaleByLeafwiseAdamax({ beta1: 0.5, eps: 0 });
 * const params = { x: tensor([1, 2]) };
 * const { updates } = scaling.update(scaling.init(params), { x: tensor([3, -4]) }, params);
 * assertEquals(updates.x.toArray(), [1, -1]);
 * ```
 */
export function scaleByLeafwiseAdamax(
  options: LeafwiseMomentsOptions = {},
): Transform<unknown, ScaleByLeafwiseAdamaxState> {
  checkOptionNames("scaleByLeafwiseAdamax", options, LEAFWISE_MOMENTS_OPTIONS);
  const name = "scaleByLeafwiseAdamax";
  return transform<ScaleByLeafwiseAdamaxState>({
    name,
    hyperparameters: leafwiseOptions(name, options),
    init: (params) => ({
      steps: leafNumbers(params, 0),
      firstMoment: zerosLikeTree(params),
      infinityNorm: zerosLikeTree(params),
    }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps } }) => {
      const steps = countGradients(name, state.steps, grads);
      const firstMoment = castLike(
        name,
        movingMean(name, state.firstMoment, grads, beta1),
        state.firstMoment,
      );
      const infinityNorm = zipLeaves(
        name,
        [state.infinityNorm, grads],
        (v, g) => cast(maximum(multiply(v, beta2), add(abs(g), eps)), v.dtype),
      );
      const updates = zipNumbers(
        name,
        [grads, firstMoment, infinityNorm],
        steps,
        ([g, m, v], t) => cast(divide(multiply(m, biasCorrection(beta1, t)), v), g.dtype),
      );
      return { state: { steps, firstMoment, infinityNorm }, updates };
    },
  });
}
