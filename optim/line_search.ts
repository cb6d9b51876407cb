/**
 * What line searches have in common: the objective along the direction of the updates.
 *
 * @module
 */

import { add, cast, multiply, scope, Tensor, tree, valueAndGrad } from "../tensor/mod.ts";
import { isTracedNumber } from "../tensor/host.ts";
import { innerProduct } from "./inner_product.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { checkValue } from "./value.ts";

/** What a line search needs beside the updates. */
export interface LineSearchExtra {
  /** The value of the objective at the params, a scalar. */
  readonly value: Tensor | number;
  /** The gradients of the objective at the params; computed if they are not given. */
  readonly grads?: unknown;
  /** The objective, a function of params that returns a scalar. */
  readonly valueFn: (params: never) => Tensor;
}

/** The objective at one place of the line. */
export interface LinePoint {
  /** How many times the updates were added to the params. */
  readonly learningRate: number;
  /** The value of the objective. */
  readonly value: number;
  /** The derivative of the objective by the learning rate. */
  readonly slope: number;
  /** The gradients of the objective. */
  readonly grads: Tree;
}

/** The objective along the updates. */
export interface Line {
  /** The place of the params. */
  readonly start: LinePoint;
  /** The value at a learning rate. */
  readonly valueAt: (learningRate: number) => number;
  /** Value and gradients at a learning rate. */
  readonly pointAt: (learningRate: number) => LinePoint;
}

/**
 * The objective that the extras of a step have, along its updates.
 *
 * @throws {TypeError} If an extra is missing or of another type, or values are being traced by `compile`.
 */
export function lineOf(
  operation: string,
  { updates, params, extra }: {
    readonly updates: Tree;
    readonly params: Tree;
    readonly extra: LineSearchExtra;
  },
): Line {
  const valueFn: unknown = extra?.valueFn;
  if (typeof valueFn !== "function") {
    throw new TypeError(
      `${operation} expects extra.valueFn to be a function of the params but got ${tree.describe(valueFn)}`,
    );
  }
  const objective = valueFn as (params: Tree) => Tensor;
  const { dtype } = innerProduct(operation, updates, updates);
  const value = checkValue(operation, extra, dtype);
  checkEager(operation, [updates, params, value, extra.grads]);
  const grads = (extra.grads ?? withGradient(objective, params).gradient) as Tree;
  const slopeBy = (gradient: Tree): number => innerProduct(operation, gradient, updates).item();
  const moved = (learningRate: number): Tree =>
    zipLeaves(operation, [params, updates], (p, u) => cast(add(p, multiply(u, learningRate)), p.dtype));
  return {
    start: { learningRate: 0, value: value.item(), slope: slopeBy(grads), grads },
    valueAt: (learningRate) => scope(() => scalar(operation, objective(moved(learningRate)))),
    pointAt: (learningRate) =>
      scope(() => {
        const { value, gradient } = withGradient(objective, moved(learningRate));
        return { learningRate, value: value.item(), slope: slopeBy(gradient), grads: gradient };
      }),
  };
}

/** Value and gradients; where all leaves are masked out there is nothing to differentiate by. */
function withGradient(
  objective: (params: Tree) => Tensor,
  params: Tree,
): { readonly value: Tensor; readonly gradient: Tree } {
  return tree.leaves(params).length === 0
    ? { value: objective(params), gradient: params }
    : valueAndGrad(objective)(params);
}

function scalar(operation: string, value: unknown): number {
  if (value instanceof Tensor && value.rank === 0) return value.item();
  throw new TypeError(
    `${operation} expects extra.valueFn to return a scalar but got ${
      value instanceof Tensor ? `${value.dtype}[${value.shape}]` : tree.describe(value)
    }`,
  );
}

/**
 * Throws where there are no numbers to look at.
 *
 * @throws {TypeError} If a leaf stands for a value that only the compiled program will have.
 */
export function checkEager(operation: string, values: unknown): void {
  const traced = tree.leaves(values).some((leaf) =>
    isTracedNumber(leaf) || (leaf instanceof Tensor && !hasValue(leaf))
  );
  if (!traced) return;
  throw new TypeError(
    `${operation} expects to be called outside of compile, as its search looks at values of the objective, ` +
      "but got values that are being traced; compile the objective instead",
  );
}

function hasValue(x: Tensor): boolean {
  let tensor: Tensor | null = x;
  while (tensor !== null && tensor.node !== null) tensor = tensor.node.value;
  return tensor !== null;
}

/** The violation of a criterion: 0 where it is met, and infinite where it cannot be computed. */
export function violation(error: number): number {
  return Number.isNaN(error) ? Infinity : Math.max(error, 0);
}
