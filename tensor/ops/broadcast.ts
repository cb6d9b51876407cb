/**
 * Tensors brought to one shape.
 *
 * @module
 */
import { broadcastShapes as together, type Shape } from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { asTensor } from "./convert.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { reshape } from "./reshape.ts";

/**
 * All operands under the shape that they broadcast to, as views.
 *
 * @throws {RangeError} If the shapes do not broadcast together.
 *
 * @example
 * ```ts
 * import { broadcastArrays, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [x, y] = broadcastArrays(tensor([[1], [2]]), tensor([3, 4]));
 * assertEquals([x.toArray(), y.toArray()], [[[1, 1], [2, 2]], [[3, 4], [3, 4]]]);
 * ```
 */
export function broadcastArrays(...operands: readonly TensorLike[]): Tensor[] {
  const tensors = operands.map((x) => asTensor("broadcastArrays", x));
  if (tensors.length === 0) return [];
  const shape = together("broadcastArrays", ...tensors.map((x) => x.shape));
  return tensors.map((x) => broadcastTo(x, shape));
}

/** The shape that shapes broadcast to. */
export function broadcastShapes(...shapes: readonly Shape[]): Shape {
  return shapes.length === 0 ? [] : together("broadcastShapes", ...shapes);
}

function atLeast(operation: string, x: TensorLike, shape: (shape: Shape) => Shape): Tensor {
  const tensor = asTensor(operation, x);
  checkTensor(operation, tensor);
  return reshape(tensor, shape(tensor.shape));
}

/**
 * A scalar as one axis of extent 1; other tensors as they are.
 *
 * @example
 * ```ts
 * import { atLeast1d } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(atLeast1d(3).shape, [1]);
 * ```
 */
export function atLeast1d(x: TensorLike): Tensor {
  return atLeast("atLeast1d", x, (shape) => shape.length === 0 ? [1] : shape);
}

/** A tensor of at least two axes: a vector becomes a row. */
export function atLeast2d(x: TensorLike): Tensor {
  return atLeast("atLeast2d", x, (shape) => shape.length >= 2 ? shape : [1, shape[0] ?? 1]);
}

/** A tensor of at least three axes: a vector [n] becomes [1, n, 1], a matrix [m, n] becomes [m, n, 1]. */
export function atLeast3d(x: TensorLike): Tensor {
  return atLeast(
    "atLeast3d",
    x,
    (shape) => shape.length >= 3 ? shape : shape.length === 2 ? [...shape, 1] : [1, shape[0] ?? 1, 1],
  );
}
