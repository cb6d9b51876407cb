/**
 * A line search for the strong Wolfe conditions.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { multiply } from "../tensor/mod.ts";
import { checkScalar, type Domain, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { checkEager, lineOf, type LineSearchExtra } from "./line_search.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";
import { zoomSearch } from "./zoom_search.ts";

/** Options of {@linkcode scaleByZoomLineSearch}. */
export interface ScaleByZoomLineSearchOptions {
  /** The largest number of learning rates that are tried; an integer above 0. @default {20} */
  readonly maxSteps?: ScalarOrSchedule;
  /** The largest learning rate; above 0. @default {Infinity} */
  readonly maxLearningRate?: ScalarOrSchedule;
  /** How far a condition may be missed; not negative. @default {0} */
  readonly tolerance?: ScalarOrSchedule;
  /** What learning rates are multiplied by while the objective still falls; above 1. @default {2} */
  readonly increaseFactor?: ScalarOrSchedule;
  /** The share c1 of the slope at the params by which the objective has to fall. @default {1e-4} */
  readonly slopeTolerance?: ScalarOrSchedule;
  /** The share c2 of the slope at the params that may be left; infinite for no such condition. @default {0.9} */
  readonly curvatureTolerance?: ScalarOrSchedule;
  /** Whether near a minimum, where differences of values are rounding, slopes decide. @default {true} */
  readonly approximateDecrease?: boolean;
  /** How far above the value at the params, as a share of it, a value may lie for that. @default {1e-6} */
  readonly approximateDecreaseTolerance?: ScalarOrSchedule;
  /** The length of the searched interval below which a sufficient decrease is enough. @default {1e-5} */
  readonly intervalThreshold?: ScalarOrSchedule;
  /** The first learning rate that is tried: that of the last step, or 1. @default {"keep"} */
  readonly initialGuess?: "keep" | "one";
}

const SCALE_BY_ZOOM_LINE_SEARCH_OPTIONS = {
  maxSteps: true,
  maxLearningRate: true,
  tolerance: true,
  increaseFactor: true,
  slopeTolerance: true,
  curvatureTolerance: true,
  approximateDecrease: true,
  approximateDecreaseTolerance: true,
  intervalThreshold: true,
  initialGuess: true,
} as const;

/** The state of {@linkcode scaleByZoomLineSearch}. */
export interface ScaleByZoomLineSearchState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByZoomLineSearch";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly maxSteps: number;
    readonly maxLearningRate: number;
    readonly tolerance: number;
    readonly increaseFactor: number;
    readonly slopeTolerance: number;
    readonly curvatureTolerance: number;
    readonly approximateDecreaseTolerance: number;
    readonly intervalThreshold: number;
  };
  /** The learning rate that the last search found; 1 at first, and 0 if there was none to take. */
  readonly learningRate: number;
  /** The value of the objective there; infinite at first. */
  readonly value: number;
  /** The gradients of the objective there; zeros at first. */
  readonly grads: Tree;
  /** How many learning rates the last search tried. */
  readonly steps: number;
  /** How far the last one that was tried missed a sufficient decrease; infinite at first. */
  readonly decreaseError: number;
  /** How far the last one that was tried missed a small slope; infinite at first. */
  readonly curvatureError: number;
}

const STEPS: Domain = {
  text: "an integer above 0",
  includes: (value) => Number.isInteger(value) && value > 0,
};
const POSITIVE_OR_INFINITE: Domain = { text: "a number above 0", includes: (value) => value > 0 };
const ABOVE_ONE: Domain = {
  text: "a finite number above 1",
  includes: (value) => Number.isFinite(value) && value > 1,
};

