/**
 * Adding updates to params.
 *
 * @module
 */

import { add, cast, type Tensor } from "../tensor/mod.ts";
import { zipLeaves } from "./leaves.ts";
import { SparseLeaf } from "./sparse_gradient.ts";

/** Whether every element is known to be 0 without looking at memory. */
function isZero(update: Tensor): boolean {
  return update.storage === null && update.node === null && update.constant === 0;
}

/**
 * `params + updates`, leaf by leaf, in the dtype of the params. Holes of either tree are skipped, and a leaf
 * whose update is zero by construction, as that of a frozen one, is passed on without a copy.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { applyUpdates } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = applyUpdates({ x: tensor([1, 2]) }, { x: tensor([-1, 1]) });
 * assertEquals(params.x.toArray(), [0, 3]);
 * ```
 */
export function applyUpdates<P>(params: P, updates: unknown): P {
  return zipLeaves(
    "applyUpdates",
    [params, updates],
    (param, given) => {
      const update = (given as unknown) instanceof SparseLeaf
        ? (given as unknown as SparseLeaf).dense(param)
        : given;
      return isZero(update) ? param : cast(add(param, update), param.dtype);
    },
  );
}
