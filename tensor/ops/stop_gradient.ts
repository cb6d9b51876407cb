/**
 * Values that count as constants to gradients.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { copyInto } from "../launch_elementwise.ts";
import { batchInFront } from "../rules.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { checkTensor } from "../check_tensor.ts";
import type { Tensor } from "../tensor.ts";

const stopGradientPrimitive: Primitive = definePrimitive({
  name: "stopGradient",
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  view: (x) => ({ shape: x.shape, strides: x.strides, offset: x.offset }),
  execute: ([x], [output], _, machine) => copyInto(x, output, machine),
  pullback: null,
  batch: batchInFront,
});

/**
 * The same value, through which no gradient flows.
 *
 * @example
 * ```ts
 * import { grad, multiply, stopGradient, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(grad((x) => multiply(stopGradient(x), x))(tensor(3)).item(), 3);
 * ```
 */
export function stopGradient(x: Tensor): Tensor {
  checkTensor("stopGradient", x);
  return apply(stopGradientPrimitive, [x], {});
}
