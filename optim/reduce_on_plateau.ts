/**
 * A factor that shrinks when a value has stopped improving.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  abs,
  add,
  cast,
  divide,
  equal,
  greater,
  host,
  less,
  logicalAnd,
  logicalNot,
  maximum,
  multiply,
  ones,
  subtract,
  type Tensor,
  tensor,
  tree,
  where,
  zeros,
  zerosLike,
} from "../tensor/mod.ts";
import { checkScalar, COUNT, type Domain, NOT_NEGATIVE, WHOLE } from "./checks.ts";
import { choose } from "./choose.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import type { ValueExtra } from "./scale_by_polyak.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";
import { checkValue } from "./value.ts";

/** Options of {@linkcode reduceOnPlateau}. */
export interface ReduceOnPlateauOptions {
  /** What the factor is multiplied by; between 0 and 1. @default {0.1} */
  readonly factor?: ScalarOrSchedule;
  /** After how many values without improvement the factor shrinks. @default {10} */
  readonly patience?: ScalarOrSchedule;
  /** Which share of the best value counts as an improvement. @default {1e-4} */
  readonly relativeTolerance?: ScalarOrSchedule;
  /** What difference to the best value counts as an improvement. @default {0} */
  readonly absoluteTolerance?: ScalarOrSchedule;
  /** How many values are passed over after the factor has shrunk. @default {0} */
  readonly cooldown?: ScalarOrSchedule;
  /** How many values are averaged before they are looked at. @default {1} */
  readonly accumulationSize?: ScalarOrSchedule;
  /** The smallest factor. @default {0} */
  readonly minScale?: ScalarOrSchedule;
  /**
   * Takes `(1 - relativeTolerance) * best` for the limit, as optax does, whose values then never improve while they
   * are negative, instead of `best - relativeTolerance * |best|`.
   *
   * @default {false}
   */
  readonly multiplicativeLimit?: boolean;
}

const REDUCE_ON_PLATEAU_OPTIONS = {
  factor: true,
  patience: true,
  relativeTolerance: true,
  absoluteTolerance: true,
  cooldown: true,
  accumulationSize: true,
  minScale: true,
  multiplicativeLimit: true,
} as const;

/** The state of {@linkcode reduceOnPlateau}. */
export interface ReduceOnPlateauState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "reduceOnPlateau";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly factor: number;
    readonly patience: number;
    readonly relativeTolerance: number;
    readonly absoluteTolerance: number;
    readonly cooldown: number;
    readonly accumulationSize: number;
    readonly minScale: number;
  };
  /** The factor of the updates. */
  readonly scale: Tensor;
  /** The best value so far. */
  readonly bestValue: Tensor;
  /** The mean of the values since the last look. */
  readonly averageValue: Tensor;
  /** How many looks in a row there was no improvement. */
  readonly plateauCount: Tensor;
  /** How many looks are still passed over. */
  readonly cooldownCount: Tensor;
  /** How many values there were since the last look. */
  readonly accumulated: number;
}

const SHARE: Domain = { text: "above 0 and below 1", includes: (value) => value > 0 && value < 1 };
const UP_TO_ONE: Domain = { text: "from 0 to 1", includes: (value) => value >= 0 && value <= 1 };

/**
 * Multiplies updates by a factor that shrinks when the extra `value`, a loss, has not improved for `patience` looks,
 * as `optax.contrib.reduce_on_plateau` and torch's `ReduceLROnPlateau`. Put it after an optimizer. An improvement is
 * a value below `best - relativeTolerance * |best| - absoluteTolerance`, which is right for negative values too.
 *
 * @throws {TypeError} If an option is of another type, or in a step, if `value` is no scalar.
 * @throws {RangeError} If a number is outside of its range, or both tolerances are 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { reduceOnPlateau } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const plateau = reduceOnPlateau({ factor: 0.5, patience: 1 });
 * const params = { x: tensor(1) };
 * let state = plateau.init(params);
 * for (const value of [3, 3, 3]) ({ state } = plateau.update(state, params, params, { value: tensor(value) }));
 * assertEquals(state.scale.item(), 0.25);
 * ```
 */
