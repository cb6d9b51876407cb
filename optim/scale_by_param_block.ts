/**
 * Scaling by the size of the params of each leaf.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { cast, maximum, multiply } from "../tensor/mod.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { leafNorm, leafRms } from "./leaf_norm.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByParamBlockNorm} and {@linkcode scaleByParamBlockRms}. */
export interface ScaleByParamBlockOptions {
  /** The least that updates are multiplied by; not negative. @default {1e-3} */
  readonly minScale?: ScalarOrSchedule;
}

const SCALE_BY_PARAM_BLOCK_OPTIONS = { minScale: true } as const;

/** The state of {@linkcode scaleByParamBlockNorm}. */
export interface ScaleByParamBlockNormState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByParamBlockNorm";
  /** What the last step used. */
  readonly hyperparameters: { readonly minScale: number };
}

/**
 * Multiplies each leaf by the norm of its params, as `optax.scale_by_param_block_norm`:
 * `u = max(sqrt(sum(p^2)), minScale) * g`.
 *
 * @throws {TypeError} If the option is of another type.
 * @throws {RangeError} If it is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByParamBlockNorm } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const norm = scaleByParamBlockNorm();
 * const params = { x: tensor([3, 4]) };
 * const { updates } = norm.update(norm.init(params), { x: tensor([1, 2]) }, params);
 * assertEquals(updates.x.toArray(), [5, 10]);
 * ```
 */
export function scaleByParamBlockNorm(
  options: ScaleByParamBlockOptions = {},
): Transform<unknown, ScaleByParamBlockNormState> {
  checkOptionNames("scaleByParamBlockNorm", options, SCALE_BY_PARAM_BLOCK_OPTIONS);
  const { minScale = 1e-3 } = options;
  checkScalar("scaleByParamBlockNorm", "minScale", minScale, NOT_NEGATIVE);
  return transform<ScaleByParamBlockNormState>({
    name: "scaleByParamBlockNorm",
    hyperparameters: { minScale },
    init: () => ({}),
    update: ({ grads, params, hyperparameters: { minScale } }) => ({
      state: {},
      updates: zipLeaves(
        "scaleByParamBlockNorm",
        [grads, params],
        (g, p) => multiply(g, cast(maximum(leafNorm(p), minScale), g.dtype)),
      ),
    }),
  });
}

/** The state of {@linkcode scaleByParamBlockRms}. */
export interface ScaleByParamBlockRmsState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByParamBlockRms";
  /** What the last step used. */
  readonly hyperparameters: { readonly minScale: number };
}

/**
 * Multiplies each leaf by the root mean square of its params, as `optax.scale_by_param_block_rms`:
 * `u = max(sqrt(mean(p^2)), minScale) * g`. It is part of Adafactor, Shazeer and Stern 2018.
 *
 * @throws {TypeError} If the option is of another type.
 * @throws {RangeError} If it is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByParamBlockRms } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const rms = scaleByParamBlockRms();
 * const params = { x: tensor([2, -2]) };
 * const { updates } = rms.update(rms.init(params), { x: tensor([1, 2]) }, params);
 * assertEquals(updates.x.toArray(), [2, 4]);
 * ```
 */
export function scaleByParamBlockRms(
  options: ScaleByParamBlockOptions = {},
): Transform<unknown, ScaleByParamBlockRmsState> {
  checkOptionNames("scaleByParamBlockRms", options, SCALE_BY_PARAM_BLOCK_OPTIONS);
  const { minScale = 1e-3 } = options;
  checkScalar("scaleByParamBlockRms", "minScale", minScale, NOT_NEGATIVE);
  return transform<ScaleByParamBlockRmsState>({
    name: "scaleByParamBlockRms",
    hyperparameters: { minScale },
    init: () => ({}),
    update: ({ grads, params, hyperparameters: { minScale } }) => ({
      state: {},
      updates: zipLeaves(
        "scaleByParamBlockRms",
        [grads, params],
        (g, p) => multiply(g, cast(maximum(leafRms(p), minScale), g.dtype)),
      ),
    }),
  });
}
