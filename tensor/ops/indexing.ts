/**
 * Reading and adding at positions that a tensor of integers holds.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { type DType, isInteger } from "../dtype.ts";
import { mergeAxes } from "../elementwise.ts";
import { gatheringLoopOf, scatteringLoopOf } from "../kernel_choice.ts";
import { alongAxisKernel, type Outside } from "../kernels/gather.ts";
import { contiguousOperand, wordsOf } from "../operand.ts";
import {
  type BatchContext,
  definePrimitive,
  type Machine,
  type Operand,
  type Primitive,
} from "../primitive.ts";
import {
  broadcastShapes,
  checkShape,
  equalShapes,
  formatShape,
  normalizeAxis,
  type Shape,
  sizeOf,
} from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { add, multiply } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { equal, greaterEqual, less, logicalAnd } from "./comparison.ts";
import { asTensor } from "./convert.ts";
import { arange, type CreateOptions } from "./create.ts";
import { where } from "./selection.ts";
import { broadcastTo, expandDims, reshape, transpose } from "./structure.ts";

/** Work of a chunk, in elements that are read or added. */
const CHUNK = 32768;

function positions(operation: string, indices: TensorLike): Tensor {
  const tensor = asTensor(operation, indices, "int32");
  if (!isInteger(tensor.dtype)) {
    throw new TypeError(
      `${operation} expects indices of dtype int32, uint32 or uint8 but got ${describe(tensor)}`,
    );
  }
  return tensor;
}

interface Take {
  readonly axis: number;
  readonly outside: Outside;
}

const takePrimitive: Primitive<Take> = definePrimitive<Take>({
  name: "take",
  infer: ([x, indices], { axis }) => [{
    dtype: x.dtype,
    shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)],
  }],
  execute([x, indices], [output], { axis, outside }, machine) {
    const source = wordsOf(x);
    const outer = mergeAxes(x.shape.slice(0, axis), [source.strides.slice(0, axis)]);
    const inner = mergeAxes(source.shape.slice(axis + 1), [source.strides.slice(axis + 1)]);
    const list = contiguousOperand(indices, machine);
    const [count, size] = [sizeOf(indices.shape), sizeOf(inner.shape)];
    const together = inner.shape.length === 0 || (inner.shape.length === 1 && inner.strides[0][0] === 1);
    const kernel = gatheringLoopOf({
      dtype: source.dtype,
      indices: list.dtype,
      outer: outer.shape.length,
      inner: inner.shape.length,
      outside,
    }, together);
    const numbers = [
      count,
      x.shape[axis],
      source.strides[axis],
      size,
      ...outer.shape,
      ...outer.strides[0],
      ...inner.shape,
      ...inner.strides[0],
    ];
    const total = size === 0 ? 0 : sizeOf(outer.shape) * count;
    const grain = Math.max(1, Math.round(CHUNK / Math.max(1, size)));
    machine.launch(kernel, [source, list, wordsOf(output)], numbers, total, grain);
  },
  pullback: {
    rule: ([g], { inputs: [x, indices], attributes: { axis } }) => [
      apply(scatterAddPrimitive, [g, indices], { axis, extent: x.shape[axis] }),
      null,
    ],
  },
  batch: {
    rule(context) {
      const { inputs: [x, indices], batched, size, attributes: { axis, outside }, apply } = context;
      if (!batched[1]) return apply([x, indices], { axis: axis + 1, outside });
      if (!batched[0]) return [moveAxis(apply([x, indices], { axis, outside })[0], axis, 0)];
      // All examples as one axis, in which each has positions of its own.
      const first = moveAxis(x, axis + 1, 1);
      const extent = first.shape[1];
      const flat = reshape(first, [size * extent, ...first.shape.slice(2)]);
      const [parts] = apply([flat, positionsOfAll(context, extent)], { axis: 0, outside });
      return [moveAxes(parts, 1, indices.rank - 1, axis + 1)];
    },
  },
});