export function reduceOnPlateau(
  options: ReduceOnPlateauOptions = {},
): Transform<unknown, ReduceOnPlateauState, ValueExtra> {
  checkOptionNames("reduceOnPlateau", options, REDUCE_ON_PLATEAU_OPTIONS);
  const {
    factor = 0.1,
    patience = 10,
    relativeTolerance = 1e-4,
    absoluteTolerance = 0,
    cooldown = 0,
    accumulationSize = 1,
    minScale = 0,
    multiplicativeLimit = false,
  } = options;
  const hyperparameters = {
    factor,
    patience,
    relativeTolerance,
    absoluteTolerance,
    cooldown,
    accumulationSize,
    minScale,
  };
  const domains: Readonly<Record<keyof typeof hyperparameters, Domain>> = {
    factor: SHARE,
    patience: WHOLE,
    relativeTolerance: UP_TO_ONE,
    absoluteTolerance: NOT_NEGATIVE,
    cooldown: COUNT,
    accumulationSize: WHOLE,
    minScale: NOT_NEGATIVE,
  };
  for (const [name, value] of Object.entries(hyperparameters)) {
    checkScalar("reduceOnPlateau", name, value, domains[name as keyof typeof hyperparameters]);
  }
  if (relativeTolerance === 0 && absoluteTolerance === 0) {
    throw new RangeError("reduceOnPlateau expects a tolerance above 0 but got 0 for both");
  }
  return transform<ReduceOnPlateauState, ValueExtra>({
    name: "reduceOnPlateau",
    hyperparameters,
    options: { multiplicativeLimit },
    init: (params) => {
      const isDouble = tree.leaves(params).some((leaf) => (leaf as Tensor).dtype === "float64");
      const dtype = isDouble ? "float64" : "float32";
      const zero = zeros([], { dtype });
      return {
        scale: ones([], { dtype }),
        bestValue: tensor(Infinity, { dtype }),
        averageValue: zero,
        plateauCount: zero,
        cooldownCount: zero,
        accumulated: 0,
      };
    },
    update: ({ state, grads, hyperparameters: h, extra }) => {
      const zero = zerosLike(state.scale);
      const value = checkValue("reduceOnPlateau", extra, zero.dtype);
      const accumulated = host((n) => n + 1, state.accumulated);
      const averageValue = divide(
        add(multiply(state.averageValue, state.accumulated), value),
        accumulated,
      );
      const look = (): ReturnType<typeof wait> => {
        const { bestValue, scale, cooldownCount } = state;
        // The first best value is infinite, and 0 times it not a number.
        const margin = where(less(bestValue, Infinity), multiply(abs(bestValue), h.relativeTolerance), 0);
        const limit = multiplicativeLimit
          ? multiply(bestValue, host((r) => 1 - r, h.relativeTolerance))
          : subtract(bestValue, margin);
        const improved = less(averageValue, subtract(limit, h.absoluteTolerance));
        const plateau = where(improved, 0, add(state.plateauCount, 1));
        const cooling = greater(cooldownCount, 0);
        const isOver = logicalAnd(logicalNot(cooling), equal(plateau, h.patience));
        return {
          scale: where(
            cooling,
            scale,
            maximum(where(isOver, multiply(scale, h.factor), scale), h.minScale),
          ),
          bestValue: where(improved, averageValue, bestValue),
          averageValue: zero,
          plateauCount: where(cooling, 0, where(isOver, 0, plateau)),
          cooldownCount: where(
            cooling,
            subtract(cooldownCount, 1),
            where(isOver, add(zero, h.cooldown), zero),
          ),
          accumulated: 0,
        };
      };
      const wait = () => ({
        scale: state.scale,
        bestValue: state.bestValue,
        averageValue,
        plateauCount: state.plateauCount,
        cooldownCount: state.cooldownCount,
        accumulated,
      });
      const next = choose(
        "reduceOnPlateau",
        host((n, size) => n >= size ? 1 : 0, accumulated, h.accumulationSize),
        look,
        wait,
      );
      return {
        state: next,
        updates: zipLeaves("reduceOnPlateau", [grads], (g) => multiply(g, cast(next.scale, g.dtype))),
      };
    },
  });
}
