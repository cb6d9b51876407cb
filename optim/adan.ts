/**
 * Adan, adaptive Nesterov momentum.
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
  checkAdanOptions,
  SCALE_BY_ADAN_OPTIONS,
  scaleByAdan,
  type ScaleByAdanOptions,
  type ScaleByAdanState,
} from "./scale_by_adan.ts";
import type { Selector } from "./select.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode adan}. */
export interface AdanOptions extends ScaleByAdanOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Added to the second moment under the root. @default {1e-8} */
  readonly epsRoot?: ScalarOrSchedule;
  /** Decay of the params, times the learning rate at each step; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const ADAN_OPTIONS = {
  learningRate: true,
  ...SCALE_BY_ADAN_OPTIONS,
  weightDecay: true,
  weightDecayMask: true,
} as const;

/** The state of {@linkcode adan}. */
export interface AdanState {
  /** The name of the function that made the optimizer. */
  readonly kind: "adan";
  /** The moments. */
  readonly scaleByAdan: ScaleByAdanState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Adan, as `optax.adan` but for the weight of differences, see {@linkcode scaleByAdan}: that, `addDecayedWeights`,
 * then `scaleByLearningRate`. Weight decay is that of AdamW, not the division by `1 + learningRate weightDecay` of
 * the paper. Xie et al. 2022.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adan } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = adan({ learningRate: 0.1, weightDecay: 0.5 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.85, 1e-6);
 * ```
 */
export function adan(options: AdanOptions): Transform<unknown, AdanState> {
  checkOptionNames("adan", options, ADAN_OPTIONS);
  const { learningRate, epsRoot = 1e-8, weightDecay = 0, weightDecayMask = true, ...rest } = options;
  checkScalar("adan", "learningRate", learningRate, NOT_NEGATIVE);
  checkAdanOptions("adan", options);
  checkScalar("adan", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "adan",
    scaleByAdan({ ...rest, epsRoot }),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
}
