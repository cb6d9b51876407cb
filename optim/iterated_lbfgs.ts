/**
 * L-BFGS that iterates within a step.
 *
 * @module
 */

import {
  abs,
  add,
  cast,
  concatenate,
  type DType,
  max,
  multiply,
  reshape,
  slice,
  subtract,
  sum,
  Tensor,
  tree,
  valueAndGrad,
  zeros,
} from "../tensor/mod.ts";
import { checkChoice, checkNumber, checkScalar, COUNT, FINITE, NOT_NEGATIVE, WHOLE } from "./checks.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { checkEager } from "./line_search.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { strongWolfe, type WolfePoint } from "./strong_wolfe.ts";
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

/** What {@linkcode iteratedLbfgs} needs beside the gradients. */
export interface ObjectiveValueExtra {
  /** The value of the objective at the params, a scalar. */
  readonly value: Tensor | number;
  /** The objective, a function of params that returns a scalar. */
  readonly valueFn: (params: never) => Tensor;
}

/** The state of {@linkcode iteratedLbfgs}; vectors have the elements of all leaves one after another. */
export interface IteratedLbfgsState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "iteratedLbfgs";
  /** What the last step used. */
  readonly hyperparameters: { readonly learningRate: number };
  /** How often the objective was evaluated in all steps. */
  readonly evaluations: number;
  /** How many iterations all steps had. */
  readonly iterations: number;
  /** The last direction. */
  readonly direction: Tensor;
  /** How far the last iteration went along it. */
  readonly length: number;
  /** How the gradient changed in past iterations, the newest last, after zeros for those that are not there yet. */
  readonly gradientChanges: readonly Tensor[];
  /** How the params changed in them. */
  readonly paramsChanges: readonly Tensor[];
  /** One over the inner product of the two; 0 where there is no iteration yet. */
  readonly weights: readonly number[];
  /** The multiple of the identity that the inverse Hessian starts as. */
  readonly diagonal: number;
  /** The gradient before the last iteration. */
  readonly previousGradient: Tensor;
  /** The value before the last iteration. */
  readonly previousValue: number;
}

interface Settings extends Required<Omit<IteratedLbfgsOptions, "learningRate">> {
  readonly learningRate: number;
}

