/**
 * A line search for a sufficient decrease.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { multiply } from "../tensor/mod.ts";
import { checkScalar, type Domain, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { zipLeaves } from "./leaves.ts";
import { checkEager, type Line, lineOf, type LineSearchExtra, violation } from "./line_search.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByBacktrackingLineSearch}. */
export interface ScaleByBacktrackingLineSearchOptions {
  /** How often a learning rate is decreased at most; an integer not below 0. @default {15} */
  readonly maxSteps?: ScalarOrSchedule;
  /** The share c of the slope at the params by which the objective has to fall. @default {1e-4} */
  readonly slopeTolerance?: ScalarOrSchedule;
  /** What a learning rate is multiplied by that is too large; between 0 and 1. @default {0.8} */
  readonly decreaseFactor?: ScalarOrSchedule;
  /** What the learning rate of the last step is multiplied by to be tried first. @default {1.5} */
  readonly increaseFactor?: ScalarOrSchedule;
  /** The largest learning rate; above 0. @default {1} */
  readonly maxLearningRate?: ScalarOrSchedule;
  /** How far the decrease may be missed; not negative. @default {0} */
  readonly absoluteTolerance?: ScalarOrSchedule;
  /** How far the decrease may be missed, as a share of the value at the params; not negative. @default {0} */
  readonly relativeTolerance?: ScalarOrSchedule;
}

const SCALE_BY_BACKTRACKING_LINE_SEARCH_OPTIONS = {
  maxSteps: true,
  slopeTolerance: true,
  decreaseFactor: true,
  increaseFactor: true,
  maxLearningRate: true,
  absoluteTolerance: true,
  relativeTolerance: true,
} as const;

/** The state of {@linkcode scaleByBacktrackingLineSearch}. */
export interface ScaleByBacktrackingLineSearchState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByBacktrackingLineSearch";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly maxSteps: number;
    readonly slopeTolerance: number;
    readonly decreaseFactor: number;
    readonly increaseFactor: number;
    readonly maxLearningRate: number;
    readonly absoluteTolerance: number;
    readonly relativeTolerance: number;
  };
  /** The learning rate that the last search found; 1 at first, and 0 if there was none to take. */
  readonly learningRate: number;
  /** The value of the objective there; infinite at first. */
  readonly value: number;
  /** How many learning rates the last search tried. */
  readonly steps: number;
  /** How far the last one that was tried missed a sufficient decrease; infinite at first. */
  readonly decreaseError: number;
}

const COUNT: Domain = {
  text: "an integer not below 0",
  includes: (value) => Number.isInteger(value) && value >= 0,
};
const BETWEEN: Domain = { text: "above 0 and below 1", includes: (value) => value > 0 && value < 1 };
const NOT_BELOW_ONE: Domain = { text: "a number not below 1", includes: (value) => value >= 1 };

/**
 * Scales updates u by a learning rate e that makes the objective fall enough, as
 * `optax.scale_by_backtracking_linesearch`: `f(p + e u) <= (1 + relativeTolerance) f(p) + c e <g, u> +
 * absoluteTolerance`, after Armijo. It begins with `min(increaseFactor * e, maxLearningRate)` by the e of the last
 * step and goes on with `decreaseFactor` of it. The last learning rate that was tried is taken even where it
 * misses the decrease, and none where the objective is not finite there; the next search then begins at 1 again.
 *
 * The updates have to point downhill, so that the transform stands after `scaleByLearningRate`, and outside of
 * `masked` and `groups`, in which the objective would be called with holes.
 *
 * It needs the extras `value` and `valueFn`, and takes the gradients at the params as `grads`, else it computes them.
 * The search looks at numbers and calls the objective as often as those ask for: inside of `compile` that is an
 * error. Compile the objective instead.
 *
 * @throws {TypeError} If an option is of another type, or in a step, an extra is missing or values are traced.
 * @throws {RangeError} If an option is outside of its range.
 *
 * @example
 * ```ts
 * import { grad, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { chain, scaleByBacktrackingLineSearch, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const valueFn = (x: Tensor) => sum(square(x));
 * const optimizer = chain(sgd({ learningRate: 1 }), scaleByBacktrackingLineSearch({ decreaseFactor: 0.5 }));
 * const params = tensor([1, 2]);
 * const extra = { value: valueFn(params), valueFn };
 * const { params: next, state } = optimizer.step(optimizer.init(params), grad(valueFn)(params), params, extra);
 * assertEquals(next.toArray(), [0, 0]);
 * assertEquals(state.scaleByBacktrackingLineSearch.learningRate, 0.5);
 * ```
 */
