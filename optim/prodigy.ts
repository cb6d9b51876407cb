/**
 * Prodigy: Adam that estimates its learning rate.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  abs,
  add,
  cast,
  divide,
  greater,
  host,
  maximum,
  multiply,
  negative,
  sqrt,
  subtract,
  type Tensor,
  where,
  zeros,
} from "../tensor/mod.ts";
import { checkNumber, checkScalar, FRACTION, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { movingMean, movingSquare } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";
import { scalarDType, sumLeaves, timesScalar } from "./tree_sums.ts";

/** Options of {@linkcode prodigy}. */
export interface ProdigyOptions {
  /** A factor of the estimated learning rate, 1 as a rule; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Decay of the sums that the estimate is made of, below 1; the square root of `beta2` by default. */
  readonly beta3?: ScalarOrSchedule;
  /** Added to the root of the second moment, times the estimate. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** The estimate before the first step; above 0. @default {1e-6} */
  readonly initialEstimate?: number;
  /** A factor of the estimate as it grows. @default {1} */
  readonly estimateFactor?: ScalarOrSchedule;
  /** Decay of the params, times the learning rate of each step; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /**
   * Leaves the learning rate out of the sum of gradients, for a warm-up of the learning rate.
   *
   * @default {false}
   */
  readonly safeguardWarmup?: boolean;
}

const PRODIGY_OPTIONS = {
  learningRate: true,
  beta1: true,
  beta2: true,
  beta3: true,
  eps: true,
  initialEstimate: true,
  estimateFactor: true,
  weightDecay: true,
  safeguardWarmup: true,
} as const;

/** The state of {@linkcode prodigy}. */
export interface ProdigyState extends TransformState {
  /** The name of the function that made the optimizer. */
  readonly kind: "prodigy";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly learningRate: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly beta3: number;
    readonly eps: number;
    readonly estimateFactor: number;
    readonly weightDecay: number;
  };
  /** The moving mean of the gradients times the estimate, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of their squares, a tree like the params. */
  readonly secondMoment: Tree;
  /** The decaying sum of the gradients times the learning rate, a tree like the params. */
  readonly gradientSum: Tree;
  /** The params before the first step. */
  readonly initialParams: Tree;
  /** The estimated learning rate, a scalar that only grows. */
  readonly estimate: Tensor;
  /** The numerator of the estimate, a scalar. */
  readonly numerator: Tensor;
}

/**
 * Prodigy, as `optax.contrib.prodigy`: Adam with a learning rate that is estimated from how far the params
 * have come. With `d` for the estimate, `d0` for the initial one and `p0` for the initial params, at step
 * t, from 1:
 *
 * - `a = d learningRate sqrt(1 - beta2^t) / (1 - beta1^t)`
 * - `m = beta1 m + (1 - beta1) d g`, `v = beta2 v + (1 - beta2) d^2 g^2`
 * - `s = beta3 s + a d g / d0` (with `safeguardWarmup` `d` in the place of `a`)
 * - `r = beta3 r + d / d0 a <g, p0 - p>`, then `d = max(d, estimateFactor r / |s|_1)`
 * - `u = -a (m / (sqrt(v) + d eps) + weightDecay p)`
 *
 * The updates descend: no learning rate and no sign come after it. As long as all gradients are zero the
 * estimate stays; optax's becomes NaN. Mishchenko and Defazio 2023.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), the initial estimate is not above 0, or another
 * number is negative or not finite.
 *
 * @example
 * ```ts
 * import { grad, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { prodigy } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = prodigy({ learningRate: 1 });
 * const gradient = grad((p: { x: Tensor }) => sum(square(p.x)));
 * let params = { x: tensor([1]) };
 * let state = optimizer.init(params);
 * for (let step = 0; step < 100; step++) ({ state, params } = optimizer.step(state, gradient(params), params));
 * assertEquals(Math.abs(params.x.at(0).item()) < 0.2, true);
 * ```
 */
