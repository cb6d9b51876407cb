/**
 * NovoGrad, with one second moment a leaf.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, type DType, host, multiply, sqrt, square, sum, zeros } from "../tensor/mod.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { mapLeaves, type Tree, zipLeaves } from "./leaves.ts";
import { castLike, checkDtype, zerosIn } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import { checkAdamOptions } from "./scale_by_adam.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByNovograd}. */
export interface ScaleByNovogradOptions {
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.25} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** Added to the second moment under the root. @default {0} */
  readonly epsRoot?: ScalarOrSchedule;
  /** Share of the params that enters the first moment; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The dtype in which the first moment is kept; by default that of each leaf. */
  readonly firstMomentDtype?: DType;
}

const SCALE_BY_NOVOGRAD_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  epsRoot: true,
  weightDecay: true,
  firstMomentDtype: true,
} as const;

/** The state of {@linkcode scaleByNovograd}. */
export interface ScaleByNovogradState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByNovograd";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly epsRoot: number;
    readonly weightDecay: number;
  };
  /** The decaying sum of scaled updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of the squared norm of each leaf, a tree like the params with a scalar at each leaf. */
  readonly secondMoment: Tree;
}

/** Throws unless the options of NovoGrad are right, in the name of `operation`. */
function checkNovogradOptions(operation: string, options: ScaleByNovogradOptions): void {
  checkAdamOptions(operation, options);
  checkScalar(operation, "weightDecay", options.weightDecay ?? 0, NOT_NEGATIVE);
  checkDtype(operation, "firstMomentDtype", options.firstMomentDtype);
}

/**
 * Scales each leaf by a moving norm of it and sums up, as `optax.scale_by_novograd`:
 *
 * - `v = beta2 v + (1 - beta2) |g|^2`, one number a leaf, and `v = |g|^2` at the first step
 * - `m = beta1 m + g / (sqrt(v + epsRoot) + eps) + weightDecay p`, and `u = m`
 *
 * Ginsburg et al. 2019.
 *
 * @throws {TypeError} If an option is of another type, or the dtype is not a floating-point one.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByNovograd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const novograd = scaleByNovograd({ eps: 0, weightDecay: 0.5 });
 * const params = { x: tensor([1, 2]) };
 * const { updates } = novograd.update(novograd.init(params), { x: tensor([0, 8]) }, params);
 * assertEquals(updates.x.toArray(), [0.5, 2]);
 * ```
 */
export function scaleByNovograd(
  options: ScaleByNovogradOptions = {},
): Transform<unknown, ScaleByNovogradState> {
  checkOptionNames("scaleByNovograd", options, SCALE_BY_NOVOGRAD_OPTIONS);
  checkNovogradOptions("scaleByNovograd", options);
  const { beta1 = 0.9, beta2 = 0.25, eps = 1e-8, epsRoot = 0, weightDecay = 0 } = options;
  return transform<ScaleByNovogradState>({
    name: "scaleByNovograd",
    hyperparameters: { beta1, beta2, eps, epsRoot, weightDecay },
    init: (params) => ({
      firstMoment: zerosIn(params, options.firstMomentDtype),
      secondMoment: mapLeaves(params, ({ dtype }) => zeros([], { dtype })),
    }),
    update: ({ state, grads, params, hyperparameters, count }) => {
      const { beta1, beta2, eps, epsRoot, weightDecay } = hyperparameters;
      // The first norm enters whole, so that there is no bias to correct.
      const keep = host((beta, c) => c === 0 ? 0 : beta, beta2, count);
      const gain = host((kept) => 1 - kept, keep);
      const secondMoment = zipLeaves(
        "scaleByNovograd",
        [state.secondMoment, grads],
        (v, g) => cast(add(multiply(v, keep), multiply(sum(square(g)), gain)), v.dtype),
      );
      const firstMoment = zipLeaves(
        "scaleByNovograd",
        [state.firstMoment, grads, params, secondMoment],
        (m, g, p, v) => {
          const root = cast(add(sqrt(add(v, epsRoot)), eps), g.dtype);
          return add(multiply(m, beta1), add(divide(g, root), multiply(p, weightDecay)));
        },
      );
      const updates = zipLeaves("scaleByNovograd", [grads, firstMoment], (g, m) => cast(m, g.dtype));
      return {
        state: {
          firstMoment: castLike("scaleByNovograd", firstMoment, state.firstMoment),
          secondMoment,
        },
        updates,
      };
    },
  });
}

/** Options of {@linkcode novograd}. */
export interface NovogradOptions extends ScaleByNovogradOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-6} */
  readonly eps?: ScalarOrSchedule;
}

const NOVOGRAD_OPTIONS = { learningRate: true, ...SCALE_BY_NOVOGRAD_OPTIONS } as const;

/** The state of {@linkcode novograd}. */
export interface NovogradState {
  /** The name of the function that made the optimizer. */
  readonly kind: "novograd";
  /** The moments. */
  readonly scaleByNovograd: ScaleByNovogradState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * NovoGrad, as `optax.novograd`: `scaleByNovograd`, then `scaleByLearningRate`. Ginsburg et al. 2019.
 *
 * @throws {TypeError} If an option is missing or of another type, or the dtype is not a floating-point one.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { novograd } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = novograd({ learningRate: 0.1 });
 * const params = { x: tensor([1, 1]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([0, 30]) }, params);
 * assertAlmostEquals(next.x.data()[1], 0.9, 1e-6);
 * ```
 */
export function novograd(options: NovogradOptions): Transform<unknown, NovogradState> {
  checkOptionNames("novograd", options, NOVOGRAD_OPTIONS);
  const { learningRate, eps = 1e-6, ...rest } = options;
  checkScalar("novograd", "learningRate", learningRate, NOT_NEGATIVE);
  checkNovogradOptions("novograd", options);
  return namedChain("novograd", scaleByNovograd({ ...rest, eps }), scaleByLearningRate(learningRate));
}
