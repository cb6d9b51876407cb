/**
 * The same elements, in the same order, in another shape.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { copyInto } from "../launch_elementwise.ts";
import { pick } from "./define_view.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import {
  axesInOrder,
  checkShape,
  contiguousStrides,
  equalShapes,
  formatShape,
  normalizeAxes,
  reshapeStrides,
  type Shape,
  sizeOf,
} from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import type { Tensor } from "../tensor.ts";

const reshapePrimitive: Primitive<{ readonly shape: Shape }> = definePrimitive({
  name: "reshape",
  infer: ([x], { shape }) => [{ dtype: x.dtype, shape }],
  view(x, { shape }) {
    const strides = reshapeStrides(x.shape, x.strides, shape);
    return strides === null ? null : { shape, strides, offset: x.offset };
  },
  execute([x], [output], _, machine) {
    copyInto(x, { ...pick(output), shape: x.shape, strides: contiguousStrides(x.shape) }, machine);
  },
  pullback: { rule: ([g], { inputs }) => [reshape(g, inputs[0].shape)] },
  batch: {
    rule: ({ inputs, size, attributes, apply }) => apply(inputs, { shape: [size, ...attributes.shape] }),
  },
});

/**
 * The same elements, row-major, under another shape of the same size. One extent may be -1: it takes the rest.
 * A view where the layout allows.
 *
 * @throws {RangeError} If the sizes differ.
 *
 * @example
 * ```ts
 * import { arange, reshape } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(reshape(arange(6), [2, -1]).toArray(), [[0, 1, 2], [3, 4, 5]]);
 * ```
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor("reshape", x);
  const full = resolveShape(x, shape);
  return equalShapes(full, x.shape) ? x : apply(reshapePrimitive, [x], { shape: full });
}

function resolveShape(x: Tensor, shape: Shape): Shape {
  const open = Array.isArray(shape) ? shape.indexOf(-1) : -1;
  if (open < 0) {
    checkShape("reshape", shape);
    if (sizeOf(shape) !== x.size) {
      throw new RangeError(
        `reshape expects a shape of size ${x.size} but got ${formatShape(x.shape)} to ${formatShape(shape)}`,
      );
    }
    return shape;
  }
  const known = shape.filter((_, i) => i !== open);
  checkShape("reshape", known);
  const rest = x.size / sizeOf(known);
  if (!Number.isInteger(rest)) {
    throw new RangeError(
      `reshape expects a shape that divides size ${x.size} but got ${formatShape(x.shape)} to ${
        formatShape(shape)
      }`,
    );
  }
  return shape.map((extent, i) => i === open ? rest : extent);
}

/** Flattens to one axis. */
export function ravel(x: Tensor): Tensor {
  checkTensor("ravel", x);
  return reshape(x, [x.size]);
}

/**
 * New axes of extent 1 at places of the result, one or several.
 *
 * @throws {RangeError} If the result has no such axis, or an axis is there twice.
 *
 * @example
 * ```ts
 * import { expandDims, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(expandDims(ones([2]), [0, -1]).shape, [1, 2, 1]);
 * ```
 */
export function expandDims(x: Tensor, axes: number | readonly number[]): Tensor {
  checkTensor("expandDims", x);
  const list = typeof axes === "number" ? [axes] : axes;
  const places = normalizeAxes("expandDims", list, x.rank + list.length);
  const rest = [...x.shape];
  return reshape(
    x,
    Array.from({ length: x.rank + list.length }, (_, i) => places.includes(i) ? 1 : rest.shift()!),
  );
}

/** Without the given axes of extent 1, or without all of them. */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  checkTensor("squeeze", x);
  const list = axes === undefined ? undefined : axesInOrder("squeeze", axes, x.rank);
  for (const axis of list ?? []) {
    if (x.shape[axis] !== 1) {
      throw new RangeError(
        `squeeze expects axis ${axis} to have extent 1 but got shape ${formatShape(x.shape)}`,
      );
    }
  }
  return reshape(x, x.shape.filter((extent, i) => list === undefined ? extent !== 1 : !list.includes(i)));
}
