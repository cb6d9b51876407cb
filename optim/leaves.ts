/**
 * Trees of tensors, leaf by leaf: what the updates of transforms are written with.
 *
 * @module
 */

import { Tensor, tree, zerosLike } from "../tensor/mod.ts";
import { isFloating } from "../tensor/dtype.ts";
import { formatShape } from "../tensor/shape.ts";
import { describe } from "../tensor/tensor.ts";
import { checkRows, SparseLeaf } from "./sparse_gradient.ts";

/** Tensors in plain arrays and objects nested at will; `null` is a hole that every transform skips. */
export type Tree = Tensor | null | undefined | readonly Tree[] | { readonly [key: string]: Tree };

/**
 * A tree of the structure of the first one with `f` of the tensors that all trees have at a leaf. A hole of the
 * first tree stays a hole; where another tree has a hole, the first tree's leaf stays as it is.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { add, tensor } from "@weft/weft";
 * import { zipLeaves } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const sums = zipLeaves("example", [{ a: tensor([1]), b: null }, { a: tensor([2]), b: null }], (x, y) => add(x, y));
 * assertEquals(sums.a.toArray(), [3]);
 * ```
 */
export function zipLeaves<T>(
  operation: string,
  trees: readonly [T, ...unknown[]],
  f: (...leaves: Tensor[]) => Tensor,
): T {
  return tree.zip(
    operation,
    trees,
    // The structures agree and holes are passed over, so that only tensors are left.
    (leaves) => leaves.includes(null) ? leaves[0] : f(...leaves as Tensor[]),
  );
}

/** A tree with `f` of each tensor and its path; holes stay holes. */
export function mapLeaves<T>(params: T, f: (leaf: Tensor, path: string) => Tensor): T {
  return tree.map(params, (leaf, path) => f(leaf as Tensor, path));
}

/** A tree of zeros with the structure, shapes and dtypes of another one; zeros take no memory. */
export function zerosLikeTree<T>(params: T): T {
  return mapLeaves(params, (leaf) => zerosLike(leaf));
}

/**
 * Throws unless `params` is a tree of tensors, perhaps with holes.
 *
 * @throws {RangeError} If there is nothing in the tree.
 * @throws {TypeError} If a leaf is not a tensor.
 */
export function checkParams(operation: string, params: unknown): void {
  let empty = true;
  const visit = (value: unknown, path: string): void => {
    if (value === null || (value === undefined && path !== "")) empty = false;
    else if (value === undefined) return;
    else if (tree.isNode(value)) {
      for (const [key, child] of Object.entries(value)) visit(child, path === "" ? key : `${path}/${key}`);
    } else {
      empty = false;
      if (!(value instanceof Tensor)) {
        throw new TypeError(
          `${operation} expects params to be tensors but got ${tree.describe(value)} at ${
            path || "the root"
          }`,
        );
      }
    }
  };
  visit(params, "");
  if (empty) throw new RangeError(`${operation} expects params with at least one leaf but got none`);
}

/**
 * Throws unless the gradients fit the params: one structure, the same shapes, and floating-point tensors. A
 * gradient may be a hole where the params have a leaf, which is then left alone.
 *
 * @throws {TypeError} If the structures differ or a gradient is no floating-point tensor, naming the path.
 * @throws {RangeError} If the shapes differ, naming the path.
 */
export function checkGrads(
  operation: string,
  grads: unknown,
  params: unknown,
  { takesSparse = false }: { readonly takesSparse?: boolean } = {},
): void {
  tree.zip(operation, [params, grads], ([param, grad], path) => {
    if (grad === null) return null;
    const at = path || "the root";
    if (grad instanceof SparseLeaf) {
      checkRows(operation, grad, (param as Tensor).shape, ` at ${at}`);
      if (takesSparse) return null;
      throw new TypeError(`${operation} expects dense gradients but got a sparse one at ${at}`);
    }
    if (!(grad instanceof Tensor) || !isFloating(grad.dtype)) {
      const got = grad instanceof Tensor ? describe(grad) : tree.describe(grad);
      throw new TypeError(`${operation} expects floating-point gradients but got ${got} at ${at}`);
    }
    const { shape } = param as Tensor;
    if (shape.length !== grad.shape.length || shape.some((extent, axis) => extent !== grad.shape[axis])) {
      throw new RangeError(
        `${operation} expects gradients of the params' shapes but got ${formatShape(grad.shape)} for ${
          formatShape(shape)
        } at ${at}`,
      );
    }
    return null;
  });
  tree.zip(operation, [grads, params], ([_, param], path) => {
    if (param !== null) return null;
    throw new TypeError(
      `${operation} expects trees of one structure but got a gradient where params have a hole, at ${
        path || "the root"
      }`,
    );
  });
}
