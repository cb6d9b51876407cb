/**
 * Numbers computed over all leaves of a tree.
 *
 * @module
 */

import { add, cast, multiply, sum, type Tensor, tree, zeros } from "../tensor/mod.ts";
import type { Tree } from "./leaves.ts";

/** The dtype of numbers that describe a whole tree: float64 if a leaf is, else float32. */
export function scalarDType(params: Tree): "float32" | "float64" {
  return tree.leaves(params).some((leaf) => (leaf as Tensor).dtype === "float64") ? "float64" : "float32";
}

/**
 * The sum of all elements of `f(...leaves)` over the leaves that every tree has; holes have no part in it.
 */
export function sumLeaves(
  operation: string,
  dtype: "float32" | "float64",
  trees: readonly [Tree, ...Tree[]],
  f: (...leaves: Tensor[]) => Tensor,
): Tensor {
  let total: Tensor | null = null;
  tree.zip(operation, trees, (leaves) => {
    if (leaves.includes(null)) return null;
    const term = cast(sum(f(...leaves as Tensor[])), dtype);
    total = total === null ? term : add(total, term);
    return null;
  });
  return total ?? zeros([], { dtype });
}

/** A leaf times a scalar tensor, in the dtype of the leaf. */
export function timesScalar(leaf: Tensor, scalar: Tensor): Tensor {
  return multiply(leaf, cast(scalar, leaf.dtype));
}
