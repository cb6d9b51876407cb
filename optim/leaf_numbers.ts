/**
 * Trees with a number at each leaf of the params, such as how many steps the leaf has taken.
 *
 * @module
 */

import { host, type Tensor, tree } from "../tensor/mod.ts";
import type { Tree } from "./leaves.ts";

/** A number for each leaf. Inside of `compile` they stand for numbers: compute with `host`. */
export type NumberTree =
  | number
  | null
  | undefined
  | readonly NumberTree[]
  | { readonly [key: string]: NumberTree };

/** One number for every leaf of the params. */
export function leafNumbers(params: Tree, value: number): NumberTree {
  return tree.map<unknown>(params, () => value) as NumberTree;
}

/** The numbers after a step: those of leaves that have a gradient become `next` of them, others stay. */
export function advanceNumbers(
  operation: string,
  numbers: NumberTree,
  grads: Tree,
  next: (number: number) => number,
): NumberTree {
  return tree.zip(
    operation,
    [numbers, grads],
    ([number, grad]) => grad === null ? number : next(number as number),
  );
}

/** The numbers with one added for each leaf that has a gradient. */
export function countGradients(operation: string, numbers: NumberTree, grads: Tree): NumberTree {
  return advanceNumbers(operation, numbers, grads, (number) => host((n) => n + 1, number));
}

/** `f(leaves, number)` for each leaf that all of the trees have; where one has a hole the first tree stays. */
export function zipNumbers<T>(
  operation: string,
  trees: readonly [T, ...unknown[]],
  numbers: NumberTree,
  f: (leaves: readonly Tensor[], number: number) => Tensor,
): T {
  return tree.zip(
    operation,
    [...trees, numbers],
    (leaves) =>
      leaves.includes(null) ? leaves[0] : f(leaves.slice(0, -1) as Tensor[], leaves.at(-1) as number),
  );
}

/** `f` of the numbers that trees of one structure have at each leaf. */
export function mapNumbers(
  trees: readonly [NumberTree, ...NumberTree[]],
  f: (numbers: readonly number[]) => number,
): NumberTree {
  return tree.zip("mapNumbers", trees, (numbers) => f(numbers as readonly number[]));
}
