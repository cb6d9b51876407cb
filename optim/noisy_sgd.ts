/**
 * Stochastic gradient descent with noise.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { addNoise, type AddNoiseOptions, type AddNoiseState, checkNoiseOptions } from "./add_noise.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode noisySgd}. */
export interface NoisySgdOptions extends Omit<AddNoiseOptions, "eta" | "gamma"> {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** The variance of the noise in the first step; not negative. @default {0.01} */
  readonly eta?: ScalarOrSchedule;
  /** How fast the variance falls; not negative. @default {0.55} */
  readonly gamma?: ScalarOrSchedule;
}

const NOISY_SGD_OPTIONS = { learningRate: true, eta: true, gamma: true, key: true } as const;

/** The state of {@linkcode noisySgd}. */
export interface NoisySgdState {
  /** The name of the function that made the optimizer. */
  readonly kind: "noisySgd";
  /** The noise. */
  readonly addNoise: AddNoiseState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Stochastic gradient descent with noise that shrinks, as `optax.noisy_sgd`: `addNoise`, then
 * `scaleByLearningRate`, so `u = -learningRate * (g + sqrt(eta / t^gamma) * noise)`. Neelakantan et al. 2015.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a number is negative or not finite.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { noisySgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = noisySgd({ learningRate: 0.1, eta: 0, key: random.key(0) });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(10) }, params);
 * assertEquals(next.x.item(), 0);
 * ```
 */
export function noisySgd(options: NoisySgdOptions): Transform<unknown, NoisySgdState> {
  checkOptionNames("noisySgd", options, NOISY_SGD_OPTIONS);
  const { learningRate, eta = 0.01, gamma = 0.55, key } = options;
  checkScalar("noisySgd", "learningRate", learningRate, NOT_NEGATIVE);
  checkNoiseOptions("noisySgd", { eta, gamma, key });
  return namedChain("noisySgd", addNoise({ eta, gamma, key }), scaleByLearningRate(learningRate));
}