export function prodigy(options: ProdigyOptions): Transform<unknown, ProdigyState> {
  checkOptionNames("prodigy", options, PRODIGY_OPTIONS);
  const { learningRate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, estimateFactor = 1, weightDecay = 0 } =
    options;
  const { beta3 = rootOf(beta2), initialEstimate = 1e-6, safeguardWarmup = false } = options;
  checkScalar("prodigy", "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar("prodigy", "beta1", beta1, FRACTION);
  checkScalar("prodigy", "beta2", beta2, FRACTION);
  checkScalar("prodigy", "beta3", beta3, FRACTION);
  checkScalar("prodigy", "eps", eps, NOT_NEGATIVE);
  checkNumber("prodigy", "initialEstimate", initialEstimate, POSITIVE);
  checkScalar("prodigy", "estimateFactor", estimateFactor, NOT_NEGATIVE);
  checkScalar("prodigy", "weightDecay", weightDecay, NOT_NEGATIVE);
  return transform<ProdigyState>({
    name: "prodigy",
    hyperparameters: { learningRate, beta1, beta2, beta3, eps, estimateFactor, weightDecay },
    init: (params) => {
      const zero = zeros([], { dtype: scalarDType(params) });
      return {
        firstMoment: zerosLikeTree(params),
        secondMoment: zerosLikeTree(params),
        gradientSum: zerosLikeTree(params),
        initialParams: params,
        estimate: add(zero, initialEstimate),
        numerator: zero,
      };
    },
    update: ({ state, grads, params, hyperparameters, step }) => {
      const { learningRate, beta1, beta2, beta3, eps, estimateFactor, weightDecay } = hyperparameters;
      const { initialParams, estimate: before } = state;
      const { dtype } = before as { readonly dtype: "float32" | "float64" };
      const corrected = host(
        (rate, b1, b2, t) => rate * Math.sqrt(1 - b2 ** t) / (1 - b1 ** t),
        learningRate,
        beta1,
        beta2,
        step,
      );
      const rate = multiply(before, corrected);
      const scaled = zipLeaves("prodigy", [grads], (g) => timesScalar(g, before));
      const firstMoment = movingMean("prodigy", state.firstMoment, scaled, beta1);
      const secondMoment = movingSquare("prodigy", state.secondMoment, scaled, beta2);
      const weight = divide(safeguardWarmup ? before : rate, initialEstimate);
      const gradientSum = zipLeaves(
        "prodigy",
        [state.gradientSum, scaled],
        (s, g) => add(multiply(s, beta3), timesScalar(g, weight)),
      );
      const progress = sumLeaves(
        "prodigy",
        dtype,
        [grads, initialParams, params],
        (g, p0, p) => multiply(g, subtract(p0, p)),
      );
      const numerator = add(
        multiply(state.numerator, beta3),
        multiply(multiply(divide(before, initialEstimate), rate), progress),
      );
      const magnitude = sumLeaves("prodigy", dtype, [gradientSum], (s) => abs(s));
      const estimated = divide(multiply(numerator, estimateFactor), magnitude);
      const estimate = cast(maximum(before, where(greater(magnitude, 0), estimated, before)), dtype);
      const updates = zipLeaves("prodigy", [scaled, firstMoment, secondMoment, params], (_, m, v, p) => {
        const direction = divide(m, add(sqrt(v), cast(multiply(estimate, eps), v.dtype)));
        return negative(timesScalar(add(direction, multiply(p, weightDecay)), rate));
      });
      return {
        state: { firstMoment, secondMoment, gradientSum, initialParams, estimate, numerator },
        updates,
      };
    },
  });
}

function rootOf(beta: ScalarOrSchedule): ScalarOrSchedule {
  if (typeof beta === "function") return (count) => Math.sqrt(beta(count));
  // Whatever is wrong with beta2 is said in its own name.
  return beta >= 0 && beta < 1 ? Math.sqrt(beta) : 0;
}
