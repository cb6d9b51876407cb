/**
 * The scaling that Adam does, without corrections of its own.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, host, maximum, multiply, sqrt, square } from "../tensor/mod.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { castLike, movingMean } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { sumOfRounds } from "./sparse_rounds.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByAdamHat}. */
export interface ScaleByAdamHatOptions {
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the second moment as it is, without correction. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** Looks a step ahead. @default {false} */
  readonly nesterov?: boolean;
  /** Divides by the largest second moment so far. @default {false} */
  readonly amsgrad?: boolean;
  /**
   * Whether rows that a sparse gradient names more than once add up before they are squared; else the squares add up,
   * which needs rows that are known and so does not go into `compile`. @default {true}
   */
  readonly mergesRows?: boolean;
}

const SCALE_BY_ADAM_HAT_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  nesterov: true,
  amsgrad: true,
  mergesRows: true,
} as const;

/** The state of {@linkcode scaleByAdamHat}. */
export interface ScaleByAdamHatState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByAdamHat";
  /** What the last step used. */
  readonly hyperparameters: { readonly beta1: number; readonly beta2: number; readonly eps: number };
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of their squares, a tree like the params. */
  readonly secondMoment: Tree;
  /** The largest second moment so far, a tree like the params; null without `amsgrad`. */
  readonly largestSecondMoment: Tree;
}

/**
 * Scales updates by moving means of them and of their squares that start from 0 and are not corrected for it:
 *
 * - `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`
 * - `u = m / (sqrt(v) + eps)`, with `nesterov` the numerator is `beta1 m + (1 - beta1) g`
 * - with `amsgrad`, `n = max(n, v)` stands for v, and `nesterov` does nothing
 *
 * A sparse gradient is one that is zero in other rows, whose moments go on. Followed by `scaleByBiasCorrection` it is the form at the end of section 2 of the paper, in which eps is
 * "epsilon hat": relative to a moment that is small in the first steps it counts for more than the eps of
 * `scaleByAdam`. MindSpore's Adam and torch's SparseAdam are of this form. Kingma and Ba 2014.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or eps is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByAdamHat } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const adam = scaleByAdamHat({ beta1: 0.5, beta2: 0.75, eps: 0 });
 * const params = { x: tensor(0) };
 * const { updates } = adam.update(adam.init(params), { x: tensor(-20) }, params);
 * assertAlmostEquals(updates.x.item(), -1, 1e-6);
 * ```
 */
export function scaleByAdamHat(options: ScaleByAdamHatOptions = {}): Transform<unknown, ScaleByAdamHatState> {
  checkOptionNames("scaleByAdamHat", options, SCALE_BY_ADAM_HAT_OPTIONS);
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8, nesterov = false, amsgrad = false } = options;
  const merges = options.mergesRows ?? true;
  checkScalar("scaleByAdamHat", "beta1", beta1, FRACTION);
  checkScalar("scaleByAdamHat", "beta2", beta2, FRACTION);
  checkScalar("scaleByAdamHat", "eps", eps, NOT_NEGATIVE);
  return transform<ScaleByAdamHatState>({
    name: "scaleByAdamHat",
    hyperparameters: { beta1, beta2, eps },
    options: { nesterov, amsgrad, mergesRows: merges },
    takesSparse: true,
    init: (params) => ({
      firstMoment: zerosLikeTree(params),
      secondMoment: zerosLikeTree(params),
      largestSecondMoment: amsgrad ? zerosLikeTree(params) : null,
    }),
    update: ({ state, grads, params, hyperparameters: { beta1, beta2, eps } }) => {
      const dense = sumOfRounds("scaleByAdamHat", grads, params, { merges: true, of: (g) => g });
      const squares = sumOfRounds("scaleByAdamHat", grads, params, { merges, of: square });
      const firstMoment = movingMean("scaleByAdamHat", state.firstMoment, dense, beta1);
      const secondMoment = movingMean("scaleByAdamHat", state.secondMoment, squares, beta2);
      const largest = amsgrad
        ? zipLeaves(
          "scaleByAdamHat",
          [state.largestSecondMoment, secondMoment],
          (n, v) => maximum(n, v),
        )
        : null;
      const gain = host((b) => 1 - b, beta1);
      const updates = zipLeaves(
        "scaleByAdamHat",
        [dense, firstMoment, largest ?? secondMoment],
        (g, m, v) => {
          const numerator = nesterov && !amsgrad ? add(multiply(m, beta1), multiply(g, gain)) : m;
          return cast(divide(numerator, add(sqrt(v), eps)), g.dtype);
        },
      );
      return {
        state: {
          firstMoment: castLike("scaleByAdamHat", firstMoment, state.firstMoment),
          secondMoment: castLike("scaleByAdamHat", secondMoment, state.secondMoment),
          largestSecondMoment: largest === null
            ? null
            : castLike("scaleByAdamHat", largest, state.largestSecondMoment),
        },
        updates,
      };
    },
  });
}
