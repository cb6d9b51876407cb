/**
 * Sparse gradients in which rows are named more than once.
 *
 * @module
 */

import { add, take, type Tensor, tensor, tree } from "../tensor/mod.ts";
import { knownValue } from "../tensor/tensor.ts";
import type { Tree } from "./leaves.ts";
import { SparseLeaf } from "./sparse_gradient.ts";

/** Rows of a gradient, each of them once. */
export interface SparseRound {
  /** The gradient of the whole table, zeros in other rows. */
  readonly dense: Tensor;
  /** Which rows there are, of a shape that broadcasts to the table's. */
  readonly touched: Tensor;
}

/** How rows that are named more than once are taken. */
export interface SparseRoundsOptions {
  /** Whether they add up, in one round; else there are as many rounds as the most frequent row has places. */
  readonly merges: boolean;
}

/**
 * A sparse gradient as rounds in which each row is there at most once: the first time that a row is named is in the
 * first round, and so on.
 *
 * @throws {TypeError} If rows do not add up and are not known, as inside of `compile`.
 */
export function sparseRounds(
  operation: string,
  leaf: SparseLeaf,
  param: Tensor,
  { merges }: SparseRoundsOptions,
): readonly SparseRound[] {
  if (merges) return [{ dense: leaf.dense(param), touched: leaf.touched(param) }];
  if (knownValue(leaf.indices) === null) {
    throw new TypeError(
      `${operation} expects rows that are known, unless they add up, but got those of a recording`,
    );
  }
  const rows = Array.from(leaf.indices.data(), Number);
  const seen = new Map<number, number>();
  const rounds: number[][] = [];
  rows.forEach((row, place) => {
    const round = seen.get(row) ?? 0;
    seen.set(row, round + 1);
    (rounds[round] ??= []).push(place);
  });
  return rounds.map((places) => {
    const indices = tensor(places.map((place) => rows[place]), { dtype: "int32" });
    const values = take(leaf.values, tensor(places, { dtype: "int32" }));
    const part = new SparseLeaf({ indices, values });
    return { dense: part.dense(param), touched: part.touched(param) };
  });
}

/** A tree of `f` of each gradient; of a sparse one the sum of `f` of its rounds. */
export function sumOfRounds(
  operation: string,
  grads: Tree,
  params: Tree,
  options: SparseRoundsOptions & { readonly of: (g: Tensor) => Tensor },
): Tree {
  return tree.zip(operation, [grads, params], ([grad, param]) => {
    const g: unknown = grad;
    if (!(g instanceof SparseLeaf)) return options.of(g as Tensor);
    return sparseRounds(operation, g, param as Tensor, options).map(({ dense }) => options.of(dense)).reduce((
      a,
      b,
    ) => add(a, b));
  });
}
