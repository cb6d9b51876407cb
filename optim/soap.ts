/**
 * SOAP: Adam in the eigenbasis of Shampoo.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import {
  checkSoapOptions,
  SCALE_BY_SOAP_OPTIONS,
  scaleBySoap,
  type ScaleBySoapOptions,
  type ScaleBySoapState,
} from "./scale_by_soap.ts";
import type { Selector } from "./select.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode soap}. */
export interface SoapOptions extends ScaleBySoapOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the params, times the learning rate at each step; not negative. @default {0.01} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const SOAP_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  ...SCALE_BY_SOAP_OPTIONS,
} as const;

/** The state of {@linkcode soap}. */
export interface SoapState {
  /** The name of the function that made the optimizer. */
  readonly kind: "soap";
  /** The moments and the eigenbases. */
  readonly scaleBySoap: ScaleBySoapState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * SOAP: `scaleBySoap`, `addDecayedWeights`, then `scaleByLearningRate`. The authors' learning rate is 3e-3.
 * Vyas et al. 2024.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If an option is out of its range.
 *
 * @example
 * ```ts
 * import { grad, matmul, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { soap } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const input = tensor([[1, 2], [3, 4]]);
 * const objective = (p: { kernel: Tensor }) => sum(square(matmul(input, p.kernel)));
 * const optimizer = soap({ learningRate: 0.05, updateInterval: 5 });
 * let params = { kernel: tensor([[1, -1], [2, 0.5]]) };
 * let state = optimizer.init(params);
 * const before = objective(params).item();
 * for (let step = 0; step < 60; step++) {
 *   ({ state, params } = optimizer.step(state, grad(objective)(params), params));
 * }
 * assertEquals(objective(params).item() < 0.1 * before, true);
 * ```
 */
export function soap(options: SoapOptions): Transform<unknown, SoapState> {
  checkOptionNames("soap", options, SOAP_OPTIONS);
  const { learningRate, weightDecay = 0.01, weightDecayMask = true, ...rest } = options;
  checkScalar("soap", "learningRate", learningRate, NOT_NEGATIVE);
  checkSoapOptions("soap", options);
  checkScalar("soap", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "soap",
    scaleBySoap(rest),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
}
