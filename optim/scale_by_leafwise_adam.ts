/**
 * Adam's scaling of updates, where every leaf counts its own steps.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, host, maximum, multiply, sqrt } from "../tensor/mod.ts";
import { zipNumbers } from "./leaf_numbers.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import {
  type LeafwiseMoments,
  type LeafwiseMomentsOptions,
  leafwiseOptions,
  moveMoments,
  noMoments,
} from "./leafwise_moments.ts";
import { biasCorrection } from "./moments.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByLeafwiseAdam}. */
export interface ScaleByLeafwiseAdamOptions extends LeafwiseMomentsOptions {
  /** Divides by the root of the largest second moment so far, which is not corrected before. @default {false} */
  readonly amsgrad?: boolean;
}

const SCALE_BY_LEAFWISE_ADAM_OPTIONS = { amsgrad: true, beta1: true, beta2: true, eps: true } as const;

/** The state of {@linkcode scaleByLeafwiseAdam}. */
export interface ScaleByLeafwiseAdamState extends TransformState, LeafwiseMoments {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByLeafwiseAdam";
  /** What the last step used. */
  readonly hyperparameters: { readonly beta1: number; readonly beta2: number; readonly eps: number };
  /** The largest second moment so far, a tree like the params; with `amsgrad` only. */
  readonly largestSecondMoment?: Tree;
}

/**
 * Adam's scaling as `torch.optim.Adam` has it, where each leaf counts the steps in which it had a gradient: with a
 * leaf's own t, `u = m / (1 - beta1^t) / (sqrt(v) / sqrt(1 - beta2^t) + eps)`, and with `amsgrad` the largest v so far
 * in place of v. A leaf without a gradient, a hole, keeps its moments and its t. Where all leaves have gradients in
 * every step it is `scaleByAdam`.
 *
 * Kingma and Ba 2015, Reddi et al. 2018.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByLeafwiseAdam } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scaling = scaleByLeafwiseAdam({ beta1: 0.5, beta2: 0.75, eps: 0 });
 * const params = { x: tensor([1, 2]) };
 * const { state, updates } = scaling.update(scaling.init(params), { x: tensor([3, -4]) }, params);
 * assertEquals(updates.x.toArray(), [1, -1]);
 * assertEquals(state.steps, { x: 1 });
 * ```
 */
export function scaleByLeafwiseAdam(
  options: ScaleByLeafwiseAdamOptions = {},
): Transform<unknown, ScaleByLeafwiseAdamState> {
  checkOptionNames("scaleByLeafwiseAdam", options, SCALE_BY_LEAFWISE_ADAM_OPTIONS);
  const name = "scaleByLeafwiseAdam";
  const { amsgrad = false } = options;
  return transform<ScaleByLeafwiseAdamState>({
    name,
    hyperparameters: leafwiseOptions(name, options),
    options: { amsgrad },
    init: (params) => ({
      ...noMoments(params),
      ...(amsgrad ? { largestSecondMoment: zerosLikeTree(params) } : {}),
    }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps } }) => {
      const moments = moveMoments(name, state, grads, { beta1, beta2 });
      const { steps, firstMoment, secondMoment } = moments;
      const largest = amsgrad
        ? zipLeaves(name, [state.largestSecondMoment, secondMoment], (most, v) => maximum(most, v))
        : secondMoment;
      const updates = zipNumbers(name, [grads, firstMoment, largest], steps, ([g, m, v], t) => {
        const root = multiply(sqrt(v), host((b, t) => 1 / Math.sqrt(1 - b ** t), beta2, t));
        return cast(divide(multiply(m, biasCorrection(beta1, t)), add(root, eps)), g.dtype);
      });
      return { state: { ...moments, ...(amsgrad ? { largestSecondMoment: largest } : {}) }, updates };
    },
  });
}
