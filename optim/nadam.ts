/**
 * NAdam and NAdamW.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { addDecayedWeights } from "./add_decayed_weights.ts";
import type { AdamOptions, AdamState, AdamWOptions, AdamWState } from "./adam.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { scaleByLearningRate } from "./scale.ts";
import { checkAdamOptions, scaleByAdam } from "./scale_by_adam.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode nadam}: those of Adam but for the look ahead, which is always there. */
export type NadamOptions = Omit<AdamOptions, "nesterov">;

const NADAM_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  epsRoot: true,
  firstMomentDtype: true,
  secondMomentDtype: true,
  learningRate: true,
} as const;

/** The state of {@linkcode nadam}. */
export interface NadamState extends Omit<AdamState, "kind"> {
  /** The name of the function that made the optimizer. */
  readonly kind: "nadam";
}

/**
 * Adam with Nesterov's look ahead, as `optax.nadam`: `adam` with `nesterov`. Dozat 2016, without its schedule of
 * beta1.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { nadam } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = nadam({ learningRate: 0.1, beta1: 0.5 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 1 - 0.1 * (0.25 / 0.75 + 1), 1e-6);
 * ```
 */
export function nadam(options: NadamOptions): Transform<unknown, NadamState> {
  checkOptionNames("nadam", options, NADAM_OPTIONS);
  const { learningRate, ...rest } = options;
  checkScalar("nadam", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdamOptions("nadam", options);
  return namedChain("nadam", scaleByAdam({ ...rest, nesterov: true }), scaleByLearningRate(learningRate));
}

/** Options of {@linkcode nadamW}: those of AdamW but for the look ahead, which is always there. */
export type NadamWOptions = Omit<AdamWOptions, "nesterov">;

const NADAM_W_OPTIONS = { ...NADAM_OPTIONS, weightDecay: true, weightDecayMask: true } as const;

/** The state of {@linkcode nadamW}. */
export interface NadamWState extends Omit<AdamWState, "kind"> {
  /** The name of the function that made the optimizer. */
  readonly kind: "nadamW";
}

/**
 * NAdam with decoupled weight decay, as `optax.nadamw`: `adamW` with `nesterov`.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { nadamW } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = nadamW({ learningRate: 0.1, beta1: 0, weightDecay: 0.5 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.85, 1e-6);
 * ```
 */
export function nadamW(options: NadamWOptions): Transform<unknown, NadamWState> {
  checkOptionNames("nadamW", options, NADAM_W_OPTIONS);
  const { learningRate, weightDecay = 1e-4, weightDecayMask = true, ...rest } = options;
  checkScalar("nadamW", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdamOptions("nadamW", options);
  checkScalar("nadamW", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "nadamW",
    scaleByAdam({ ...rest, nesterov: true }),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
}
