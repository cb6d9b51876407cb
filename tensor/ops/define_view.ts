/**
 * Primitives whose output is the input's storage under another layout.
 *
 * @module
 */
import { copyInto } from "../launch_elementwise.ts";
import type { BatchRule } from "../rules.ts";
import type { Operand } from "../machine.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import type { Layout, Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

function copyAll(
  inputs: readonly Operand[],
  layout: Layout,
  output: Operand,
  machine: Parameters<typeof copyInto>[2],
) {
  copyInto({ ...pick(inputs[0]), ...layout }, output, machine);
}

/** An operand without what else a tensor has. */
export function pick(x: Operand): Operand {
  return { dtype: x.dtype, shape: x.shape, strides: x.strides, offset: x.offset, storage: x.storage };
}

/** A primitive whose output is the input's storage under another layout. */
export function defineView<A extends object>(
  name: string,
  shape: (input: Shape, attributes: A) => Shape,
  layout: (input: Layout, shape: Shape, attributes: A) => Layout,
  pullback: (g: Tensor, x: Tensor, attributes: A) => Tensor,
  batch: BatchRule<A>,
): Primitive<A> {
  return definePrimitive<A>({
    name,
    infer: ([x], attributes) => [{ dtype: x.dtype, shape: shape(x.shape, attributes) }],
    view: (x, attributes) => layout(x, shape(x.shape, attributes), attributes),
    execute(inputs, [output], attributes, machine) {
      copyAll(inputs, layout(inputs[0], output.shape, attributes), output, machine);
    },
    pullback: { rule: ([g], { inputs, attributes }) => [pullback(g, inputs[0], attributes)] },
    batch,
  });
}
