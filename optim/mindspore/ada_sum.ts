/**
 * MindSpore's adaptive sum of gradients.
 *
 * @module
 */

import {
  add,
  divide,
  equal,
  multiply,
  square,
  subtract,
  sum,
  type Tensor,
  tree,
  where,
} from "../../tensor/mod.ts";
import { zipLeaves } from "../leaves.ts";

/**
 * The adaptive sum of gradients, or of changes of params, of several workers: what `AdaSumByGradWrapCell` and
 * `AdaSumByDeltaWeightWrapCell` exchange, as a pure function. Of two, leaf by leaf,
 *
 * `adaSum(a, b) = (1 - a.b / (2 |a|^2)) a + (1 - a.b / (2 |b|^2)) b`
 *
 * which is the sum where they are orthogonal, and their mean where they are the same. Of more it is that of the adaptive
 * sums of both halves, neighbours first. A leaf of zeros adds nothing. Maleki et al. 2020.
 *
 * @param gradients Trees of one structure, as many as a power of two.
 * @throws {TypeError} If they are no list, or differ in structure.
 * @throws {RangeError} If their number is not a power of two.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const orthogonal = mindspore.adaSum([{ x: tensor([1, 0]) }, { x: tensor([0, 3]) }]);
 * const same = mindspore.adaSum([{ x: tensor([1, 2]) }, { x: tensor([1, 2]) }]);
 * assertEquals([orthogonal.x.toArray(), same.x.toArray()], [[1, 3], [1, 2]]);
 * ```
 */
export function adaSum<T>(gradients: readonly T[]): T {
  if (!Array.isArray(gradients)) {
    throw new TypeError(`adaSum expects a list of gradients but got ${tree.describe(gradients)}`);
  }
  const count = gradients.length;
  if (count === 0 || !Number.isInteger(Math.log2(count))) {
    throw new RangeError(`adaSum expects as many gradients as a power of two but got ${count}`);
  }
  if (count === 1) return gradients[0];
  const [first, second] = [gradients.slice(0, count / 2), gradients.slice(count / 2)].map(adaSum);
  return zipLeaves("adaSum", [first, second], sumOfTwo) as T;
}

function sumOfTwo(a: Tensor, b: Tensor): Tensor {
  const product = sum(multiply(a, b));
  return add(multiply(a, share(product, a)), multiply(b, share(product, b)));
}

/** How much of a gradient there is in the sum. */
function share(product: Tensor, x: Tensor): Tensor {
  const squares = multiply(sum(square(x)), 2);
  return subtract(1, divide(product, where(equal(squares, 0), 1, squares)));
}