/** Options of `take`. */
export interface TakeOptions {
  /** The axis that is read from, negative from the end; 0 by default. */
  readonly axis?: number;
}

/**
 * The parts of `x` at `indices` along an axis, in whose place the axes of `indices` stand: a tensor of shape
 * `[...x.shape[0 to axis], ...indices.shape, ...x.shape[after axis]]`. Negative indices count from the end. An
 * index outside of the axis is no error, as it may not be known yet: it reads NaN, the least int32, the greatest
 * uint32 or uint8, or true, and takes no gradient. So does `jnp.take`. Gradients of repeated indices add up.
 *
 * @throws {TypeError} If the indices are not integers.
 * @throws {RangeError} If `x` has no such axis.
 *
 * @example Rows of a table
 * ```ts
 * import { take, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const table = tensor([[1, 2], [3, 4], [5, 6]]);
 * assertEquals(take(table, tensor([2, 0], { dtype: "int32" })).toArray(), [[5, 6], [1, 2]]);
 * assertEquals(take(table, -1, { axis: 1 }).toArray(), [2, 4, 6]);
 * ```
 */
export function take(x: Tensor, indices: TensorLike, options: TakeOptions = {}): Tensor {
  const tensor = asTensor("take", x);
  const axis = normalizeAxis("take", options.axis ?? 0, tensor.rank);
  return apply(takePrimitive, [tensor, positions("take", indices)], { axis, outside: "missing" });
}

interface ScatterAdd {
  readonly axis: number;
  readonly extent: number;
}

const scatterAddPrimitive: Primitive<ScatterAdd> = definePrimitive<ScatterAdd>({
  name: "scatterAdd",
  infer: ([x, indices], { axis, extent }) => [{
    dtype: x.dtype,
    shape: [...x.shape.slice(0, axis), extent, ...x.shape.slice(axis + indices.shape.length)],
  }],
  execute([x, indices], [output], { axis, extent }, machine) {
    const count = sizeOf(indices.shape);
    const size = sizeOf(output.shape.slice(axis + 1));
    const total = sizeOf(output.shape.slice(0, axis)) * size;
    // Sixteen neighbours share a cache line, so a chunk takes no fewer columns.
    const grain = Math.max(16, Math.round(CHUNK / (count + extent + 1)));
    machine.launch(
      scatteringLoopOf(x.dtype, indices.dtype),
      [contiguousOperand(x, machine), contiguousOperand(indices, machine), output],
      [count, extent, size],
      total,
      grain,
    );
  },
  pullback: {
    rule: ([g], { inputs: [_, indices], attributes: { axis } }) => [
      apply(takePrimitive, [g, indices], { axis, outside: "zero" }),
      null,
    ],
  },
  batch: {
    rule(context) {
      const { batched, size, attributes: { axis, extent }, apply, all } = context;
      if (!batched[1]) return apply(context.inputs, { axis: axis + 1, extent });
      const [updates, indices] = all();
      const first = moveAxes(updates, axis + 1, indices.rank - 1, 1);
      const [sums] = apply([first, positionsOfAll(context, extent)], { axis: 0, extent: size * extent });
      return [moveAxis(reshape(sums, [size, extent, ...sums.shape.slice(1)]), 1, axis + 1)];
    },
  },
});

/** Options of `scatterAdd`. */
export interface ScatterAddOptions {
  /** The extent of the axis in the result. */
  readonly extent: number;
  /** The axis where the axes of `indices` start in `updates`, negative from the end of the result; 0 by default. */
  readonly axis?: number;
}

/**
 * Zeros to which the parts of `updates` are added at `indices` along an axis: the transpose of `take`. The
 * updates have the shape `[...outer, ...indices.shape, ...inner]`, the result `[...outer, extent, ...inner]`.
 * Parts with equal indices add up in their order; negative indices count from the end; parts with an index
 * outside of the axis are dropped. It is `zeros.at[indices].add(updates)` of JAX.
 *
 * @throws {TypeError} If the indices are not integers, or the updates not numbers.
 * @throws {RangeError} If the shape of the updates does not hold that of the indices at the axis.
 *
 * @example Sums by segment
 * ```ts
 * import { scatterAdd, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const segments = tensor([0, 2, 0], { dtype: "int32" });
 * assertEquals(scatterAdd(tensor([1, 2, 3]), segments, { extent: 3 }).toArray(), [4, 0, 2]);
 * ```
 */
