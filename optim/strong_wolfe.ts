/**
 * The line search of torch's LBFGS.
 *
 * @module
 */

import type { Tensor } from "../tensor/mod.ts";

/** The objective at one place of a line. */
export interface WolfePoint {
  /** How far along the direction. */
  readonly t: number;
  /** The value of the objective. */
  readonly value: number;
  /** The gradient, as one vector. */
  readonly gradient: Tensor;
  /** The derivative along the direction. */
  readonly slope: number;
}

/** What a search is made with. */
export interface StrongWolfeOptions {
  /** Value and gradient at a place. */
  readonly pointAt: (t: number) => WolfePoint;
  /** The place of the params. */
  readonly start: WolfePoint;
  /** The first place that is tried. */
  readonly guess: number;
  /** The size of the largest entry of the direction. */
  readonly largest: number;
  /** Rounds a place to the precision of the params. */
  readonly round: (t: number) => number;
  /** How short a bracket may be, times the largest entry of the direction. */
  readonly toleranceChange: number;
}

/** What a search found. */
export interface StrongWolfeResult {
  /** Where it ended. */
  readonly point: WolfePoint;
  /** How often the objective was evaluated. */
  readonly evaluations: number;
}

const [DECREASE, CURVATURE, MAX_STEPS] = [1e-4, 0.9, 25];

/** The minimum of the cubic through two points with their slopes, within bounds; the middle where it has none. */
function cubicMinimum(a: WolfePoint, b: WolfePoint, bounds?: readonly [number, number]): number {
  const [low, high] = bounds ?? (a.t <= b.t ? [a.t, b.t] : [b.t, a.t]);
  const d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const minimum = a.t <= b.t
    ? b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
    : a.t - (a.t - b.t) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2));
  return Math.min(Math.max(minimum, low), high);
}

/** Two ends of a bracket, of which the first has the smaller value; one end where a search is done. */
type Bracket = readonly [low: WolfePoint, high: WolfePoint] | readonly [done: WolfePoint];

/**
 * Finds a place where the strong Wolfe conditions hold, as `strong_wolfe` of torch's LBFGS does it: places further
 * and further are tried, by cubics, until a bracket holds such a place, and then the bracket is made shorter.
 */
export function strongWolfe(options: StrongWolfeOptions): StrongWolfeResult {
  const { start } = options;
  const isSteep = ({ t, value }: WolfePoint): boolean => value > start.value + DECREASE * t * start.slope;
  const isFlat = ({ slope }: WolfePoint): boolean => Math.abs(slope) <= -CURVATURE * start.slope;
  const { bracket, steps } = bracketOf(options, isSteep, isFlat);
  return bracket.length === 1
    ? { point: bracket[0], evaluations: steps + 1 }
    : shortened(options, bracket, steps, isSteep, isFlat);
}

type Condition = (point: WolfePoint) => boolean;

function ordered(a: WolfePoint, b: WolfePoint): Bracket {
  return a.value <= b.value ? [a, b] : [b, a];
}

function bracketOf(
  { pointAt, start, guess, round }: StrongWolfeOptions,
  isSteep: Condition,
  isFlat: Condition,
): { readonly bracket: Bracket; readonly steps: number } {
  let [before, point] = [start, pointAt(guess)];
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    if (isSteep(point) || (steps > 1 && point.value >= before.value)) {
      return { bracket: ordered(before, point), steps };
    }
    if (isFlat(point)) return { bracket: [point], steps };
    if (point.slope >= 0) return { bracket: ordered(before, point), steps };
    const bounds = [point.t + 0.01 * (point.t - before.t), point.t * 10] as const;
    const next = round(cubicMinimum(before, point, bounds));
    [before, point] = [point, pointAt(next)];
  }
  return { bracket: ordered(start, point), steps: MAX_STEPS };
}

function shortened(
  { pointAt, largest, round, toleranceChange }: StrongWolfeOptions,
  bracket: readonly [WolfePoint, WolfePoint],
  stepsBefore: number,
  isSteep: Condition,
  isFlat: Condition,
): StrongWolfeResult {
  let [low, high] = bracket;
  let [steps, isStuck] = [stepsBefore, false];
  while (steps < MAX_STEPS && Math.abs(high.t - low.t) * largest >= toleranceChange) {
    const [least, most] = [Math.min(low.t, high.t), Math.max(low.t, high.t)];
    // The cubic is the same whichever end comes first, but for its rounding.
    let t = round(cubicMinimum(low, high));
    const margin = 0.1 * (most - least);
    const isNearEnd = Math.min(most - t, t - least) < margin;
    if (isNearEnd && (isStuck || t >= most || t <= least)) {
      t = round(Math.abs(t - most) < Math.abs(t - least) ? most - margin : least + margin);
      isStuck = false;
    } else isStuck = isNearEnd;
    const point = pointAt(t);
    steps++;
    if (isSteep(point) || point.value >= low.value) {
      [low, high] = ordered(low, point) as readonly [WolfePoint, WolfePoint];
      continue;
    }
    const isDone = isFlat(point);
    if (!isDone && point.slope * (high.t - low.t) >= 0) high = low;
    low = point;
    if (isDone) break;
  }
  return { point: low, evaluations: steps + 1 };
}
