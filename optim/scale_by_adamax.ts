/**
 * The scaling that AdaMax does.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { abs, add, cast, divide, maximum, multiply } from "../tensor/mod.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { biasCorrection, castLike, movingMean } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { checkAdamOptions } from "./scale_by_adam.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByAdamax}. */
export interface ScaleByAdamaxOptions {
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the infinity moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the size of each update before the largest is taken. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** Adds eps to the largest size after it is taken, as MindSpore does. @default {false} */
  readonly epsOutside?: boolean;
  /** Whether the bias of the first moment to 0 is corrected. @default {true} */
  readonly biasCorrection?: boolean;
}

/** The names of those options. */
export const SCALE_BY_ADAMAX_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  epsOutside: true,
  biasCorrection: true,
} as const;

/** The state of {@linkcode scaleByAdamax}. */
export interface ScaleByAdamaxState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByAdamax";
  /** What the last step used. */
  readonly hyperparameters: { readonly beta1: number; readonly beta2: number; readonly eps: number };
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The decaying maximum of their sizes, a tree like the params. */
  readonly infinityMoment: Tree;
}

/**
 * Scales updates by a moving mean of them and a decaying maximum of their sizes, as `optax.scale_by_adamax`. At
 * step t, from 1:
 *
 * - `m = beta1 m + (1 - beta1) g`, `v = max(|g| + eps, beta2 v)`
 * - `u = (m / (1 - beta1^t)) / v`
 *
 * With `epsOutside` it is `v = max(|g|, beta2 v)`, and v + eps is divided by; without `biasCorrection` m is not
 * divided by `1 - beta1^t`.
 *
 * Kingma and Ba 2014, section 7.1.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or eps is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByAdamax } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const adamax = scaleByAdamax({ beta1: 0, beta2: 0.5 });
 * const params = { x: tensor(0) };
 * const first = adamax.update(adamax.init(params), { x: tensor(8) }, params);
 * const second = adamax.update(first.state, { x: tensor(1) }, params);
 * assertAlmostEquals(second.updates.x.item(), 0.25, 1e-6);
 * ```
 */
export function scaleByAdamax(options: ScaleByAdamaxOptions = {}): Transform<unknown, ScaleByAdamaxState> {
  checkOptionNames("scaleByAdamax", options, SCALE_BY_ADAMAX_OPTIONS);
  checkAdamOptions("scaleByAdamax", options);
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8, epsOutside = false } = options;
  const corrects = options.biasCorrection ?? true;
  return transform<ScaleByAdamaxState>({
    name: "scaleByAdamax",
    hyperparameters: { beta1, beta2, eps },
    options: { epsOutside, biasCorrection: corrects },
    init: (params) => ({ firstMoment: zerosLikeTree(params), infinityMoment: zerosLikeTree(params) }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps }, step }) => {
      const firstMoment = movingMean("scaleByAdamax", state.firstMoment, grads, beta1);
      const infinityMoment = zipLeaves(
        "scaleByAdamax",
        [state.infinityMoment, grads],
        (v, g) => maximum(epsOutside ? abs(g) : add(abs(g), eps), multiply(v, beta2)),
      );
      const ofFirst = corrects ? biasCorrection(beta1, step) : 1;
      const updates = zipLeaves(
        "scaleByAdamax",
        [grads, firstMoment, infinityMoment],
        (g, m, v) => cast(divide(multiply(m, ofFirst), epsOutside ? add(v, eps) : v), g.dtype),
      );
      return {
        state: {
          firstMoment: castLike("scaleByAdamax", firstMoment, state.firstMoment),
          infinityMoment: castLike("scaleByAdamax", infinityMoment, state.infinityMoment),
        },
        updates,
      };
    },
  });
}
