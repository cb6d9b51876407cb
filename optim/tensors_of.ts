/**
 * The leaves of a tree that has to hold tensors alone.
 *
 * @module
 */

import { Tensor, tree } from "../tensor/mod.ts";

/** The tensors of a tree; throws where a leaf is anything else. */
export function tensorsOf(operation: string, values: unknown): Tensor[] {
  return tree.entries(values).map(({ path, value }) => {
    if (value instanceof Tensor) return value;
    throw new TypeError(
      `${operation} expects tensors but got ${tree.describe(value)} at ${path || "the root"}`,
    );
  });
}
