/**
 * D-Adaptation for AdamW: a learning rate that is estimated.
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

/** Options of {@linkcode dadaptAdamW}. */
export interface DadaptAdamWOptions {
  /** A factor of the estimated learning rate, 1 as a rule; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the second moment; above 0. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** The estimate before the first step; above 0. @default {1e-6} */
  readonly initialEstimate?: number;
  /** Decay of the params, times the learning rate of each step; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
}

const DADAPT_ADAM_W_OPTIONS = {
  learningRate: true,
  beta1: true,
  beta2: true,
  eps: true,
  initialEstimate: true,
  weightDecay: true,
} as const;

/** The state of {@linkcode dadaptAdamW}. */
export interface DadaptAdamWState extends TransformState {
  /** The name of the function that made the optimizer. */
  readonly kind: "dadaptAdamW";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly learningRate: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly weightDecay: number;
  };
  /** The moving mean of the gradients times the learning rate, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of the squares of the gradients, a tree like the params. */
  readonly secondMoment: Tree;
  /** The slower moving mean of the gradients times the learning rate, a tree like the params. */
  readonly gradientSum: Tree;
  /** The estimated learning rate, a scalar that only grows. */
  readonly estimate: Tensor;
  /** The numerator of the estimate, a scalar. */
  readonly numerator: Tensor;
}

/**
 * AdamW with D-Adaptation, as `optax.contrib.dadapt_adamw`. With `d` for the estimate and `q =
 * sqrt(beta2)`, at step t, from 1:
 *
 * - `a = d learningRate sqrt(1 - beta2^t) / (1 - beta1^t)`
 * - `n = <g, s / (sqrt(v) + eps)>` with `s` and `v` from before the step
 * - `m = beta1 m + (1 - beta1) a g`, `v = beta2 v + (1 - beta2) g^2`, `s = q s + (1 - q) a g`
 * - `r = q r + (1 - q) a n`, then `d = max(d, r / ((1 - q) |s|_1))`
 * - `u = -m / (sqrt(v) + eps) - weightDecay a p`
 *
 * The updates descend: no learning rate and no sign come after it. As long as all gradients are zero the
 * estimate stays; optax's becomes NaN. Defazio and Mishchenko 2023.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), `eps` or the initial estimate is not above 0, or
 * another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { grad, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { dadaptAdamW } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = dadaptAdamW({ learningRate: 1, initialEstimate: 1e-3 });
 * const gradient = grad((p: { x: Tensor }) => sum(square(p.x)));
 * let params = { x: tensor([1]) };
 * let state = optimizer.init(params);
 * for (let step = 0; step < 100; step++) ({ state, params } = optimizer.step(state, gradient(params), params));
 * assertEquals(Math.abs(params.x.at(0).item()) < 0.5, true);
 * ```
 */
export function dadaptAdamW(options: DadaptAdamWOptions): Transform<unknown, DadaptAdamWState> {
  checkOptionNames("dadaptAdamW", options, DADAPT_ADAM_W_OPTIONS);
  const { learningRate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, initialEstimate = 1e-6, weightDecay = 0 } =
    options;
  checkScalar("dadaptAdamW", "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar("dadaptAdamW", "beta1", beta1, FRACTION);
  checkScalar("dadaptAdamW", "beta2", beta2, FRACTION);
  checkScalar("dadaptAdamW", "eps", eps, POSITIVE);
  checkNumber("dadaptAdamW", "initialEstimate", initialEstimate, POSITIVE);
  checkScalar("dadaptAdamW", "weightDecay", weightDecay, NOT_NEGATIVE);
  return transform<DadaptAdamWState>({
    name: "dadaptAdamW",
    hyperparameters: { learningRate, beta1, beta2, eps, weightDecay },
    init: (params) => {
      const zero = zeros([], { dtype: scalarDType(params) });
      return {
        firstMoment: zerosLikeTree(params),
        secondMoment: zerosLikeTree(params),
        gradientSum: zerosLikeTree(params),
        estimate: add(zero, initialEstimate),
        numerator: zero,
      };
    },
    update: ({ state, grads, params, hyperparameters, step }) => {
      const { learningRate, beta1, beta2, eps, weightDecay } = hyperparameters;
      const { dtype } = state.estimate as { readonly dtype: "float32" | "float64" };
      const root = host((beta) => Math.sqrt(beta), beta2);
      const gainOfRoot = host((beta) => 1 - beta, root);
      const corrected = host(
        (rate, b1, b2, t) => rate * Math.sqrt(1 - b2 ** t) / (1 - b1 ** t),
        learningRate,
        beta1,
        beta2,
        step,
      );
      const rate = multiply(state.estimate, corrected);
      const correlation = sumLeaves(
        "dadaptAdamW",
        dtype,
        [grads, state.gradientSum, state.secondMoment],
        (g, s, v) => multiply(g, divide(s, add(sqrt(v), eps))),
      );
      const stepped = zipLeaves("dadaptAdamW", [grads], (g) => timesScalar(g, rate));
      const firstMoment = movingMean("dadaptAdamW", state.firstMoment, stepped, beta1);
      const secondMoment = movingSquare("dadaptAdamW", state.secondMoment, grads, beta2);
      const gradientSum = movingMean("dadaptAdamW", state.gradientSum, stepped, root);
      const magnitude = sumLeaves("dadaptAdamW", dtype, [gradientSum], (s) => abs(s));
      const numerator = add(
        multiply(state.numerator, root),
        multiply(multiply(rate, gainOfRoot), correlation),
      );
      const estimated = divide(numerator, multiply(magnitude, gainOfRoot));
      const known = where(greater(magnitude, 0), estimated, state.estimate);
      const estimate = cast(maximum(state.estimate, known), dtype);
      const updates = zipLeaves(
        "dadaptAdamW",
        [stepped, firstMoment, secondMoment, params],
        (_, m, v, p) => {
          const decay = timesScalar(multiply(p, weightDecay), rate);
          return negative(add(divide(m, add(sqrt(v), eps)), decay));
        },
      );
      return { state: { firstMoment, secondMoment, gradientSum, estimate, numerator }, updates };
    },
  });
}
