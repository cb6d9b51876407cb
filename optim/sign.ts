/**
 * Steps by the sign of gradients.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { type DType, sign } from "../tensor/mod.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE } from "./checks.ts";
import { ema, type EmaState } from "./ema.ts";
import { zipLeaves } from "./leaves.ts";
import { checkDtype } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** The state of {@linkcode scaleBySign}. */
export interface ScaleBySignState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleBySign";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
}

/**
 * Replaces each update by its sign, as `optax.scale_by_sign`: `u = sign(g)`, 0 where g is 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleBySign } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor([0, 0, 0]) };
 * const { updates } = scaleBySign().update(scaleBySign().init(params), { x: tensor([3, 0, -0.5]) }, params);
 * assertEquals(updates.x.toArray(), [1, 0, -1]);
 * ```
 */
export function scaleBySign(): Transform<unknown, ScaleBySignState> {
  return transform<ScaleBySignState>({
    name: "scaleBySign",
    hyperparameters: {},
    init: () => ({}),
    update: ({ grads }) => ({ state: {}, updates: zipLeaves("scaleBySign", [grads], (g) => sign(g)) }),
  });
}

/** Options of {@linkcode signSgd}. */
export interface SignSgdOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
}

const SIGN_SGD_OPTIONS = { learningRate: true } as const;

/** The state of {@linkcode signSgd}. */
export interface SignSgdState {
  /** The name of the function that made the optimizer. */
  readonly kind: "signSgd";
  /** It holds nothing but the count. */
  readonly scaleBySign: ScaleBySignState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Descent by signs, as `optax.sign_sgd`: `u = -learningRate * sign(g)`. Bernstein et al. 2018.
 *
 * @throws {TypeError} If the learning rate is missing or of another type.
 * @throws {RangeError} If it is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { signSgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = signSgd({ learningRate: 0.25 });
 * const params = { x: tensor([1, 1]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([30, -0.1]) }, params);
 * assertEquals(next.x.toArray(), [0.75, 1.25]);
 * ```
 */
export function signSgd(options: SignSgdOptions): Transform<unknown, SignSgdState> {
  checkOptionNames("signSgd", options, SIGN_SGD_OPTIONS);
  checkScalar("signSgd", "learningRate", options.learningRate, NOT_NEGATIVE);
  return namedChain("signSgd", scaleBySign(), scaleByLearningRate(options.learningRate));
}

/** Options of {@linkcode signum}. */
export interface SignumOptions extends SignSgdOptions {
  /** Decay of the moving mean of gradients, below 1. @default {0.9} */
  readonly beta?: ScalarOrSchedule;
  /** The dtype in which the mean is kept; by default that of each leaf. */
  readonly accumulatorDtype?: DType;
}

const SIGNUM_OPTIONS = { beta: true, accumulatorDtype: true, learningRate: true } as const;

/** The state of {@linkcode signum}. */
export interface SignumState {
  /** The name of the function that made the optimizer. */
  readonly kind: "signum";
  /** The moving mean. */
  readonly ema: EmaState;
  /** It holds nothing but the count. */
  readonly scaleBySign: ScaleBySignState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Descent by the sign of a moving mean, as `optax.signum`: `m = beta m + (1 - beta) g` and
 * `u = -learningRate * sign(m)`. Bernstein et al. 2018.
 *
 * @throws {TypeError} If an option is missing or of another type, or the dtype is not a floating-point one.
 * @throws {RangeError} If the learning rate is negative or not finite, or `beta` is outside of [0, 1).
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { signum } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = signum({ learningRate: 0.25 });
 * const params = { x: tensor(1) };
 * const first = optimizer.step(optimizer.init(params), { x: tensor(9) }, params);
 * const second = optimizer.step(first.state, { x: tensor(-1) }, first.params);
 * assertEquals(second.params.x.item(), 0.5);
 * ```
 */
export function signum(options: SignumOptions): Transform<unknown, SignumState> {
  checkOptionNames("signum", options, SIGNUM_OPTIONS);
  const { learningRate, beta = 0.9, accumulatorDtype } = options;
  checkScalar("signum", "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar("signum", "beta", beta, FRACTION);
  checkDtype("signum", "accumulatorDtype", accumulatorDtype);
  const dtype = accumulatorDtype === undefined ? {} : { accumulatorDtype };
  return namedChain(
    "signum",
    ema({ decay: beta, debias: false, ...dtype }),
    scaleBySign(),
    scaleByLearningRate(learningRate),
  );
}