/** Where the iterations are. */
interface Place {
  readonly params: Tree;
  readonly value: number;
  readonly gradient: Tensor;
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
  const name = "iteratedLbfgs";
  const { learningRate = 1, maxIterations = 20, toleranceGrad = 1e-7, toleranceChange = 1e-9 } = options;
  const { maxEvaluations = Math.floor(maxIterations * 5 / 4), historySize = 100, lineSearch = null } =
    options;
  checkScalar(name, "learningRate", learningRate, FINITE);
  checkNumber(name, "maxIterations", maxIterations, COUNT);
  checkNumber(name, "maxEvaluations", maxEvaluations, COUNT);
  checkNumber(name, "toleranceGrad", toleranceGrad, NOT_NEGATIVE);
  checkNumber(name, "toleranceChange", toleranceChange, NOT_NEGATIVE);
  checkNumber(name, "historySize", historySize, WHOLE);
  if (lineSearch !== null) checkChoice(name, "lineSearch", lineSearch, ["strongWolfe"]);
  const fixed = { maxIterations, maxEvaluations, toleranceGrad, toleranceChange, historySize, lineSearch };
  return transform<IteratedLbfgsState, ObjectiveValueExtra>({
    name,
    hyperparameters: { learningRate },
    options: { ...fixed, lineSearch: lineSearch ?? "none" },
    init(params) {
      const none = zeros([sizeOf(params)], { dtype: dtypeOf(params) });
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
      const dtype = dtypeOf(params);
      const value = checkValue(name, extra, dtype);
      checkEager(name, [params, grads, value, hyperparameters.learningRate]);
      const start = { params, value: value.item(), gradient: flat(params, grads) };
      const { place, ...own } = iterate(
        start,
        state,
        { ...fixed, ...hyperparameters },
        (params) => {
          const { value, gradient } = valueAndGrad(objective as (params: Tree) => Tensor)(params);
          return { params, value: value.item(), gradient: flat(params, gradient) };
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

type Own = Omit<IteratedLbfgsState, keyof TransformState>;

function ownOf({ kind: _, count: _1, hyperparameters: _2, overrides: _3, ...own }: IteratedLbfgsState): Own {
  return own;
}

/** The iterations of a step. */
function iterate(
  start: Place,
  before: IteratedLbfgsState,
  settings: Settings,
  evaluate: (params: Tree) => Place,
): Own & { readonly place: Place } {
  const { learningRate, maxIterations, maxEvaluations, toleranceGrad, toleranceChange } = settings;
  let [own, place, evaluations] = [ownOf(before), start, 1];
  const isFlat = ({ gradient }: Place): boolean => largestOf(gradient) <= toleranceGrad;
  const finish = (): Own & { readonly place: Place } => ({
    ...own,
    evaluations: before.evaluations + evaluations,
    place,
  });
  if (isFlat(place)) return finish();
  const { dtype } = place.gradient;
  const round = dtype === "float32" ? Math.fround : (x: number): number => x;
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    own = turned(own, place.gradient, settings);
    const { direction } = own;
    const length = own.iterations === 1
      ? round(Math.min(1, round(1 / sum(abs(place.gradient)).item())) * learningRate)
      : learningRate;
    own = { ...own, length, previousGradient: place.gradient, previousValue: place.value };
    const slope = dot(place.gradient, direction);
    if (slope > -toleranceChange) break;
    const from = place.params;
    if (settings.lineSearch === "strongWolfe") {
      const places = new Map<number, Place>();
      const pointAt = (t: number): WolfePoint => {
        const there = evaluate(moved(from, direction, t));
        places.set(t, there);
        return { t, value: there.value, gradient: there.gradient, slope: dot(there.gradient, direction) };
      };
      const first = { t: 0, value: place.value, gradient: place.gradient, slope };
      const largest = largestOf(direction);
      const found = strongWolfe({ pointAt, start: first, guess: length, largest, round, toleranceChange });
      own = { ...own, length: found.point.t };
      place = places.get(found.point.t) ?? place;
      evaluations += found.evaluations;
    } else {
      const params = moved(from, direction, length);
      if (iteration === maxIterations) place = { ...place, params };
      else {
        place = evaluate(params);
        evaluations++;
      }
    }
    const hasMoved = largestOf(multiply(direction, own.length)) > toleranceChange;
    const hasChanged = Math.abs(place.value - own.previousValue) >= toleranceChange;
    if (evaluations >= maxEvaluations || isFlat(place) || !hasMoved || !hasChanged) break;
  }
  return finish();
}

/** The direction of the next iteration, with the last one taken into the history. */
function turned(own: Own, gradient: Tensor, { historySize }: Settings): Own {
  const iterations = own.iterations + 1;
  if (iterations === 1) return { ...own, iterations, direction: multiply(gradient, -1), diagonal: 1 };
  let { gradientChanges, paramsChanges, weights, diagonal } = own;
  const y = subtract(gradient, own.previousGradient);
  const s = multiply(own.direction, own.length);
  const product = dot(y, s);
  if (product > 1e-10) {
    const newest = <T>(list: readonly T[], one: T): readonly T[] => [...list, one].slice(-historySize);
    gradientChanges = newest(gradientChanges, y);
    paramsChanges = newest(paramsChanges, s);
    weights = newest(weights, 1 / product);
    diagonal = product / dot(y, y);
  }
  const known = weights.map((_, i) => i).filter((i) => weights[i] !== 0);
  const shares = new Map<number, number>();
  let q = multiply(gradient, -1);
  for (const i of known.toReversed()) {
    const share = dot(paramsChanges[i], q) * weights[i];
    shares.set(i, share);
    q = add(q, multiply(gradientChanges[i], -share));
  }
  let direction = multiply(q, diagonal);
  for (const i of known) {
    const other = dot(gradientChanges[i], direction) * weights[i];
    direction = add(direction, multiply(paramsChanges[i], shares.get(i)! - other));
  }
  return { ...own, iterations, direction, gradientChanges, paramsChanges, weights, diagonal };
}

function dot(a: Tensor, b: Tensor): number {
  return sum(multiply(a, b)).item();
}

function largestOf(x: Tensor): number {
  return max(abs(x)).item();
}

function dtypeOf(params: Tree): DType {
  return tree.leaves(params).some((leaf) => (leaf as Tensor).dtype === "float64") ? "float64" : "float32";
}

function sizeOf(params: Tree): number {
  return tree.leaves(params).reduce((total: number, leaf) => total + (leaf as Tensor).size, 0);
}

/** The elements of the gradients of all params in one vector; zeros where a leaf has none. */
function flat(params: Tree, grads: Tree): Tensor {
  const dtype = dtypeOf(params);
  const parts: Tensor[] = [];
  tree.zip("iteratedLbfgs", [params, grads], ([param, grad]) => {
    const { size } = param as Tensor;
    parts.push(grad instanceof Tensor ? cast(reshape(grad, [size]), dtype) : zeros([size], { dtype }));
    return null;
  });
  return concatenate(parts);
}

/** The params moved along a direction. */
function moved(params: Tree, direction: Tensor, t: number): Tree {
  let offset = 0;
  return tree.map(params, (leaf) => {
    const param = leaf as Tensor;
    const part = reshape(slice(direction, [[offset, offset + param.size]]), param.shape);
    offset += param.size;
    return cast(add(param, multiply(part, t)), param.dtype);
  });
}