/**
 * Scales updates u by a learning rate e that meets the strong Wolfe conditions, as
 * `optax.scale_by_zoom_linesearch`:
 *
 * - a sufficient decrease: `f(p + e u) <= f(p) + c1 e <g, u>`, or near a minimum by slopes (Hager and Zhang 2006)
 * - a small slope: `|<g(p + e u), u>| <= c2 |<g, u>|`
 *
 * Where the two cannot be met in `maxSteps`, the best learning rate with a sufficient decrease is taken, else the
 * last one that was tried, and none where the objective is not finite there. The updates have to point downhill,
 * so that the transform stands after `scaleByLearningRate`, and outside of `masked` and `groups`, in which the
 * objective would be called with holes. Nocedal and Wright 1999, algorithms 3.5 and 3.6.
 *
 * It needs the extras `value` and `valueFn`, and takes the gradients at the params as `grads`, else it computes them.
 * The search looks at numbers and calls the objective as often as those ask for: inside of `compile` that is an
 * error. Compile the objective and its gradient instead.
 *
 * @throws {TypeError} If an option is of another type, or in a step, an extra is missing or values are traced.
 * @throws {RangeError} If an option is outside of its range.
 *
 * @example
 * ```ts
 * import { square, sum, tensor, type Tensor, valueAndGrad } from "@weft/weft";
 * import { chain, scaleByZoomLineSearch, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const valueFn = (p: { x: Tensor }) => sum(square(p.x));
 * const optimizer = chain(sgd({ learningRate: 1 }), scaleByZoomLineSearch());
 * const params = { x: tensor([1, 2]) };
 * const { value, gradient } = valueAndGrad(valueFn)(params);
 * const extra = { value, grads: gradient, valueFn };
 * const { params: next } = optimizer.step(optimizer.init(params), gradient, params, extra);
 * assertEquals(next.x.toArray(), [0, 0]);
 * ```
 */
export function scaleByZoomLineSearch(
  options: ScaleByZoomLineSearchOptions = {},
): Transform<unknown, ScaleByZoomLineSearchState, LineSearchExtra> {
  checkOptionNames("scaleByZoomLineSearch", options, SCALE_BY_ZOOM_LINE_SEARCH_OPTIONS);
  const name = "scaleByZoomLineSearch";
  const { approximateDecrease = true, initialGuess = "keep" } = options;
  const hyperparameters = checkedHyperparameters(options);
  if (initialGuess !== "keep" && initialGuess !== "one") {
    throw new RangeError(`${name} expects initialGuess "keep" or "one" but got ${String(initialGuess)}`);
  }
  return transform<ScaleByZoomLineSearchState, LineSearchExtra>({
    name,
    hyperparameters,
    init: (params) => ({
      learningRate: 1,
      value: Infinity,
      grads: zerosLikeTree(params),
      steps: 0,
      decreaseError: Infinity,
      curvatureError: Infinity,
    }),
    update({ state, grads: updates, params, extra, hyperparameters }) {
      checkEager(name, [state.learningRate, ...Object.values(hyperparameters)]);
      const line = lineOf(name, { updates, params, extra });
      // A search that had no learning rate to take leaves nothing to go on with.
      const guess = initialGuess === "one" || state.learningRate === 0 ? 1 : state.learningRate;
      const found = zoomSearch(line, { ...hyperparameters, approximateDecrease, guess });
      const { learningRate, value, grads } = found.point;
      const { steps, decreaseError, curvatureError } = found;
      return {
        state: { learningRate, value, grads, steps, decreaseError, curvatureError },
        updates: zipLeaves(name, [updates], (u) => multiply(u, learningRate)),
      };
    },
  });
}

function checkedHyperparameters(
  options: ScaleByZoomLineSearchOptions,
): { readonly [K in keyof ScaleByZoomLineSearchState["hyperparameters"]]: ScalarOrSchedule } {
  const {
    maxSteps = 20,
    maxLearningRate = Infinity,
    tolerance = 0,
    increaseFactor = 2,
    slopeTolerance = 1e-4,
    curvatureTolerance = 0.9,
    approximateDecreaseTolerance = 1e-6,
    intervalThreshold = 1e-5,
  } = options;
  const check = (option: string, value: unknown, domain: Domain): void =>
    checkScalar("scaleByZoomLineSearch", option, value, domain);
  check("maxSteps", maxSteps, STEPS);
  check("maxLearningRate", maxLearningRate, POSITIVE_OR_INFINITE);
  check("tolerance", tolerance, NOT_NEGATIVE);
  check("increaseFactor", increaseFactor, ABOVE_ONE);
  check("slopeTolerance", slopeTolerance, POSITIVE);
  check("curvatureTolerance", curvatureTolerance, POSITIVE_OR_INFINITE);
  check("approximateDecreaseTolerance", approximateDecreaseTolerance, NOT_NEGATIVE);
  check("intervalThreshold", intervalThreshold, NOT_NEGATIVE);
  return {
    maxSteps,
    maxLearningRate,
    tolerance,
    increaseFactor,
    slopeTolerance,
    curvatureTolerance,
    approximateDecreaseTolerance,
    intervalThreshold,
  };
}
