/**
 * GaLore: an optimizer for gradients projected to a low rank.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import type { ScaleByAdamState } from "./scale_by_adam.ts";
import {
  checkGaloreOptions,
  SCALE_BY_GALORE_OPTIONS,
  scaleByGalore,
  type ScaleByGaloreOptions,
  type ScaleByGaloreState,
} from "./scale_by_galore.ts";
import type { Selector } from "./select.ts";
import type { AnyTransform, StateOf, Transform } from "./transform_type.ts";

/** Options of {@linkcode galore}. */
export interface GaloreOptions<T extends AnyTransform = AnyTransform> extends ScaleByGaloreOptions<T> {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the params, times the learning rate at each step; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const GALORE_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  ...SCALE_BY_GALORE_OPTIONS,
} as const;

/** The state of {@linkcode galore}. */
export interface GaloreState<S = ScaleByAdamState> {
  /** The name of the function that made the optimizer. */
  readonly kind: "galore";
  /** The projectors and the state of what is inside. */
  readonly scaleByGalore: ScaleByGaloreState<S>;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * GaLore, as `optax.contrib.galore`: `scaleByGalore`, `addDecayedWeights`, then `scaleByLearningRate`. Zhao
 * et al. 2024.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If an option is out of its range.
 *
 * @example
 * ```ts
 * import { ones } from "@weft/weft";
 * import { galore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = galore({ learningRate: 0.1, rank: 1 });
 * const params = { kernel: ones([2, 2]) };
 * const { params: next } = optimizer.step(optimizer.init(params), params, params);
 * assertAlmostEquals(next.kernel.at(0).at(0).item(), 1 - 0.1 * Math.SQRT1_2, 1e-6);
 * ```
 */
export function galore<T extends AnyTransform = Transform<unknown, ScaleByAdamState>>(
  options: GaloreOptions<T>,
): Transform<unknown, GaloreState<StateOf<T>>> {
  checkOptionNames("galore", options, GALORE_OPTIONS);
  const { learningRate, weightDecay = 0, weightDecayMask = true, ...rest } = options;
  checkScalar("galore", "learningRate", learningRate, NOT_NEGATIVE);
  checkGaloreOptions("galore", options);
  checkScalar("galore", "weightDecay", weightDecay, NOT_NEGATIVE);
  const made = namedChain(
    "galore",
    scaleByGalore(rest),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
  return made as unknown as Transform<unknown, GaloreState<StateOf<T>>>;
}
