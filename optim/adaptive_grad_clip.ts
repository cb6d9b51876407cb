/**
 * Clipping by the norm of the params.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { divide, less, maximum, multiply, type Tensor, tree, where } from "../tensor/mod.ts";
import { checkScalar, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";
import { unitAxes, unitNorms, type UnitOptions } from "./units.ts";

/** Options of {@linkcode adaptiveGradClip}. */
export interface AdaptiveGradClipOptions extends UnitOptions {
  /** The largest norm of an update, as a share of the norm of the params. */
  readonly clipping: ScalarOrSchedule;
  /** The smallest norm that params are taken to have, so that zeros can grow. @default {1e-3} */
  readonly eps?: ScalarOrSchedule;
}

const ADAPTIVE_GRAD_CLIP_OPTIONS = { clipping: true, eps: true, layout: true, axes: true } as const;

/** The state of {@linkcode adaptiveGradClip}. */
export interface AdaptiveGradClipState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "adaptiveGradClip";
  /** What the last step used. */
  readonly hyperparameters: { readonly clipping: number; readonly eps: number };
}

/** Keeps the division finite where params and updates are nearly zero. */
const SMALLEST_NORM = 1e-6;

/**
 * Shrinks the updates of each unit, the part of a kernel that makes one output, to a share of the norm of its
 * params: with `limit = clipping * max(|p|, eps)`, `u = g` where `|g| < limit`, else `u = g * limit / |g|`, as
 * `optax.adaptive_grad_clip`. A vector, also one with axes of extent 1 around it, is one unit.
 *
 * Optax's units are those of the layout "NHWC". Brock et al. 2021.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If `clipping` is not above 0, `eps` is negative, or the layout is unknown.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adaptiveGradClip } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const clip = adaptiveGradClip({ clipping: 0.5 });
 * const params = { kernel: tensor([[3, 1], [4, 0]]) };
 * const { updates } = clip.update(clip.init(params), { kernel: tensor([[0, 0], [5, 0.25]]) }, params);
 * assertEquals(updates.kernel.toArray(), [[0, 0], [2.5, 0.25]]);
 * ```
 */
export function adaptiveGradClip(
  options: AdaptiveGradClipOptions,
): Transform<unknown, AdaptiveGradClipState> {
  checkOptionNames("adaptiveGradClip", options, ADAPTIVE_GRAD_CLIP_OPTIONS);
  const { clipping, eps = 1e-3 } = options;
  checkScalar("adaptiveGradClip", "clipping", clipping, POSITIVE);
  checkScalar("adaptiveGradClip", "eps", eps, NOT_NEGATIVE);
  const axesOf = unitAxes("adaptiveGradClip", options);
  return transform<AdaptiveGradClipState>({
    name: "adaptiveGradClip",
    hyperparameters: { clipping, eps },
    init: () => ({}),
    update: ({ grads, params, hyperparameters: { clipping, eps } }) => ({
      state: {},
      updates: tree.zip("adaptiveGradClip", [grads, params], ([grad, param], path) => {
        if (grad === null) return grad;
        const [g, p] = [grad as Tensor, param as Tensor];
        const axes = axesOf(p, path);
        const limit = multiply(maximum(unitNorms(p, axes), eps), clipping);
        const norm = unitNorms(g, axes);
        return where(less(norm, limit), g, multiply(g, divide(limit, maximum(norm, SMALLEST_NORM))));
      }),
    }),
  });
}
