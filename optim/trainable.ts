/**
 * Which leaves an optimizer trains.
 *
 * @module
 */

import { tree } from "../tensor/mod.ts";
import { erase } from "./assemble.ts";
import { frozenLeaves } from "./frozen.ts";
import { checkParams } from "./leaves.ts";
import type { AnyTransform } from "./transform_type.ts";

/**
 * A tree of booleans like the params: false for the leaves that an optimizer leaves as they are, whatever their
 * gradients. Given to `grad` or `valueAndGrad` as `trainable`, no gradients are computed for those leaves: their
 * gradients are holes, which every transform skips. Those leaves then have no part in a global norm either.
 *
 * A leaf is frozen where `setToZero`, `freeze`, `masked` with a rest of "zero" or a group of one of these is the last
 * to touch it. In a chain only the last transform counts, for one before it, such as weight decay, may still move
 * the leaf.
 *
 * @throws {TypeError} If the first argument is no transform, or a leaf of the params is not a tensor.
 *
 * @example A frozen stem
 * ```ts
 * import { multiply, sum, tensor, type Tensor, valueAndGrad } from "@weft/weft";
 * import { groups, rest, setToZero, sgd, trainable } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = groups([
 *   { name: "frozen", select: "stem", transform: setToZero() },
 *   { name: "head", select: rest, transform: sgd({ learningRate: 1 }) },
 * ]);
 * const params = { stem: tensor([1, 2]), head: tensor([3, 4]) };
 * const loss = (p: { stem: Tensor; head: Tensor }) => sum(multiply(p.stem, p.head));
 * const { gradient } = valueAndGrad(loss, { trainable: trainable(optimizer, params) })(params);
 * assertEquals([gradient.stem, gradient.head.toArray()], [null as unknown, [1, 2]]);
 * ```
 */
export function trainable<P>(transform: AnyTransform, params: P): P {
  const inner = erase("trainable", transform);
  checkParams("trainable", params);
  const frozen = frozenLeaves(inner, params);
  return tree.map(frozen, (isFrozen) => isFrozen !== true) as P;
}
