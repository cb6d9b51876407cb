/**
 * Scaling by a moving root mean square, around zero or around the mean.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  maximum,
  multiply,
  rsqrt,
  sqrt,
  square,
  subtract,
  type Tensor,
} from "../tensor/mod.ts";
import { checkNumber, checkScalar, FRACTION, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { biasCorrection, castLike, fullLikeTree, movingMean, movingSquare } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByRms} and {@linkcode scaleByStddev}. */
export interface ScaleByRmsOptions {
  /** Decay of the moving means, below 1. @default {0.9} */
  readonly decay?: ScalarOrSchedule;
  /** Added under the root, or to the root. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** What the mean of squares starts from; not negative. @default {0} */
  readonly initialScale?: number;
  /** Whether `eps` stands under the root, or beside it as in torch. @default {true} */
  readonly epsInSqrt?: boolean;
  /** Whether the bias to the start is corrected, as in Adam. @default {false} */
  readonly biasCorrection?: boolean;
}

/** The names of those options. */
export const SCALE_BY_RMS_OPTIONS = {
  decay: true,
  eps: true,
  initialScale: true,
  epsInSqrt: true,
  biasCorrection: true,
} as const;

/** The state of {@linkcode scaleByRms}. */
export interface ScaleByRmsState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByRms";
  /** What the last step used. */
  readonly hyperparameters: { readonly decay: number; readonly eps: number };
  /** The moving mean of the squares, a tree like the params. */
  readonly secondMoment: Tree;
}

/** Throws unless the options of RMSProp are right, in the name of `operation`. */
export function checkRmsOptions(operation: string, options: ScaleByRmsOptions): void {
  checkScalar(operation, "decay", options.decay ?? 0.9, FRACTION);
  checkScalar(operation, "eps", options.eps ?? 1e-8, NOT_NEGATIVE);
  checkNumber(operation, "initialScale", options.initialScale ?? 0, NOT_NEGATIVE);
}

function divideByRoot(g: Tensor, square: Tensor, eps: number, epsInSqrt: boolean): Tensor {
  const scaled = epsInSqrt ? multiply(g, rsqrt(add(square, eps))) : divide(g, add(sqrt(square), eps));
  return cast(scaled, g.dtype);
}

/**
 * Scales updates by the root of a moving mean of their squares, as `optax.scale_by_rms`:
 * `v = decay v + (1 - decay) g^2` and `u = g / sqrt(v + eps)`, or `u = g / (sqrt(v) + eps)` without `epsInSqrt`.
 * With `biasCorrection` v is divided by `1 - decay^t` at step t, from 1. Hinton 2012.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If `decay` is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByRms } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const rms = scaleByRms({ decay: 0.75 });
 * const params = { x: tensor(0) };
 * const { updates } = rms.update(rms.init(params), { x: tensor(-5) }, params);
 * assertAlmostEquals(updates.x.item(), -2, 1e-6);
 * ```
 */
export function scaleByRms(options: ScaleByRmsOptions = {}): Transform<unknown, ScaleByRmsState> {
  checkOptionNames("scaleByRms", options, SCALE_BY_RMS_OPTIONS);
  checkRmsOptions("scaleByRms", options);
  const { decay = 0.9, eps = 1e-8, initialScale = 0, epsInSqrt = true } = options;
  const corrects = options.biasCorrection ?? false;
  return transform<ScaleByRmsState>({
    name: "scaleByRms",
    hyperparameters: { decay, eps },
    options: { initialScale, epsInSqrt, biasCorrection: corrects },
    init: (params) => ({ secondMoment: fullLikeTree(params, initialScale) }),
    update: ({ state, grads, hyperparameters: { decay, eps }, step }) => {
      const secondMoment = movingSquare("scaleByRms", state.secondMoment, grads, decay);
      const correction = corrects ? biasCorrection(decay, step) : 1;
      const updates = zipLeaves(
        "scaleByRms",
        [grads, secondMoment],
        (g, v) => divideByRoot(g, multiply(v, correction), eps, epsInSqrt),
      );
      return { state: { secondMoment: castLike("scaleByRms", secondMoment, state.secondMoment) }, updates };
    },
  });
}

/** The state of {@linkcode scaleByStddev}. */
export interface ScaleByStddevState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByStddev";
  /** What the last step used. */
  readonly hyperparameters: { readonly decay: number; readonly eps: number };
  /** The moving mean, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of the squares, a tree like the params. */
  readonly secondMoment: Tree;
}

/**
 * Scales updates by their moving standard deviation, as `optax.scale_by_stddev`: with the moving means `m` of g and
 * `v` of g^2, `u = g / sqrt(v - m^2 + eps)`, or `u = g / (sqrt(v - m^2) + eps)` without `epsInSqrt`. With
 * `biasCorrection` m and v are divided by `1 - decay^t` at step t, from 1. A variance that rounding makes negative
 * counts as 0. Hinton 2012, Graves 2013.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If `decay` is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByStddev } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const stddev = scaleByStddev({ decay: 0.5 });
 * const params = { x: tensor(0) };
 * const { updates } = stddev.update(stddev.init(params), { x: tensor(-5) }, params);
 * assertAlmostEquals(updates.x.item(), -2, 1e-6);
 * ```
 */
export function scaleByStddev(options: ScaleByRmsOptions = {}): Transform<unknown, ScaleByStddevState> {
  checkOptionNames("scaleByStddev", options, SCALE_BY_RMS_OPTIONS);
  checkRmsOptions("scaleByStddev", options);
  const { decay = 0.9, eps = 1e-8, initialScale = 0, epsInSqrt = true } = options;
  const corrects = options.biasCorrection ?? false;
  return transform<ScaleByStddevState>({
    name: "scaleByStddev",
    hyperparameters: { decay, eps },
    options: { initialScale, epsInSqrt, biasCorrection: corrects },
    init: (params) => ({
      firstMoment: zerosLikeTree(params),
      secondMoment: fullLikeTree(params, initialScale),
    }),
    update: ({ state, grads, hyperparameters: { decay, eps }, step }) => {
      const firstMoment = movingMean("scaleByStddev", state.firstMoment, grads, decay);
      const secondMoment = movingSquare("scaleByStddev", state.secondMoment, grads, decay);
      const correction = corrects ? biasCorrection(decay, step) : 1;
      const updates = zipLeaves(
        "scaleByStddev",
        [grads, firstMoment, secondMoment],
        (g, m, v) => {
          const variance = subtract(multiply(v, correction), square(multiply(m, correction)));
          return divideByRoot(g, maximum(variance, 0), eps, epsInSqrt);
        },
      );
      return {
        state: {
          firstMoment: castLike("scaleByStddev", firstMoment, state.firstMoment),
          secondMoment: castLike("scaleByStddev", secondMoment, state.secondMoment),
        },
        updates,
      };
    },
  });
}