export function scatterAdd(updates: Tensor, indices: TensorLike, options: ScatterAddOptions): Tensor {
  const tensor = asTensor("scatterAdd", updates);
  if (tensor.dtype === "bool" || tensor.dtype === "key") {
    throw new TypeError(`scatterAdd expects updates that are numbers but got ${describe(tensor)}`);
  }
  const list = positions("scatterAdd", indices);
  const { extent } = options;
  checkShape("scatterAdd", [extent]);
  const rank = tensor.rank - list.rank + 1;
  const axis = normalizeAxis("scatterAdd", options.axis ?? 0, Math.max(0, rank));
  if (!equalShapes(tensor.shape.slice(axis, axis + list.rank), list.shape)) {
    throw new RangeError(
      `scatterAdd expects updates that hold the shape of the indices at axis ${axis} but got ${
        formatShape(tensor.shape)
      } and ${formatShape(list.shape)}`,
    );
  }
  return apply(scatterAddPrimitive, [tensor, list], { axis, extent });
}

/** The axis at `from` moved to `to`. */
function moveAxis(x: Tensor, from: number, to: number): Tensor {
  return moveAxes(x, from, 1, to);
}

/** The `count` axes from `from` on moved so that they start at `to`. */
function moveAxes(x: Tensor, from: number, count: number, to: number): Tensor {
  const order = Array.from({ length: x.rank }, (_, i) => i);
  const moved = order.splice(from, count);
  order.splice(to, 0, ...moved);
  return transpose(x, order);
}

/** The positions of each example in an axis of `extent` as positions in the axis of all examples. */
function positionsOfAll(
  { inputs: [_, indices], batched, size }: BatchContext<object>,
  extent: number,
): Tensor {
  const list = cast(batched[1] ? indices : broadcastTo(indices, [size, ...indices.shape]), "int32");
  const found = where(less(list, 0), add(list, extent), list);
  const starts = reshape(multiply(arange(size, { dtype: "int32" }), extent), [
    size,
    ...found.shape.slice(1).map(() => 1),
  ]);
  const inside = logicalAnd(greaterEqual(found, 0), less(found, extent));
  return where(inside, add(found, starts), size * extent);
}

/** Launches the loop along one axis in which every line has positions of its own. */
function launchAlongAxis(
  add: boolean,
  operands: readonly [Operand, Operand, Operand],
  { axis, outside, extent }: { readonly axis: number; readonly outside: Outside; readonly extent: number },
  machine: Machine,
): void {
  const [, indices] = operands;
  const others = (list: readonly number[]): number[] => list.filter((_, i) => i !== axis);
  const { shape, strides } = mergeAxes(others(indices.shape), operands.map((x) => others(x.strides)));
  const count = indices.shape[axis];
  const lines = count === 0 && !add ? 0 : sizeOf(shape);
  machine.launch(
    alongAxisKernel(add, operands[0].dtype, indices.dtype, shape.length, outside),
    operands,
    [count, extent, ...operands.map((x) => x.strides[axis]), ...shape, ...strides.flat()],
    lines,
    Math.max(1, Math.round(CHUNK / (count + (add ? extent : 0) + 1))),
  );
}

const takeAlongAxisPrimitive: Primitive<Take> = definePrimitive<Take>({
  name: "takeAlongAxis",
  infer: ([x, indices]) => [{ dtype: x.dtype, shape: indices.shape }],
  execute([x, indices], [output], { axis, outside }, machine) {
    launchAlongAxis(false, [x, indices, output], { axis, outside, extent: x.shape[axis] }, machine);
  },
  pullback: {
    rule: ([g], { inputs: [x, indices], attributes: { axis } }) => [
      apply(scatterAddAlongAxisPrimitive, [g, indices], { axis, extent: x.shape[axis] }),
      null,
    ],
  },
  batch: {
    rule: ({ all, attributes: { axis, outside }, apply }) => apply(all(), { axis: axis + 1, outside }),
  },
});

