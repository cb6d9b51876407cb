/**
 * Writing into a tensor at positions that another one holds.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { type Scatter, scatterKernel } from "../kernels/scatter.ts";
import { contiguousOperand } from "../operand.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { broadcastShapes, equalShapes, sizeOf } from "../shape.ts";
import { constantTensor } from "../make_tensor.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { add, divide, multiply } from "./arithmetic.ts";
import { movedAxes } from "./axes.ts";
import { cast } from "./cast.ts";
import { equal } from "./comparison.ts";
import { asTensor } from "./convert.ts";
import { placesOfAll, scatterAdd, takeInside } from "./indexing.ts";
import { sequence } from "./positions.ts";
import { where } from "./selection.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { ravel, reshape } from "./reshape.ts";

/** Work of a chunk, in elements that are read or written. */
const CHUNK = 32768;

interface Scattering {
  readonly how: Scatter;
  readonly axis: number;
  /** Whether no position is there twice, which makes gradients simpler. */
  readonly unique: boolean;
}

const scatterPrimitive: Primitive<Scattering> = definePrimitive<Scattering>({
  name: "scatter",
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  execute([x, indices, updates], [output], { how, axis }, machine) {
    const [count, extent] = [sizeOf(indices.shape), x.shape[axis]];
    const size = sizeOf(x.shape.slice(axis + 1));
    machine.launch(
      scatterKernel(how, x.dtype),
      [x, indices, updates].map((operand) => contiguousOperand(operand, machine)).concat(output),
      [count, extent, size],
      sizeOf(x.shape.slice(0, axis)) * size,
      Math.max(16, Math.round(CHUNK / (count + extent + 1))),
    );
  },
  pullback: {
    rule([g], { inputs: [x, indices, updates], outputs: [y], attributes }) {
      const [ofX, ofUpdates] = rules[attributes.how](g, x, indices, updates, y, attributes);
      return [ofX, null, ofUpdates];
    },
  },
  batch: {
    rule(context) {
      const { inputs, batched, size, attributes, apply, all } = context;
      const [x, indices, updates] = all();
      if (!batched[1]) return apply([x, inputs[1], updates], { ...attributes, axis: attributes.axis + 1 });
      // All examples as one axis, in which each has positions of its own.
      const { axis } = attributes;
      const [first, parts] = [
        movedAxes(x, axis + 1, 1, 1),
        movedAxes(updates, axis + 1, indices.rank - 1, 1),
      ];
      const extent = first.shape[1];
      const flat = reshape(first, [size * extent, ...first.shape.slice(2)]);
      const [result] = apply([flat, placesOfAll(indices, extent), parts], { ...attributes, axis: 0 });
      return [movedAxes(reshape(result, first.shape), 1, 1, axis + 1)];
    },
  },
});

type Rule = (
  g: Tensor,
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  y: Tensor,
  attributes: Scattering,
) => readonly [x: Tensor, updates: Tensor];

/** Sums of parts at their positions, in the shape of `x`. */
function sums(parts: Tensor, indices: Tensor, x: Tensor, axis: number): Tensor {
  return scatterAdd(parts, indices, { axis, extent: x.shape[axis], mode: "drop" });
}

const extreme: Rule = (g, x, indices, updates, y, { axis }) => {
  // All that equal the result share its cotangent.
  const own = cast(equal(x, y), g.dtype);
  const other = cast(equal(updates, takeInside(y, indices, axis)), g.dtype);
  const share = divide(g, add(own, sums(other, indices, x, axis)));
  return [where(equal(own, 1), share, 0), where(equal(other, 1), takeInside(share, indices, axis), 0)];
};

const rules: Readonly<Record<Scatter, Rule>> = {
  set(g, x, indices, updates, _, { axis, unique }) {
    const zeros = constantTensor(g.dtype, updates.shape, 0);
    const kept = scattered(g, indices, zeros, { how: "set", axis, unique });
    const taken = takeInside(g, indices, axis);
    if (unique) return [kept, taken];
    // Of several at one place the last one stays, and takes the cotangent.
    const count = indices.size;
    const numbers = reshape(sequence(count, 0, 1, 1, 0), indices.shape);
    const none = constantTensor("int32", [x.shape[axis]], -1);
    const last = takeInside(scattered(none, indices, numbers, { how: "set", axis: 0, unique }), indices, 0);
    const stays = reshape(equal(last, numbers), [
      ...indices.shape,
      ...updates.shape.slice(axis + indices.rank).map(() => 1),
    ]);
    return [kept, where(stays, taken, 0)];
  },
  add: (g, _, indices, __, ___, { axis }) => [g, takeInside(g, indices, axis)],
  multiply(g, x, indices, updates, _, { axis, unique }) {
    if (unique) {
      const factor = scattered(constantTensor(x.dtype, x.shape, 1), indices, updates, {
        how: "set",
        axis,
        unique,
      });
      return [multiply(g, factor), takeInside(multiply(g, x), indices, axis)];
    }
    // The product of the others: over the element where no factor is 0, and for the only 0 the rest.
    const [zero, none] = [equal(updates, 0), equal(x, 0)];
    const zeros = add(cast(none, x.dtype), sums(cast(zero, x.dtype), indices, x, axis));
    const rest = scattered(where(none, 1, x), indices, where(zero, 1, updates), {
      how: "multiply",
      axis,
      unique,
    });
    const others = (element: Tensor, isZero: Tensor, product: Tensor, count: Tensor): Tensor =>
      where(
        isZero,
        where(equal(count, 1), product, 0),
        where(equal(count, 0), divide(product, where(isZero, 1, element)), 0),
      );
    const [products, counts] = [rest, zeros].map((z) => takeInside(z, indices, axis));
    return [
      multiply(g, others(x, none, rest, zeros)),
      multiply(takeInside(g, indices, axis), others(updates, zero, products, counts)),
    ];
  },
  min: extreme,
  max: extreme,
};

/** Applies the primitive: `indices` are int32, and `updates` have the shape that it writes. */
export function scattered(x: Tensor, indices: Tensor, updates: Tensor, attributes: Scattering): Tensor {
  return apply(scatterPrimitive, [x, indices, updates], attributes);
}

/** Updates in the dtype of what they are written into. */
export function updatesOf(operation: string, x: Tensor, updates: TensorLike): Tensor {
  const tensor = asTensor(operation, updates, x.dtype);
  if (x.dtype === "key" || tensor.dtype === "key") {
    throw new TypeError(
      `${operation} expects numbers but got random keys ${describe(x)} and ${describe(tensor)}`,
    );
  }
  if (isFloating(tensor.dtype) && !isFloating(x.dtype)) {
    throw new TypeError(
      `${operation} expects updates that ${describe(x)} can hold but got ${describe(tensor)}`,
    );
  }
  return cast(tensor, x.dtype);
}

/** Writes updates, which broadcast to the shape of `places`, at positions in the flattened tensor. */
export function scatterFlat(
  operation: string,
  x: Tensor,
  places: Tensor,
  updates: TensorLike,
  how: Scatter,
  unique: boolean,
): Tensor {
  const given = updatesOf(operation, x, updates);
  if (!equalShapes(broadcastShapes(operation, places.shape, given.shape), places.shape)) {
    throw new RangeError(
      `${operation} expects updates that broadcast to shape [${places.shape.join(", ")}] but got ${
        describe(given)
      }`,
    );
  }
  const parts = ravel(broadcastTo(given, places.shape));
  return reshape(scattered(ravel(x), ravel(places), parts, { how, axis: 0, unique }), x.shape);
}
