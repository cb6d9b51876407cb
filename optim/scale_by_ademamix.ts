/**
 * The scaling that AdEMAMix does.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, type DType, host, multiply, sqrt, square } from "../tensor/mod.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { castLike, checkDtype, zerosIn } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByAdemamix}. */
export interface ScaleByAdemamixOptions {
  /** Decay of the fast first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Decay of the slow first moment, below 1. @default {0.9999} */
  readonly beta3?: ScalarOrSchedule;
  /** The weight of the slow first moment; 6 for `scaleByAdemamix`, 5 for `ademamix`, as in optax. */
  readonly alpha?: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** Added to the second moment under the root. @default {0} */
  readonly epsRoot?: ScalarOrSchedule;
  /** The dtype in which both first moments are kept; by default that of each leaf. */
  readonly firstMomentDtype?: DType;
  /** The dtype in which the second moment is kept; by default that of each leaf. */
  readonly secondMomentDtype?: DType;
}

/** The names of those options. */
export const SCALE_BY_ADEMAMIX_OPTIONS = {
  beta1: true,
  beta2: true,
  beta3: true,
  alpha: true,
  eps: true,
  epsRoot: true,
  firstMomentDtype: true,
  secondMomentDtype: true,
} as const;

/** The state of {@linkcode scaleByAdemamix}. */
export interface ScaleByAdemamixState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByAdemamix";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly beta3: number;
    readonly alpha: number;
    readonly eps: number;
    readonly epsRoot: number;
  };
  /** The fast moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The slow moving mean of the updates, a tree like the params. */
  readonly slowMoment: Tree;
  /** The moving mean of their squares, a tree like the params. */
  readonly secondMoment: Tree;
}

/** Throws unless the options of AdEMAMix are right, in the name of `operation`. */
export function checkAdemamixOptions(operation: string, options: ScaleByAdemamixOptions): void {
  const { beta1 = 0.9, beta2 = 0.999, beta3 = 0.9999, alpha = 6, eps = 1e-8, epsRoot = 0 } = options;
  checkScalar(operation, "beta1", beta1, FRACTION);
  checkScalar(operation, "beta2", beta2, FRACTION);
  checkScalar(operation, "beta3", beta3, FRACTION);
  checkScalar(operation, "alpha", alpha, NOT_NEGATIVE);
  checkScalar(operation, "eps", eps, NOT_NEGATIVE);
  checkScalar(operation, "epsRoot", epsRoot, NOT_NEGATIVE);
  checkDtype(operation, "firstMomentDtype", options.firstMomentDtype);
  checkDtype(operation, "secondMomentDtype", options.secondMomentDtype);
}

/**
 * Scales updates by a fast and a slow moving mean of them and by one of their squares, as
 * `optax.contrib.scale_by_ademamix`. At step t, from 1:
 *
 * - `m = beta1 m + (1 - beta1) g`, `s = beta3 s + (1 - beta3) g`, `v = beta2 v + (1 - beta2) g^2`
 * - `u = (m / (1 - beta1^t) + alpha s) / (sqrt(v / (1 - beta2^t) + epsRoot) + eps)`
 *
 * The slow mean is not corrected for its bias towards 0; the paper lets `alpha` and `beta3` rise over the
 * training, which schedules do. Pagliardini, Ablin and Grangier 2024.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByAdemamix } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const ademamix = scaleByAdemamix({ alpha: 2, beta3: 0.75 });
 * const params = { x: tensor(0) };
 * const { updates } = ademamix.update(ademamix.init(params), { x: tensor(-20) }, params);
 * assertAlmostEquals(updates.x.item(), -1.5, 1e-6);
 * ```
 */
export function scaleByAdemamix(
  options: ScaleByAdemamixOptions = {},
): Transform<unknown, ScaleByAdemamixState> {
  checkOptionNames("scaleByAdemamix", options, SCALE_BY_ADEMAMIX_OPTIONS);
  checkAdemamixOptions("scaleByAdemamix", options);
  const { beta1 = 0.9, beta2 = 0.999, beta3 = 0.9999, alpha = 6, eps = 1e-8, epsRoot = 0 } = options;
  return transform<ScaleByAdemamixState>({
    name: "scaleByAdemamix",
    hyperparameters: { beta1, beta2, beta3, alpha, eps, epsRoot },
    init: (params) => ({
      firstMoment: zerosIn(params, options.firstMomentDtype),
      slowMoment: zerosIn(params, options.firstMomentDtype),
      secondMoment: zerosIn(params, options.secondMomentDtype),
    }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, beta3, alpha, eps, epsRoot }, step }) => {
      const mean = (moment: Tree, beta: number): Tree => {
        const gain = host((beta) => 1 - beta, beta);
        return zipLeaves(
          "scaleByAdemamix",
          [moment, grads],
          (m, g) => add(multiply(m, beta), multiply(g, gain)),
        );
      };
      const firstMoment = mean(state.firstMoment, beta1);
      const slowMoment = mean(state.slowMoment, beta3);
      const gain2 = host((beta) => 1 - beta, beta2);
      const secondMoment = zipLeaves(
        "scaleByAdemamix",
        [state.secondMoment, grads],
        (v, g) => add(multiply(v, beta2), multiply(square(g), gain2)),
      );
      const ofFirst = host((beta, t) => 1 / (1 - beta ** t), beta1, step);
      const ofSecond = host((beta, t) => 1 / (1 - beta ** t), beta2, step);
      const updates = zipLeaves(
        "scaleByAdemamix",
        [grads, firstMoment, slowMoment, secondMoment],
        (g, m, s, v) =>
          cast(
            divide(
              add(multiply(m, ofFirst), multiply(s, alpha)),
              add(sqrt(add(multiply(v, ofSecond), epsRoot)), eps),
            ),
            g.dtype,
          ),
      );
      return {
        state: {
          firstMoment: castLike("scaleByAdemamix", firstMoment, state.firstMoment),
          slowMoment: castLike("scaleByAdemamix", slowMoment, state.slowMoment),
          secondMoment: castLike("scaleByAdemamix", secondMoment, state.secondMoment),
        },
        updates,
      };
    },
  });
}