export function scaleByBacktrackingLineSearch(
  options: ScaleByBacktrackingLineSearchOptions = {},
): Transform<unknown, ScaleByBacktrackingLineSearchState, LineSearchExtra> {
  checkOptionNames("scaleByBacktrackingLineSearch", options, SCALE_BY_BACKTRACKING_LINE_SEARCH_OPTIONS);
  const name = "scaleByBacktrackingLineSearch";
  return transform<ScaleByBacktrackingLineSearchState, LineSearchExtra>({
    name,
    hyperparameters: checkedHyperparameters(options),
    init: () => ({ learningRate: 1, value: Infinity, steps: 0, decreaseError: Infinity }),
    update({ state, grads: updates, params, extra, hyperparameters }) {
      checkEager(name, [state.learningRate, ...Object.values(hyperparameters)]);
      const line = lineOf(name, { updates, params, extra });
      const last = state.learningRate === 0 ? 1 : state.learningRate;
      const found = backtrack(line, last, hyperparameters);
      return { state: found, updates: zipLeaves(name, [updates], (u) => multiply(u, found.learningRate)) };
    },
  });
}

/** What a search leaves in the state. */
type Found = Pick<ScaleByBacktrackingLineSearchState, "learningRate" | "value" | "steps" | "decreaseError">;

function backtrack(
  { start, valueAt }: Line,
  last: number,
  options: ScaleByBacktrackingLineSearchState["hyperparameters"],
): Found {
  let learningRate = Math.min(options.increaseFactor * last, options.maxLearningRate);
  for (let steps = 1;; steps++) {
    const value = valueAt(learningRate);
    const decreaseError = violation(
      value - (1 + options.relativeTolerance) * start.value -
        learningRate * options.slopeTolerance * start.slope,
    );
    if (decreaseError <= options.absoluteTolerance || steps > options.maxSteps) {
      return decreaseError === Infinity
        ? { learningRate: 0, value: start.value, steps, decreaseError }
        : { learningRate, value, steps, decreaseError };
    }
    learningRate *= options.decreaseFactor;
  }
}

function checkedHyperparameters(
  options: ScaleByBacktrackingLineSearchOptions,
): { readonly [K in keyof ScaleByBacktrackingLineSearchState["hyperparameters"]]: ScalarOrSchedule } {
  const {
    maxSteps = 15,
    slopeTolerance = 1e-4,
    decreaseFactor = 0.8,
    increaseFactor = 1.5,
    maxLearningRate = 1,
    absoluteTolerance = 0,
    relativeTolerance = 0,
  } = options;
  const check = (option: string, value: unknown, domain: Domain): void =>
    checkScalar("scaleByBacktrackingLineSearch", option, value, domain);
  check("maxSteps", maxSteps, COUNT);
  check("slopeTolerance", slopeTolerance, POSITIVE);
  check("decreaseFactor", decreaseFactor, BETWEEN);
  check("increaseFactor", increaseFactor, NOT_BELOW_ONE);
  check("maxLearningRate", maxLearningRate, POSITIVE);
  check("absoluteTolerance", absoluteTolerance, NOT_NEGATIVE);
  check("relativeTolerance", relativeTolerance, NOT_NEGATIVE);
  return {
    maxSteps,
    slopeTolerance,
    decreaseFactor,
    increaseFactor,
    maxLearningRate,
    absoluteTolerance,
    relativeTolerance,
  };
}
