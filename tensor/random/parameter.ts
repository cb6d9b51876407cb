/**
 * Parameters of distributions.
 *
 * @module
 */
import { cast } from "../ops/cast.ts";
import { floating } from "../ops/convert.ts";
import { broadcastTo } from "../ops/broadcast_to.ts";
import { broadcastShapes, type Shape } from "../shape.ts";
import { constantTensor } from "../make_tensor.ts";
import { Tensor, type TensorLike } from "../tensor.ts";

/** A parameter as a tensor of the dtype of the samples. */
export function parameter(operation: string, value: TensorLike, dtype: "float32" | "float64"): Tensor {
  if (typeof value === "number") {
    return constantTensor(dtype, [], dtype === "float32" ? Math.fround(value) : value);
  }
  return cast(floating(operation, value), dtype);
}

/** Parameters of the shape of the samples: the one given, or the one that all broadcast to. */
export function parameters(
  operation: string,
  values: readonly TensorLike[],
  shape: Shape | undefined,
  dtype: "float32" | "float64",
): { readonly shape: Shape; readonly tensors: readonly Tensor[] } {
  const given = values.map((value) => parameter(operation, value, dtype));
  const common = shape ?? broadcastShapes(operation, ...given.map((x) => x.shape));
  return { shape: common, tensors: given.map((x) => x.rank === 0 ? x : broadcastTo(x, common)) };
}

/** Throws where a number is not above 0; the values of tensors are not read. */
export function checkPositive(operation: string, name: string, value: TensorLike): void {
  if (!(value instanceof Tensor) && typeof value === "number" && !(value > 0)) {
    throw new RangeError(`${operation} expects ${name} above 0 but got ${value}`);
  }
}
