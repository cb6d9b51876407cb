/**
 * Shampoo.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import type { ScaleByAdamState } from "./scale_by_adam.ts";
import {
  checkShampooOptions,
  SCALE_BY_SHAMPOO_OPTIONS,
  scaleByShampoo,
  type ScaleByShampooOptions,
  type ScaleByShampooState,
} from "./scale_by_shampoo.ts";
import type { Selector } from "./select.ts";
import { trace, type TraceState } from "./trace.ts";
import type { AnyTransform, StateOf, Transform } from "./transform_type.ts";

/** Options of {@linkcode shampoo}. */
export interface ShampooOptions<T extends AnyTransform = AnyTransform> extends ScaleByShampooOptions<T> {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** How much of the running sum of updates stays at each step, below 1. @default {0.9} */
  readonly momentum?: ScalarOrSchedule;
  /** Looks a step ahead, as Nesterov's method does. @default {false} */
  readonly nesterov?: boolean;
  /** Decay of the params, times the learning rate at each step; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const SHAMPOO_OPTIONS = {
  learningRate: true,
  momentum: true,
  nesterov: true,
  weightDecay: true,
  weightDecayMask: true,
  ...SCALE_BY_SHAMPOO_OPTIONS,
} as const;

/** The state of {@linkcode shampoo}. */
export interface ShampooState<S = ScaleByAdamState> {
  /** The name of the function that made the optimizer. */
  readonly kind: "shampoo";
  /** The statistics and their roots. */
  readonly scaleByShampoo: ScaleByShampooState<S>;
  /** The momentum. */
  readonly trace: TraceState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * Shampoo: `scaleByShampoo`, `trace`, `addDecayedWeights`, then `scaleByLearningRate`. Gupta, Koren and
 * Singer 2018, Anil et al. 2020.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If an option is out of its range.
 *
 * @example
 * ```ts
 * import { grad, matmul, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { shampoo } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const input = tensor([[1, 2], [3, 4]]);
 * const objective = (p: { kernel: Tensor }) => sum(square(matmul(input, p.kernel)));
 * const optimizer = shampoo({ learningRate: 0.02, updateInterval: 5 });
 * let params = { kernel: tensor([[1, -1], [2, 0.5]]) };
 * let state = optimizer.init(params);
 * const before = objective(params).item();
 * for (let step = 0; step < 60; step++) {
 *   ({ state, params } = optimizer.step(state, grad(objective)(params), params));
 * }
 * assertEquals(objective(params).item() < 0.1 * before, true);
 * ```
 */
export function shampoo<T extends AnyTransform = Transform<unknown, ScaleByAdamState>>(
  options: ShampooOptions<T>,
): Transform<unknown, ShampooState<StateOf<T>>> {
  checkOptionNames("shampoo", options, SHAMPOO_OPTIONS);
  const { learningRate, momentum = 0.9, nesterov = false, weightDecay = 0, weightDecayMask = true, ...rest } =
    options;
  checkScalar("shampoo", "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar("shampoo", "momentum", momentum, FRACTION);
  checkShampooOptions("shampoo", options);
  checkScalar("shampoo", "weightDecay", weightDecay, NOT_NEGATIVE);
  const made = namedChain(
    "shampoo",
    scaleByShampoo(rest),
    trace({ decay: momentum, nesterov }),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
  return made as unknown as Transform<unknown, ShampooState<StateOf<T>>>;
}
