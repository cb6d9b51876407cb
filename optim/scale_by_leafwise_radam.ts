/**
 * RAdam's scaling of updates, where every leaf counts its own steps.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, host, multiply, sqrt } from "../tensor/mod.ts";
import { choose } from "./choose.ts";
import { zipNumbers } from "./leaf_numbers.ts";
import {
  LEAFWISE_MOMENTS_OPTIONS,
  type LeafwiseMoments,
  type LeafwiseMomentsOptions,
  leafwiseOptions,
  moveMoments,
  noMoments,
} from "./leafwise_moments.ts";
import { biasCorrection } from "./moments.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** The state of {@linkcode scaleByLeafwiseRadam}. */
export interface ScaleByLeafwiseRadamState extends TransformState, LeafwiseMoments {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByLeafwiseRadam";
  /** What the last step used. */
  readonly hyperparameters: { readonly beta1: number; readonly beta2: number; readonly eps: number };
}

/** The factor of a step, with the correction of the second moment; 0 where the average is too short for one. */
function rectification(beta2: number, step: number): number {
  const limit = 2 / (1 - beta2) - 1;
  const correction = 1 - beta2 ** step;
  const length = limit - 2 * step * beta2 ** step / correction;
  if (!(length > 5)) return 0;
  const variance = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length);
  return Math.sqrt(variance) * Math.sqrt(correction);
}

/**
 * RAdam's scaling as `torch.optim.RAdam` has it, where each leaf counts the steps t in which it had a gradient:
 * `u = r m / (1 - beta1^t) sqrt(1 - beta2^t) / (sqrt(v) + eps)` where the average of squares is long enough, above 5,
 * for its variance to be rectified by r, and `u = m / (1 - beta1^t)` before. Unlike in `scaleByRadam`, eps is added to
 * the root before it is corrected. A leaf without a gradient, a hole, keeps its moments and its t.
 *
 * Liu et al. 2020.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is not finite.
 *
 * @example The first steps are not rectified
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByLeafwiseRadam } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scaling = scaleByLeafwiseRadam({ beta1: 0.5 });
 * const params = { x: tensor([1, 2]) };
 * const { updates } = scaling.update(scaling.init(params), { x: tensor([3, -4]) }, params);
 * assertEquals(updates.x.toArray(), [3, -4]);
 * ```
 */
export function scaleByLeafwiseRadam(
  options: LeafwiseMomentsOptions = {},
): Transform<unknown, ScaleByLeafwiseRadamState> {
  checkOptionNames("scaleByLeafwiseRadam", options, LEAFWISE_MOMENTS_OPTIONS);
  const name = "scaleByLeafwiseRadam";
  return transform<ScaleByLeafwiseRadamState>({
    name,
    hyperparameters: leafwiseOptions(name, options),
    init: noMoments,
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps } }) => {
      const moments = moveMoments(name, state, grads, { beta1, beta2 });
      const { steps, firstMoment, secondMoment } = moments;
      const updates = zipNumbers(name, [grads, firstMoment, secondMoment], steps, ([g, m, v], t) => {
        const corrected = multiply(m, biasCorrection(beta1, t));
        const factor = host(rectification, beta2, t);
        const rectified = choose(
          name,
          factor,
          () => multiply(divide(corrected, add(sqrt(v), eps)), factor),
          () => corrected,
        );
        return cast(rectified, g.dtype);
      });
      return { state: moments, updates };
    },
  });
}
