/**
 * The inner product of two trees.
 *
 * @module
 */

import { add, multiply, sum, Tensor, tensor, tree } from "../tensor/mod.ts";

/** The sum of the products of all elements that both trees have, a scalar; 0 of nothing. */
export function innerProduct(operation: string, a: unknown, b: unknown): Tensor {
  let total: Tensor | null = null;
  tree.zip(operation, [a, b], ([x, y]) => {
    if (!(x instanceof Tensor) || !(y instanceof Tensor)) return null;
    const product = sum(multiply(x, y));
    total = total === null ? product : add(total, product);
    return null;
  });
  return total ?? tensor(0);
}
