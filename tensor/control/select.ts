/**
 * Choosing whole tensors for each example of a batch.
 *
 * @module
 */
import { where } from "../ops/selection.ts";
import { broadcastTo } from "../ops/broadcast_to.ts";
import { reshape } from "../ops/reshape.ts";
import { keyData, wrapKeyData } from "../random/key.ts";
import type { Tensor } from "../tensor.ts";

/** For each example of a batch `a` where the condition of shape [batch] holds, else `b`. */
export function select(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  if (a.dtype === "key") return wrapKeyData(select(condition, keyData(a), keyData(b)));
  const mask = reshape(condition, [...condition.shape, ...a.shape.slice(1).map(() => 1)]);
  return where(mask, a, b);
}

/** A tensor with the batch axis first: itself, or repeated where all examples share it. */
export function asBatch(x: Tensor, batched: boolean, size: number): Tensor {
  return batched ? x : broadcastTo(x, [size, ...x.shape]);
}
