/**
 * MindSpore's Rprop.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { checkNumber, type Domain, NOT_NEGATIVE } from "../checks.ts";
import { scale } from "../scale.ts";
import { scaleBySignAgreement } from "../scale_by_sign_agreement.ts";
import { checkPair, OPEN_FRACTION } from "./checks.ts";
import type { LearningRate } from "./hyperparameters.ts";
import { BASE_OPTIONS, type BaseOptions, makeOptimizer, type Optimizer } from "./optimizer.ts";

/** Options of {@linkcode Rprop}. */
export interface RpropOptions extends BaseOptions {
  /** The learning rate. @default {0.1} */
  readonly learningRate?: LearningRate;
  /** What a step size is multiplied by where the sign changes, and where it stays. @default {[0.5, 1.2]} */
  readonly etas?: readonly [number, number];
  /** The smallest and the largest step size. @default {[1e-6, 50]} */
  readonly stepSizes?: readonly [number, number];
}

const RPROP_OPTIONS = { learningRate: true, etas: true, stepSizes: true, ...BASE_OPTIONS } as const;

/**
 * `mindspore.nn.Rprop`: each element steps by the sign of its gradient with a size of its own, the learning rate at
 * first, that is multiplied by one of the `etas`; where the sign changes it does not step. It knows no loss scale.
 * Riedmiller and Braun 1993.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If an eta is not below, or not above 1, or the step sizes are not in order.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.Rprop({ learningRate: 0.25 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 0.75, 1e-6);
 * ```
 */
export function Rprop(options: RpropOptions = {}): Optimizer {
  checkOptionNames("Rprop", options, RPROP_OPTIONS);
  const { etas = [0.5, 1.2], stepSizes = [1e-6, 50] } = options;
  checkPair("Rprop", "etas", etas);
  checkPair("Rprop", "stepSizes", stepSizes);
  checkNumber("Rprop", "etas[0]", etas[0], OPEN_FRACTION);
  checkNumber("Rprop", "etas[1]", etas[1], ABOVE_ONE);
  checkNumber("Rprop", "stepSizes[0]", stepSizes[0], NOT_NEGATIVE);
  if (!(stepSizes[0] <= stepSizes[1])) {
    throw new RangeError(`Rprop expects stepSizes in order but got ${stepSizes[0]} and ${stepSizes[1]}`);
  }
  const [etaMinus, etaPlus, minStepSize, maxStepSize] = [...etas, ...stepSizes].map(Math.fround);
  return makeOptimizer({
    name: "Rprop",
    options,
    learningRate: 0.1,
    rule: ({ learningRate }) => [
      scaleBySignAgreement({ learningRate, etaMinus, etaPlus, minStepSize, maxStepSize }),
      scale(-1),
    ],
    stateNames: {
      "prev.*": "scaleBySignAgreement/previousGrads",
      "step_size.*": "scaleBySignAgreement/stepSizes",
    },
  });
}

const ABOVE_ONE: Domain = {
  text: "a finite number above 1",
  includes: (value) => Number.isFinite(value) && value > 1,
};
