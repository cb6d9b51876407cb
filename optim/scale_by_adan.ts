/**
 * The scaling that Adan does.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, host, multiply, sqrt, subtract } from "../tensor/mod.ts";
import { checkChoice, checkScalar, FRACTION } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { biasCorrection, castLike, movingMean, movingSquare } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { checkAdamOptions } from "./scale_by_adam.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByAdan}. */
export interface ScaleByAdanOptions {
  /** Decay of the mean of the updates, below 1. @default {0.98} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the mean of their differences, below 1. @default {0.92} */
  readonly beta2?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.99} */
  readonly beta3?: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** Added to the second moment under the root. @default {0} */
  readonly epsRoot?: ScalarOrSchedule;
  /** How much differences count: `beta2` in the paper, `1 - beta2` in optax 0.2.8. @default {"paper"} */
  readonly variant?: "paper" | "optax";
}

/** The names of those options. */
export const SCALE_BY_ADAN_OPTIONS = {
  beta1: true,
  beta2: true,
  beta3: true,
  eps: true,
  epsRoot: true,
  variant: true,
} as const;

/** The state of {@linkcode scaleByAdan}. */
export interface ScaleByAdanState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByAdan";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly beta3: number;
    readonly eps: number;
    readonly epsRoot: number;
  };
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of the differences of one update to the next, a tree like the params. */
  readonly differenceMoment: Tree;
  /** The moving mean of the squares of updates with a look ahead, a tree like the params. */
  readonly secondMoment: Tree;
  /** The updates of the step before, a tree like the params. */
  readonly previousGrads: Tree;
}

/** Throws unless the options of Adan are right, in the name of `operation`. */
export function checkAdanOptions(operation: string, options: ScaleByAdanOptions): void {
  checkAdamOptions(operation, options);
  checkScalar(operation, "beta3", options.beta3 ?? 0.99, FRACTION);
  checkChoice(operation, "variant", options.variant ?? "paper", ["paper", "optax"]);
}

/**
 * Scales updates by moving means of them and of their differences, as Adan does. At step t, from 1, with
 * `d = g - g'` the difference from the update before (0 at the first) and a weight `k`:
 *
 * - `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) d`, `n = beta3 n + (1 - beta3) (g + k d)^2`
 * - `u = (m / (1 - beta1^t) + k v / (1 - beta2^t)) / (sqrt(n / (1 - beta3^t) + epsRoot) + eps)`
 *
 * In the paper and the code of its authors `k = beta2`. `optax.scale_by_adan` 0.2.8 has `k = 1 - beta2`, a slip
 * of notation (the paper's betas are one minus these); the variant "optax" does the same. Xie et al. 2022.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or an eps is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByAdan } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const adan = scaleByAdan({ beta1: 0, beta2: 0.5, beta3: 0 });
 * const params = { x: tensor(0) };
 * const first = adan.update(adan.init(params), { x: tensor(1) }, params);
 * const second = adan.update(first.state, { x: tensor(2) }, params);
 * assertAlmostEquals(second.updates.x.item(), (2 + 0.5 * 0.5 / 0.75) / 2.5, 1e-6);
 * ```
 */
export function scaleByAdan(options: ScaleByAdanOptions = {}): Transform<unknown, ScaleByAdanState> {
  checkOptionNames("scaleByAdan", options, SCALE_BY_ADAN_OPTIONS);
  checkAdanOptions("scaleByAdan", options);
  const { beta1 = 0.98, beta2 = 0.92, beta3 = 0.99, eps = 1e-8, epsRoot = 0, variant = "paper" } = options;
  return transform<ScaleByAdanState>({
    name: "scaleByAdan",
    hyperparameters: { beta1, beta2, beta3, eps, epsRoot },
    options: { variant },
    init: (params) => ({
      firstMoment: zerosLikeTree(params),
      differenceMoment: zerosLikeTree(params),
      secondMoment: zerosLikeTree(params),
      previousGrads: zerosLikeTree(params),
    }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, beta3, eps, epsRoot }, count, step }) => {
      // There is nothing to differ from at the first step.
      const hasPrevious = host((c) => c === 0 ? 0 : 1, count);
      const weight = host((beta) => variant === "paper" ? beta : 1 - beta, beta2);
      const difference = zipLeaves(
        "scaleByAdan",
        [grads, state.previousGrads],
        (g, previous) => multiply(subtract(g, previous), hasPrevious),
      );
      const ahead = zipLeaves(
        "scaleByAdan",
        [grads, difference],
        (g, d) => add(g, multiply(d, weight)),
      );
      const firstMoment = movingMean("scaleByAdan", state.firstMoment, grads, beta1);
      const differenceMoment = movingMean("scaleByAdan", state.differenceMoment, difference, beta2);
      const secondMoment = movingSquare("scaleByAdan", state.secondMoment, ahead, beta3);
      const ofFirst = biasCorrection(beta1, step);
      const ofDifference = host((k, beta, t) => k / (1 - beta ** t), weight, beta2, step);
      const ofSecond = biasCorrection(beta3, step);
      const updates = zipLeaves(
        "scaleByAdan",
        [grads, firstMoment, differenceMoment, secondMoment],
        (g, m, v, n) => {
          const numerator = add(multiply(m, ofFirst), multiply(v, ofDifference));
          return cast(divide(numerator, add(sqrt(add(multiply(n, ofSecond), epsRoot)), eps)), g.dtype);
        },
      );
      return {
        state: {
          firstMoment: castLike("scaleByAdan", firstMoment, state.firstMoment),
          differenceMoment: castLike("scaleByAdan", differenceMoment, state.differenceMoment),
          secondMoment: castLike("scaleByAdan", secondMoment, state.secondMoment),
          previousGrads: zipLeaves(
            "scaleByAdan",
            [state.previousGrads, grads],
            (previous, g) => cast(g, previous.dtype),
          ),
        },
        updates,
      };
    },
  });
}
