/**
 * The search for a step that meets the strong Wolfe conditions, on numbers.
 *
 * @module
 */

import { type Line, type LinePoint, violation } from "./line_search.ts";

/** What a search is asked for, and where it starts. */
export interface ZoomSearchOptions {
  /** The first learning rate that is tried. */
  readonly guess: number;
  /** The largest number of learning rates that are tried. */
  readonly maxSteps: number;
  /** The largest learning rate. */
  readonly maxLearningRate: number;
  /** How far a condition may be missed. */
  readonly tolerance: number;
  /** What the learning rate is multiplied by while a step downhill is not yet bracketed. */
  readonly increaseFactor: number;
  /** The share of the slope at the start by which the objective has to fall. */
  readonly slopeTolerance: number;
  /** The share of the slope at the start that may be left. */
  readonly curvatureTolerance: number;
  /** Whether a slope condition may stand for the decrease near a minimum. */
  readonly approximateDecrease: boolean;
  /** How far above the start, as a share of it, the value may lie for that. */
  readonly approximateDecreaseTolerance: number;
  /** The length of a bracket below which the search gives up. */
  readonly intervalThreshold: number;
}

/** What a search found. */
export interface ZoomSearchResult {
  /** Where it ended. */
  readonly point: LinePoint;
  /** How many learning rates were tried. */
  readonly steps: number;
  /** How far the last one missed a sufficient decrease. */
  readonly decreaseError: number;
  /** How far the last one missed a small slope. */
  readonly curvatureError: number;
}

/** A bracket: `low` has the smaller value, on whichever side, and `reference` is a point for the cubic. */
interface Bracket {
  readonly low: LinePoint;
  readonly high: LinePoint;
  readonly reference: LinePoint;
}

/**
 * Finds a learning rate at which the objective has fallen enough and its slope is small, as optax's
 * `zoom_linesearch`: larger ones are tried until a bracket holds such a place, then smaller ones inside of it.
 * Nocedal and Wright 1999, algorithms 3.5 and 3.6; Hager and Zhang 2006 for the approximate decrease.
 */
export function zoomSearch({ start, pointAt }: Line, options: ZoomSearchOptions): ZoomSearchResult {
  const { maxSteps, maxLearningRate, tolerance } = options;
  let bracket: Bracket | null = null;
  // The best place so far where at least the decrease is enough; the start if there is none.
  let safe = start;
  let last = start;
  for (let steps = 1;; steps++) {
    const previous = last;
    const tooSmall = bracket !== null &&
      Math.abs(bracket.high.learningRate - bracket.low.learningRate) <= options.intervalThreshold;
    const wanted: number = bracket !== null
      ? middleOf(bracket)
      : steps === 1
      ? options.guess
      : options.increaseFactor * previous.learningRate;
    last = pointAt(bracket === null ? Math.min(wanted, maxLearningRate) : wanted);
    const decreaseError = decreaseErrorOf(start, last, options);
    const curvatureError = violation(
      Math.abs(last.slope) - options.curvatureTolerance * Math.abs(start.slope),
    );
    const isMet = Math.max(decreaseError, curvatureError) <= tolerance;
    let isDone = isMet;
    if (bracket === null) {
      if (decreaseError <= tolerance) safe = last;
      bracket = bracketOf(previous, last, decreaseError > 0 || (last.value >= previous.value && steps > 1));
      // The largest learning rate falls enough: only larger ones could have a smaller slope.
      isDone ||= wanted >= maxLearningRate && bracket === null;
    } else {
      if (decreaseError <= tolerance && last.value < safe.value) safe = last;
      bracket = narrowed(bracket, last, decreaseError > 0 || last.value >= bracket.low.value);
    }
    const result = { steps, decreaseError, curvatureError };
    if (isDone) return { point: last, ...result };
    if (steps >= maxSteps || (tooSmall && safe.learningRate > 0)) {
      const isOutside = decreaseError === Infinity;
      return { point: safe.learningRate > 0 || isOutside ? safe : last, ...result };
    }
  }
}

function decreaseErrorOf(start: LinePoint, point: LinePoint, options: ZoomSearchOptions): number {
  const { slopeTolerance, approximateDecrease, approximateDecreaseTolerance } = options;
  const exact = point.value - start.value - slopeTolerance * point.learningRate * start.slope;
  if (!approximateDecrease) return violation(exact);
  const bySlope = point.slope - (2 * slopeTolerance - 1) * start.slope;
  const byValue = point.value - start.value - approximateDecreaseTolerance * Math.abs(start.value);
  return violation(Math.min(Math.max(bySlope, byValue), exact));
}

/** The bracket between two places that followed each other; null while the objective still falls. */
function bracketOf(previous: LinePoint, last: LinePoint, isTooFar: boolean): Bracket | null {
  if (isTooFar) return { low: previous, high: last, reference: previous };
  return last.slope >= 0 ? { low: last, high: previous, reference: last } : null;
}

function narrowed({ low, high }: Bracket, middle: LinePoint, isHigh: boolean): Bracket {
  if (isHigh) return { low, high: middle, reference: high };
  const turns = middle.slope * (high.learningRate - low.learningRate) >= 0;
  return turns ? { low: middle, high: low, reference: high } : { low: middle, high, reference: low };
}

/** Where a cubic through the bracket has its minimum, else a parabola, else the middle. */
function middleOf({ low, high, reference }: Bracket): number {
  const [a, b] = [low.learningRate, high.learningRate];
  const isInside = (x: number, margin: number): boolean =>
    x > Math.min(a, b) + margin * Math.abs(b - a) && x < Math.max(a, b) - margin * Math.abs(b - a);
  const cubic = cubicMinimum(low, high, reference);
  if (isInside(cubic, 0.2)) return cubic;
  const quadratic = quadraticMinimum(low, high);
  return isInside(quadratic, 0.1) ? quadratic : (a + b) / 2;
}

/** The minimum of the cubic that goes through three places, with the slope of the first; NaN where it has none. */
function cubicMinimum(first: LinePoint, second: LinePoint, third: LinePoint): number {
  const toSecond = second.learningRate - first.learningRate;
  const toThird = third.learningRate - first.learningRate;
  const scale = (toSecond * toThird) ** 2 * (toSecond - toThird);
  const beyondSecond = second.value - first.value - first.slope * toSecond;
  const beyondThird = third.value - first.value - first.slope * toThird;
  const cube = (toThird ** 2 * beyondSecond - toSecond ** 2 * beyondThird) / scale;
  const square = (toSecond ** 3 * beyondThird - toThird ** 3 * beyondSecond) / scale;
  const root = Math.sqrt(square * square - 3 * cube * first.slope);
  return first.learningRate + (root - square) / (3 * cube);
}

/** The minimum of the parabola that goes through two places, with the slope of the first. */
function quadraticMinimum(first: LinePoint, second: LinePoint): number {
  const length = second.learningRate - first.learningRate;
  const square = (second.value - first.value - first.slope * length) / length ** 2;
  return first.learningRate - first.slope / (2 * square);
}
