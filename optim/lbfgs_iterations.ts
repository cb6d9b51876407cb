/**
 * The iterations of L-BFGS within a step.
 *
 * @module
 */

import { abs, add, multiply, subtract, sum, type Tensor } from "../tensor/mod.ts";
import { dot, largestOf, movedAlong } from "./leaf_vector.ts";
import type { Tree } from "./leaves.ts";
import { strongWolfe, type WolfePoint } from "./strong_wolfe.ts";

/** What goes on from one iteration to the next; vectors have the elements of all leaves one after another. */
export interface LbfgsProgress {
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

/** What iterations are made with. */
export interface LbfgsSettings {
  /** See `IteratedLbfgsOptions`. */
  readonly learningRate: number;
  /** See `IteratedLbfgsOptions`. */
  readonly maxIterations: number;
  /** See `IteratedLbfgsOptions`. */
  readonly maxEvaluations: number;
  /** See `IteratedLbfgsOptions`. */
  readonly toleranceGrad: number;
  /** See `IteratedLbfgsOptions`. */
  readonly toleranceChange: number;
  /** See `IteratedLbfgsOptions`. */
  readonly historySize: number;
  /** See `IteratedLbfgsOptions`. */
  readonly lineSearch: "strongWolfe" | null;
}

/** Where the iterations are. */
export interface LbfgsPlace {
  /** The params. */
  readonly params: Tree;
  /** The value of the objective. */
  readonly value: number;
  /** The gradient, as one vector. */
  readonly gradient: Tensor;
}

/** The iterations of a step. */
export function iterateLbfgs(
  start: LbfgsPlace,
  before: LbfgsProgress,
  settings: LbfgsSettings,
  evaluate: (params: Tree) => LbfgsPlace,
): LbfgsProgress & { readonly place: LbfgsPlace } {
  const { learningRate, maxIterations, maxEvaluations, toleranceGrad, toleranceChange } = settings;
  let [own, place, evaluations]: [LbfgsProgress, LbfgsPlace, number] = [before, start, 1];
  const isFlat = ({ gradient }: LbfgsPlace): boolean => largestOf(gradient) <= toleranceGrad;
  const finish = (): LbfgsProgress & { readonly place: LbfgsPlace } => ({
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
      const places = new Map<number, LbfgsPlace>();
      const pointAt = (t: number): WolfePoint => {
        const there = evaluate(movedAlong(from, direction, t));
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
      const params = movedAlong(from, direction, length);
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
function turned(own: LbfgsProgress, gradient: Tensor, { historySize }: LbfgsSettings): LbfgsProgress {
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
