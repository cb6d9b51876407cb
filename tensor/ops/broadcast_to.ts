/**
 * Axes of extent 1 repeated to a larger shape, without a copy.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { defineView } from "./define_view.ts";
import { reshape } from "./reshape.ts";
import type { Primitive } from "../primitive.ts";
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  equalShapes,
  formatShape,
  type Shape,
} from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import { describe, type Tensor } from "../tensor.ts";

const broadcastToPrimitive: Primitive<{ readonly shape: Shape }> = defineView(
  "broadcastTo",
  (_, { shape }) => shape,
  (x, shape) => ({ shape, strides: broadcastStrides(x.shape, x.strides, shape), offset: x.offset }),
  (g) => g,
  {
    rule({ inputs: [x], size, attributes: { shape }, apply }) {
      const behind = new Array<number>(shape.length + 1 - x.rank).fill(1);
      return apply([reshape(x, [size, ...behind, ...x.shape.slice(1)])], { shape: [size, ...shape] });
    },
  },
);

/**
 * The tensor repeated along new axes and axes of extent 1, as a view.
 *
 * @throws {RangeError} If the shape does not broadcast to the target.
 *
 * @example
 * ```ts
 * import { broadcastTo, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(broadcastTo(tensor([1, 2]), [2, 2]).toArray(), [[1, 2], [1, 2]]);
 * ```
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkTensor("broadcastTo", x);
  checkShape("broadcastTo", shape);
  if (equalShapes(x.shape, shape)) return x;
  if (!equalShapes(broadcastShapes("broadcastTo", x.shape, shape), shape)) {
    throw new RangeError(
      `broadcastTo expects a shape that ${describe(x)} broadcasts to but got ${formatShape(shape)}`,
    );
  }
  return apply(broadcastToPrimitive, [x], { shape });
}
