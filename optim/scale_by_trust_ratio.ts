/**
 * Scaling by the ratio of norms of params and updates.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, equal, logicalOr, maximum, multiply, where } from "../tensor/mod.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { leafNorm } from "./leaf_norm.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByTrustRatio}. */
export interface ScaleByTrustRatioOptions {
  /** The least that a norm counts as. @default {0} */
  readonly minNorm?: ScalarOrSchedule;
  /** What the ratio is multiplied by. @default {1} */
  readonly trustCoefficient?: ScalarOrSchedule;
  /** Added to the norm of the updates. @default {0} */
  readonly eps?: ScalarOrSchedule;
}

const SCALE_BY_TRUST_RATIO_OPTIONS = { minNorm: true, trustCoefficient: true, eps: true } as const;

/** The state of {@linkcode scaleByTrustRatio}. */
export interface ScaleByTrustRatioState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByTrustRatio";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly minNorm: number;
    readonly trustCoefficient: number;
    readonly eps: number;
  };
}

/**
 * Scales each leaf to the norm of its params, as `optax.scale_by_trust_ratio`:
 * `u = trustCoefficient * max(|p|, minNorm) / (max(|g|, minNorm) + eps) * g`, and `u = g` where one of the norms is
 * 0. Every leaf is on its own. You et al. 2017 (LARS) and 2019 (LAMB).
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If an option is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByTrustRatio } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const trust = scaleByTrustRatio();
 * const params = { x: tensor([3, 4]), y: tensor([0]) };
 * const { updates } = trust.update(trust.init(params), { x: tensor([0, 2]), y: tensor([2]) }, params);
 * assertEquals([updates.x.toArray(), updates.y.toArray()], [[0, 5], [2]]);
 * ```
 */
export function scaleByTrustRatio(
  options: ScaleByTrustRatioOptions = {},
): Transform<unknown, ScaleByTrustRatioState> {
  checkOptionNames("scaleByTrustRatio", options, SCALE_BY_TRUST_RATIO_OPTIONS);
  const { minNorm = 0, trustCoefficient = 1, eps = 0 } = options;
  checkScalar("scaleByTrustRatio", "minNorm", minNorm, NOT_NEGATIVE);
  checkScalar("scaleByTrustRatio", "trustCoefficient", trustCoefficient, NOT_NEGATIVE);
  checkScalar("scaleByTrustRatio", "eps", eps, NOT_NEGATIVE);
  return transform<ScaleByTrustRatioState>({
    name: "scaleByTrustRatio",
    hyperparameters: { minNorm, trustCoefficient, eps },
    init: () => ({}),
    update: ({ grads, params, hyperparameters: { minNorm, trustCoefficient, eps } }) => ({
      state: {},
      updates: zipLeaves("scaleByTrustRatio", [grads, params], (g, p) => {
        const ofParams = maximum(leafNorm(cast(p, g.dtype)), minNorm);
        const ofUpdates = maximum(leafNorm(g), minNorm);
        const isZero = logicalOr(equal(ofParams, 0), equal(ofUpdates, 0));
        const divisor = add(where(isZero, 1, ofUpdates), eps);
        return multiply(g, where(isZero, 1, divide(multiply(ofParams, trustCoefficient), divisor)));
      }),
    }),
  });
}
