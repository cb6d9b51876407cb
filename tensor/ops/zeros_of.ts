/**
 * Zeros that stand for no gradient.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { constantTensor } from "../make_tensor.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** Zeros of a tensor's shape and dtype, without storage. */
export function zerosOf(x: { readonly dtype: DType; readonly shape: Shape }): Tensor {
  return constantTensor(x.dtype, x.shape, 0);
}
