/**
 * Tensors copied into row-major order where they are not in it.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { copyInto } from "../launch_elementwise.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { batchInFront } from "../rules.ts";
import { isContiguous } from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import type { Tensor } from "../tensor.ts";

const contiguousPrimitive: Primitive = definePrimitive({
  name: "contiguous",
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  view: (x) => isContiguous(x.shape, x.strides) ? x : null,
  execute: ([x], [output], _, machine) => copyInto(x, output, machine),
  pullback: { rule: ([g]) => [g] },
  batch: batchInFront,
});

/** The same elements, row-major in storage without gaps: the tensor itself, or a copy. */
export function contiguous(x: Tensor): Tensor {
  checkTensor("contiguous", x);
  return apply(contiguousPrimitive, [x], {});
}
