/**
 * The leaves of a tree as one vector.
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
  sum,
  Tensor,
  tree,
  zeros,
} from "../tensor/mod.ts";
import type { Tree } from "./leaves.ts";

/** The inner product of two vectors. */
export function dot(a: Tensor, b: Tensor): number {
  return sum(multiply(a, b)).item();
}

/** The size of the largest element. */
export function largestOf(x: Tensor): number {
  return max(abs(x)).item();
}

/** The dtype in which the elements of all leaves fit. */
export function vectorDtype(params: Tree): DType {
  return tree.leaves(params).some((leaf) => (leaf as Tensor).dtype === "float64") ? "float64" : "float32";
}

/** How many elements all leaves have. */
export function vectorSize(params: Tree): number {
  return tree.leaves(params).reduce((total: number, leaf) => total + (leaf as Tensor).size, 0);
}

/** The elements of the gradients of all params in one vector; zeros where a leaf has none. */
export function vectorOf(params: Tree, grads: Tree): Tensor {
  const dtype = vectorDtype(params);
  const parts: Tensor[] = [];
  tree.zip("vectorOf", [params, grads], ([param, grad]) => {
    const { size } = param as Tensor;
    parts.push(grad instanceof Tensor ? cast(reshape(grad, [size]), dtype) : zeros([size], { dtype }));
    return null;
  });
  return concatenate(parts);
}

/** The params moved along a direction. */
export function movedAlong(params: Tree, direction: Tensor, t: number): Tree {
  let offset = 0;
  return tree.map(params, (leaf) => {
    const param = leaf as Tensor;
    const part = reshape(slice(direction, [[offset, offset + param.size]]), param.shape);
    offset += param.size;
    return cast(add(param, multiply(part, t)), param.dtype);
  });
}
