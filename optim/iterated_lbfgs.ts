/**
 * L-BFGS that iterates within a step.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { cast, subtract, type Tensor, tree, valueAndGrad, zeros } from "../tensor/mod.ts";
import { checkChoice, checkNumber, checkScalar, COUNT, FINITE, WHOLE } from "./checks.ts";
import { iterateLbfgs, type LbfgsProgress } from "./lbfgs_iterations.ts";
import { vectorDtype, vectorOf, vectorSize } from "./leaf_vector.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { checkEager } from "./line_search.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";
import { checkValue } from "./value.ts";

/** Options of {@linkcode iteratedLbfgs}. */
export interface IteratedLbfgsOptions {
  /** The length of a step along its direction, or with a line search the first that is tried. @default {1} */
  readonly learningRate?: ScalarOrSchedule;
  /** The largest number of iterations in a step. @default {20} */
  readonly maxIterations?: number;
  /** The number of evaluations in a step that ends it; by default a quarter more than iterations. */
  readonly maxEvaluations?: number;
  /** The largest entry of a gradient that is taken for zero. @default {1e-7} */
  readonly toleranceGrad?: number;
  /** The change of the objective or of the params that is taken for none. @default {1e-9} */
  readonly toleranceChange?: number;
  /** How many past iterations the inverse Hessian is made from. @default {100} */
  readonly historySize?: number;
  /** How the length along a direction is found; null for the learning rate. @default {null} */
  readonly lineSearch?: "strongWolfe" | null;
}

const ITERATED_LBFGS_OPTIONS = {
  learningRate: true,
  maxIterations: true,
  maxEvaluations: true,
  toleranceGrad: true,
  toleranceChange: true,
  historySize: true,
  lineSearch: true,
} as const;

/** What {@linkcode iteratedLbfgs} needs beside the gradients. */
export interface ObjectiveValueExtra {
  /** The value of the objective at the params, a scalar. */
  readonly value: Tensor | number;
  /** The objective, a function of params that returns a scalar. */
  readonly valueFn: (params: never) => Tensor;
}

/** The state of {@linkcode iteratedLbfgs}. */
export interface IteratedLbfgsState extends TransformState, LbfgsProgress {
  /** The name of the function that made the transform. */
  readonly kind: "iteratedLbfgs";
  /** What the last step used. */
  readonly hyperparameters: { readonly learningRate: number };
}

/**
 * L-BFGS as `torch.optim.LBFGS` has it: a step goes through up to `maxIterations` iterations, each along the product of
 * an inverse Hessian, made from the past ones, and the gradient, by the learning rate or as far as a line search finds.
 * The first iteration of all goes `min(1, 1 / |g|_1)` of the learning rate. It descends by itself: no learning rate
 * comes after it. It looks at values, so that it does not compile; compile the objective instead.
 *
 * Liu and Nocedal 1989; the line search is that of minFunc, Schmidt 2005.
 *
 * @throws {TypeError} If an option is of another type; when used, if the value or the objective is missing, or inside of
 * `compile`.
 * @throws {RangeError} If a number is outside of its domain.
 *
 * @example
 * ```ts
 * import { square, sum, tensor, type Tensor, valueAndGrad } from "@weft/weft";
 * import { iteratedLbfgs } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const valueFn = (p: { x: Tensor }) => sum(square(p.x.subtract(tensor([1, 2]))));
 * const optimizer = iteratedLbfgs({ lineSearch: "strongWolfe" });
 * const params = { x: tensor([5, -3]) };
 * const { value, gradient } = valueAndGrad(valueFn)(params);
 * const next = optimizer.step(optimizer.init(params), gradient, params, { value, valueFn });
 * assertAlmostEquals(next.params.x.at(1).item(), 2, 1e-5);
 * ```
 */
export function iteratedLbfgs(
  options: IteratedLbfgsOptions = {},
): Transform<unknown, IteratedLbfgsState, ObjectiveValueExtra> {
  checkOptionNames("iteratedLbfgs", options, ITERATED_LBFGS_OPTIONS);
  const name = "iteratedLbfgs";
  const { learningRate = 1, maxIterations = 20, toleranceGrad = 1e-7, toleranceChange = 1e-9 } = options;
  const { maxEvaluations = Math.floor(maxIterations * 5 / 4), historySize = 100, lineSearch = null } =
    options;
  checkScalar(name, "learningRate", learningRate, FINITE);
  checkNumber(name, "maxIterations", maxIterations, COUNT);
  checkNumber(name, "maxEvaluations", maxEvaluations, COUNT);
  checkNumber(name, "toleranceGrad", toleranceGrad, FINITE);
  checkNumber(name, "toleranceChange", toleranceChange, FINITE);
  checkNumber(name, "historySize", historySize, WHOLE);
  if (lineSearch !== null) checkChoice(name, "lineSearch", lineSearch, ["strongWolfe"]);
  const fixed = { maxIterations, maxEvaluations, toleranceGrad, toleranceChange, historySize, lineSearch };
  return transform<IteratedLbfgsState, ObjectiveValueExtra>({
    name,
    hyperparameters: { learningRate },
    options: { ...fixed, lineSearch: lineSearch ?? "none" },
    init(params) {
      const none = zeros([vectorSize(params)], { dtype: vectorDtype(params) });
      const list = Array.from({ length: historySize }, () => none);
      return {
        evaluations: 0,
        iterations: 0,
        direction: none,
        length: 0,
        gradientChanges: list,
        paramsChanges: list,
        weights: list.map(() => 0),
        diagonal: 1,
        previousGradient: none,
        previousValue: 0,
      };
    },
    update({ state, grads, params, hyperparameters, extra }) {
      if (tree.leaves(params).length === 0) return { state: ownOf(state), updates: grads };
      const objective: unknown = extra?.valueFn;
      if (typeof objective !== "function") {
        throw new TypeError(
          `${name} expects extra.valueFn to be a function of the params but got ${tree.describe(objective)}`,
        );
      }
      const dtype = vectorDtype(params);
      const value = checkValue(name, extra, dtype);
      checkEager(name, [params, grads, value, hyperparameters.learningRate]);
      const start = { params, value: value.item(), gradient: vectorOf(params, grads) };
      const { place, ...own } = iterateLbfgs(
        start,
        ownOf(state),
        { ...fixed, ...hyperparameters },
        (params) => {
          const { value, gradient } = valueAndGrad(objective as (params: Tree) => Tensor)(params);
          return { params, value: value.item(), gradient: vectorOf(params, gradient) };
        },
      );
      const updates = zipLeaves(
        name,
        [grads, place.params, params],
        (g, after, before) => cast(subtract(after, before), g.dtype),
      );
      return { state: own, updates };
    },
  });
}

/** What of a state is not of every transform. */
function ownOf(state: IteratedLbfgsState): LbfgsProgress {
  const { kind: _, count: _count, hyperparameters: _hyperparameters, overrides: _overrides, ...own } = state;
  return own;
}