const scatterAddAlongAxisPrimitive: Primitive<ScatterAdd> = definePrimitive<ScatterAdd>({
  name: "scatterAddAlongAxis",
  infer: ([x], { axis, extent }) => [{ dtype: x.dtype, shape: withExtent(x.shape, axis, extent) }],
  execute([x, indices], [output], { axis, extent }, machine) {
    launchAlongAxis(true, [x, indices, output], { axis, outside: "zero", extent }, machine);
  },
  pullback: {
    rule: ([g], { inputs: [_, indices], attributes: { axis } }) => [
      apply(takeAlongAxisPrimitive, [g, indices], { axis, outside: "zero" }),
      null,
    ],
  },
  batch: { rule: ({ all, attributes: { axis, extent }, apply }) => apply(all(), { axis: axis + 1, extent }) },
});

function withExtent(shape: Shape, axis: number, extent: number): number[] {
  return shape.map((old, i) => i === axis ? extent : old);
}

/**
 * For each line along `axis` the elements at the line's own indices: `result[i, j] = x[i, indices[i, j]]` for
 * axis 1. The other axes broadcast. Negative indices and those outside of the axis are as in `take`.
 *
 * @throws {TypeError} If the indices are not integers, or `x` holds random keys.
 * @throws {RangeError} If the ranks differ or the other axes do not broadcast.
 *
 * @example The score of each label
 * ```ts
 * import { takeAlongAxis, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scores = tensor([[1, 2], [3, 4]]);
 * const labels = tensor([[1], [0]], { dtype: "int32" });
 * assertEquals(takeAlongAxis(scores, labels, 1).toArray(), [[2], [3]]);
 * ```
 */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis: number): Tensor {
  const tensor = asTensor("takeAlongAxis", x);
  const list = positions("takeAlongAxis", indices);
  if (tensor.dtype === "key") {
    throw new TypeError(`takeAlongAxis expects numbers but got random keys ${describe(tensor)}`);
  }
  if (tensor.rank !== list.rank) {
    throw new RangeError(
      `takeAlongAxis expects indices of rank ${tensor.rank} for ${describe(tensor)} but got ${
        describe(list)
      }`,
    );
  }
  const at = normalizeAxis("takeAlongAxis", axis, tensor.rank);
  const shape = broadcastShapes(
    "takeAlongAxis",
    withExtent(tensor.shape, at, 1),
    withExtent(list.shape, at, 1),
  );
  return apply(
    takeAlongAxisPrimitive,
    [
      broadcastTo(tensor, withExtent(shape, at, tensor.shape[at])),
      broadcastTo(list, withExtent(shape, at, list.shape[at])),
    ],
    { axis: at, outside: "missing" },
  );
}

/**
 * A new last axis of extent `classes` with 1 at each index and 0 elsewhere; an index outside, a negative one too,
 * gives zeros. float32 unless a dtype is given.
 *
 * @throws {TypeError} If the indices are not integers.
 * @throws {RangeError} If `classes` is not a positive integer.
 *
 * @example
 * ```ts
 * import { oneHot, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = tensor([1, 0], { dtype: "int32" });
 * assertEquals(oneHot(labels, 3).toArray(), [[0, 1, 0], [1, 0, 0]]);
 * ```
 */
export function oneHot(indices: TensorLike, classes: number, options: CreateOptions = {}): Tensor {
  const list = positions("oneHot", indices);
  if (!Number.isInteger(classes) || classes < 1) {
    throw new RangeError(
      `oneHot expects the number of classes to be a positive integer but got ${String(classes)}`,
    );
  }
  const dtype: DType = options.dtype ?? "float32";
  return cast(equal(expandDims(list, -1), arange(classes, { dtype: "int32" })), dtype);
}
