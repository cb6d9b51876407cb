/**
 * Updates brought to one norm.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide } from "../tensor/mod.ts";
import { checkScalar, FINITE, NOT_NEGATIVE } from "./checks.ts";
import { globalNorm } from "./global_norm.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode normalizeByUpdateNorm}. */
export interface NormalizeByUpdateNormOptions {
  /** The norm that updates are brought to. @default {1} */
  readonly scaleFactor?: ScalarOrSchedule;
  /** Added to the norm that is divided by. @default {1e-6} */
  readonly eps?: ScalarOrSchedule;
}

const NORMALIZE_BY_UPDATE_NORM_OPTIONS = { scaleFactor: true, eps: true } as const;

/** The state of {@linkcode normalizeByUpdateNorm}. */
export interface NormalizeByUpdateNormState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "normalizeByUpdateNorm";
  /** What the last step used. */
  readonly hyperparameters: { readonly scaleFactor: number; readonly eps: number };
}

/**
 * Divides updates by their global norm: `u = g * scaleFactor / (norm + eps)`, as `optax.normalize_by_update_norm`.
 * The norm is over all leaves that the transform sees.
 *
 * @throws {TypeError} If an option is neither a number nor a schedule.
 * @throws {RangeError} If `scaleFactor` is not finite or `eps` is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { normalizeByUpdateNorm } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const normalize = normalizeByUpdateNorm({ scaleFactor: 10, eps: 0 });
 * const params = { x: tensor([0, 0]) };
 * const { updates } = normalize.update(normalize.init(params), { x: tensor([3, -4]) }, params);
 * assertEquals(updates.x.toArray(), [6, -8]);
 * ```
 */
export function normalizeByUpdateNorm(
  options: NormalizeByUpdateNormOptions = {},
): Transform<unknown, NormalizeByUpdateNormState> {
  checkOptionNames("normalizeByUpdateNorm", options, NORMALIZE_BY_UPDATE_NORM_OPTIONS);
  const { scaleFactor = 1, eps = 1e-6 } = options;
  checkScalar("normalizeByUpdateNorm", "scaleFactor", scaleFactor, FINITE);
  checkScalar("normalizeByUpdateNorm", "eps", eps, NOT_NEGATIVE);
  return transform<NormalizeByUpdateNormState>({
    name: "normalizeByUpdateNorm",
    hyperparameters: { scaleFactor, eps },
    init: () => ({}),
    update: ({ grads, hyperparameters: { scaleFactor, eps } }) => {
      const divisor = divide(add(globalNorm(grads), eps), scaleFactor);
      return {
        state: {},
        updates: zipLeaves("normalizeByUpdateNorm", [grads], (g) => divide(g, cast(divisor, g.dtype))),
      };
    },
  });
}
