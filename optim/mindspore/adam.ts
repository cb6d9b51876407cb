/**
 * MindSpore's Adam.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { scaleByLearningRate } from "../scale.ts";
import { scaleByAdamHat } from "../scale_by_adam_hat.ts";
import { scaleByBiasCorrection } from "../scale_by_bias_correction.ts";
import { scaleByLazyAdam } from "../scale_by_lazy_adam.ts";
import { checkBoolean, checkMoments } from "./checks.ts";
import type { LearningRate } from "./hyperparameters.ts";
import { BASE_OPTIONS, makeOptimizer, type Optimizer, type ScaledOptions } from "./optimizer.ts";

/** Options of {@linkcode Adam}. */
export interface AdamOptions extends ScaledOptions {
  /** The learning rate. @default {0.001} */
  readonly learningRate?: LearningRate;
  /** Decay of the first moment, above 0 and below 1. @default {0.9} */
  readonly beta1?: number;
  /** Decay of the second moment, above 0 and below 1. @default {0.999} */
  readonly beta2?: number;
  /** Added to the root of the second moment; above 0. @default {1e-8} */
  readonly eps?: number;
  /** Looks a step ahead: the numerator is `beta1 m + (1 - beta1) g`. @default {false} */
  readonly useNesterov?: boolean;
  /** Divides by the largest second moment so far, without `useNesterov`. @default {false} */
  readonly useAmsgrad?: boolean;
  /** Moves only the rows that a sparse gradient has; dense gradients are as ever. @default {false} */
  readonly useLazy?: boolean;
  /** Without effect: in MindSpore it moves the work to the host. @default {false} */
  readonly useOffload?: boolean;
  /** Without effect: nothing else writes to a tensor here. @default {false} */
  readonly useLocking?: boolean;
}

/** The names of the options that AdamOffload and LazyAdam have too, beside those of all optimizers. */
export const SHARED_ADAM_OPTIONS = {
  learningRate: true,
  beta1: true,
  beta2: true,
  eps: true,
  useNesterov: true,
  useLocking: true,
  lossScale: true,
} as const;

const ADAM_OPTIONS = {
  ...SHARED_ADAM_OPTIONS,
  useAmsgrad: true,
  useLazy: true,
  useOffload: true,
  ...BASE_OPTIONS,
} as const;

/**
 * `mindspore.nn.Adam`: `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2` and
 * `p = p - learningRate sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + eps)`.
 *
 * Other than in torch, eps is not corrected with the moment ("epsilon hat"), so that it counts for more in the first
 * steps. With `useAmsgrad` v is the largest so far, without correction. The powers of the betas are running products
 * in single precision, as MindSpore's `beta1_power` and `beta2_power`. A sparse gradient is one that is zero in other
 * rows, which move all the same; with `useLazy` they stay.
 *
 * With the kernel "cpu", rows that a sparse gradient names more than once do not add up: their squares do, and with
 * `useLazy` each is computed from the moments before, their steps add up, and the last moments stay.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a beta is not between 0 and 1, another number outside of its range, or `useAmsgrad` is with `useLazy` or
 *   `useOffload`.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.Adam({ learningRate: 0.1 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 0.9, 1e-6);
 * ```
 */
export function Adam(options: AdamOptions = {}): Optimizer {
  checkOptionNames("Adam", options, ADAM_OPTIONS);
  const { useNesterov = false, useAmsgrad = false, useLazy = false, useOffload = false } = options;
  for (const [name, value] of Object.entries({ useNesterov, useAmsgrad, useLazy, useOffload })) {
    checkBoolean("Adam", name, value);
  }
  if ((useLazy && useOffload) || (useAmsgrad && (useLazy || useOffload))) {
    throw new RangeError("Adam expects at most one of useAmsgrad, useLazy and useOffload but got several");
  }
  return adamOptimizer("Adam", options, useLazy);
}

/** Adam under one of its names in MindSpore. */
export function adamOptimizer(
  name: string,
  options: AdamOptions,
  isLazy: boolean,
): Optimizer {
  const { beta1, beta2, eps } = checkMoments(name, options, 1e-8);
  const { useNesterov: nesterov = false, useAmsgrad: amsgrad = false, kernel } = options;
  const moments = { beta1, beta2, eps, nesterov, mergesRows: kernel !== "cpu" };
  const rule = isLazy ? "scaleByLazyAdam" : "scaleByAdamHat";
  return makeOptimizer({
    name,
    options,
    learningRate: 0.001,
    fixedDecay: name === "LazyAdam",
    rule: ({ learningRate }) => [
      isLazy ? scaleByLazyAdam(moments) : scaleByAdamHat({ ...moments, amsgrad }),
      scaleByBiasCorrection({ beta1, beta2 }),
      scaleByLearningRate(learningRate),
    ],
    stateNames: {
      "moment1.*": `${rule}/firstMoment`,
      "moment2.*": `${rule}/secondMoment`,
      ...(amsgrad ? { "vhat.*": `${rule}/largestSecondMoment` } : {}),
      beta1_power: "scaleByBiasCorrection/beta1Power",
      beta2_power: "scaleByBiasCorrection/beta2Power",
    },
  });
}
