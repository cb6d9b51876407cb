/**
 * Tensors of one value.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { checkTensor } from "../check_tensor.ts";
import { constantTensor } from "../make_tensor.ts";
import { checkShape, type Shape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { cast } from "./cast.ts";
import { asTensor } from "./convert.ts";
import { checkDType, CREATE_OPTIONS, type CreateOptions, element } from "./create.ts";

/**
 * A tensor filled with one value, which takes no memory until it is changed.
 *
 * @example
 * ```ts
 * import { full } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(full([2], 7).toArray(), [7, 7]);
 * ```
 */
export function full(shape: Shape, value: TensorLike, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("full", options, CREATE_OPTIONS);
  return filledWith("full", shape, value, options);
}

function filledWith(operation: string, shape: Shape, value: TensorLike, options: CreateOptions): Tensor {
  checkShape(operation, shape);
  const dtype = checkDType(operation, options.dtype ?? (value instanceof Tensor ? value.dtype : "float32"));
  if (typeof value === "number") {
    return constantTensor(dtype, [...shape], element(operation, value, dtype));
  }
  return broadcastTo(cast(asTensor(operation, value, dtype), dtype), shape);
}

/** A tensor of zeros, which takes no memory until it is changed. */
export function zeros(shape: Shape, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("zeros", options, CREATE_OPTIONS);
  return filledWith("zeros", shape, 0, options);
}

/** A tensor of ones, which takes no memory until it is changed. */
export function ones(shape: Shape, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("ones", options, CREATE_OPTIONS);
  return filledWith("ones", shape, 1, options);
}

/** Zeros of another tensor's shape and dtype. */
export function zerosLike(x: Tensor): Tensor {
  checkTensor("zerosLike", x);
  return constantTensor(checkDType("zerosLike", x.dtype), x.shape, 0);
}

/** Ones of another tensor's shape and dtype. */
export function onesLike(x: Tensor): Tensor {
  checkTensor("onesLike", x);
  return constantTensor(checkDType("onesLike", x.dtype), x.shape, 1);
}
