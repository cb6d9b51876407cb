/**
 * Moving means over the steps: what scalings by moments are written with.
 *
 * @module
 */

import { add, cast, type DType, full, host, multiply, square, zeros } from "../tensor/mod.ts";
import { isFloating } from "../tensor/dtype.ts";
import { mapLeaves, type Tree, zipLeaves } from "./leaves.ts";

/** Throws unless a dtype is left out or holds floating-point numbers. @throws {TypeError} If it does not. */
export function checkDtype(operation: string, option: string, dtype: DType | undefined): void {
  if (dtype === undefined || isFloating(dtype)) return;
  throw new TypeError(`${operation} expects ${option} to be a floating-point dtype but got ${dtype}`);
}

/** Zeros of the shapes of the params, in one dtype or in that of each leaf; they take no memory. */
export function zerosIn(params: Tree, dtype: DType | undefined): Tree {
  return mapLeaves(params, (leaf) => zeros(leaf.shape, { dtype: dtype ?? leaf.dtype }));
}

/** One number all over a tree like the params. */
export function fullLikeTree(params: Tree, value: number): Tree {
  return mapLeaves(params, (leaf) => full(leaf.shape, value, { dtype: leaf.dtype }));
}

/** Each leaf in the dtype that another tree has there: what enters the state keeps the dtype of the state. */
export function castLike<T>(operation: string, values: T, like: unknown): T {
  return zipLeaves(operation, [values, like], (value, { dtype }) => cast(value, dtype));
}

/** `beta m + (1 - beta) x`, leaf by leaf. */
export function movingMean(operation: string, means: Tree, values: Tree, beta: number): Tree {
  const gain = host((b) => 1 - b, beta);
  return zipLeaves(operation, [means, values], (m, x) => add(multiply(m, beta), multiply(x, gain)));
}

/** `beta m + (1 - beta) x^2`, leaf by leaf. */
export function movingSquare(operation: string, means: Tree, values: Tree, beta: number): Tree {
  const gain = host((b) => 1 - b, beta);
  return zipLeaves(operation, [means, values], (m, x) => add(multiply(m, beta), multiply(square(x), gain)));
}

/** `1 / (1 - beta^t)`, in double precision: as a factor it costs no division an element. */
export function biasCorrection(beta: number, step: number): number {
  return host((b, t) => 1 / (1 - b ** t), beta, step);
}

/** How {@linkcode correctedMean} corrects. */
export interface MeanCorrection {
  /** The decay of the mean. */
  readonly beta: number;
  /** The steps in the mean, from 1. */
  readonly step: number;
  /** Whether it looks a step ahead. */
  readonly nesterov: boolean;
}

/**
 * A moving mean of the gradients without its bias to zero: `m / (1 - beta^t)`, and with a look ahead
 * `beta m / (1 - beta^(t + 1)) + (1 - beta) g / (1 - beta^t)`.
 */
export function correctedMean(
  operation: string,
  mean: Tree,
  grads: Tree,
  { beta, step, nesterov }: MeanCorrection,
): Tree {
  if (!nesterov) {
    const correction = biasCorrection(beta, step);
    return zipLeaves(operation, [mean], (m) => multiply(m, correction));
  }
  const ofMean = host((b, t) => b / (1 - b ** (t + 1)), beta, step);
  const ofGrads = host((b, t) => (1 - b) / (1 - b ** t), beta, step);
  return zipLeaves(operation, [mean, grads], (m, g) => add(multiply(m, ofMean), multiply(g, ofGrads)));
}
