/**
 * Reading and adding parts along an axis at positions that a tensor of integers holds.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { mergeAxes } from "../merge_axes.ts";
import { gatheringLoopOf, scatteringLoopOf } from "../kernel_choice.ts";
import type { Outside } from "../kernels/gather.ts";
import { contiguousOperand } from "../operand.ts";
import { wordsOf } from "../words_of.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { checkShape, equalShapes, formatShape, normalizeAxis, sizeOf } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { add, multiply } from "./arithmetic.ts";
import { movedAxes } from "./axes.ts";
import { cast } from "./cast.ts";
import { asTensor } from "./convert.ts";
import { arange } from "./ranges.ts";
import { checkMode, fromStart, type IndexMode, indicesOf, isInside, placed } from "./index_mode.ts";
import { clip, where } from "./selection.ts";
import { reshape } from "./reshape.ts";

/** Work of a chunk, in elements that are read or added. */
const CHUNK = 32768;

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
    const kernel = gatheringLoopOf(
      {
        dtype: source.dtype,
        indices: list.dtype,
        outer: outer.shape.length,
        inner: inner.shape.length,
        outside,
      },
      size,
      together,
    );
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
      const { inputs: [x, indices], batched, size, attributes: { axis, outside }, apply, all } = context;
      if (!batched[1]) return apply([x, indices], { axis: axis + 1, outside });
      if (!batched[0]) return [movedAxes(apply([x, indices], { axis, outside })[0], axis, 1, 0)];
      // All examples as one axis, in which each has positions of its own.
      const first = movedAxes(x, axis + 1, 1, 1);
      const extent = first.shape[1];
      const flat = reshape(first, [size * extent, ...first.shape.slice(2)]);
      const [parts] = apply([flat, placesOfAll(all()[1], extent)], { axis: 0, outside });
      return [movedAxes(parts, 1, indices.rank - 1, axis + 1)];
    },
  },
});

/** Options of `take`. */
export interface TakeOptions {
  /** The axis that is read from, negative from the end; 0 by default. */
  readonly axis?: number;
  /** What becomes of an index outside of the axis; "error" by default. "clip" takes negative ones to 0, as NumPy. */
  readonly mode?: IndexMode;
  /**
   * What is read outside with "fill": by default NaN, the least int32, the greatest uint32 or uint8, or true, as in
   * JAX.
   */
  readonly fillValue?: TensorLike;
}

const TAKE_OPTIONS = { axis: true, mode: true, fillValue: true } as const;

/**
 * The parts of `x` at `indices` along an axis, in whose place the axes of `indices` stand: a tensor of shape
 * `[...x.shape[0 to axis], ...indices.shape, ...x.shape[after axis]]`. Negative indices count from the end. Gradients of
 * repeated indices add up, and none flows through what is read outside.
 *
 * @throws {TypeError} If the indices are not integers.
 * @throws {RangeError} If `x` has no such axis, or with the mode "error" an index is outside of it.
 *
 * @example Rows of a table
 * ```ts
 * import { take, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const table = tensor([[1, 2], [3, 4], [5, 6]]);
 * assertEquals(take(table, tensor([2, 0], { dtype: "int32" })).toArray(), [[5, 6], [1, 2]]);
 * assertEquals(take(table, -1, { axis: 1 }).toArray(), [2, 4, 6]);
 * assertEquals(take(tensor([1, 2]), 7, { mode: "fill" }).item(), NaN);
 * ```
 */
export function take(x: Tensor, indices: TensorLike, options: TakeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("take", options, TAKE_OPTIONS);
  const { mode = "error", fillValue } = options;
  const tensor = asTensor("take", x);
  const list = indicesOf("take", indices);
  checkMode("take", mode);
  const axis = normalizeAxis("take", options.axis ?? 0, tensor.rank);
  const extent = tensor.shape[axis];
  const found = mode === "clip"
    ? clip(list, { min: 0, max: Math.max(0, extent - 1) })
    : placed("take", list, extent, mode);
  const result = apply(takePrimitive, [tensor, found], { axis, outside: "missing" });
  if (fillValue === undefined || (mode !== "fill" && mode !== "drop")) return result;
  const inside = isInside(fromStart(found, extent), extent);
  const spread = reshape(inside, [...inside.shape, ...tensor.shape.slice(axis + 1).map(() => 1)]);
  return where(spread, result, cast(asTensor("take", fillValue, tensor.dtype), tensor.dtype));
}

interface ScatterAdd {
  readonly axis: number;
  readonly extent: number;
}

const scatterAddPrimitive: Primitive<ScatterAdd> = definePrimitive<ScatterAdd>({
  name: "scatterAdd",
  flops: ([updates]) => sizeOf(updates.shape),
  infer: ([x, indices], { axis, extent }) => [{
    dtype: x.dtype,
    shape: [...x.shape.slice(0, axis), extent, ...x.shape.slice(axis + indices.shape.length)],
  }],
  execute([x, indices], [output], { axis, extent }, machine) {
    const count = sizeOf(indices.shape);
    const size = sizeOf(output.shape.slice(axis + 1));
    const total = sizeOf(output.shape.slice(0, axis)) * size;
    // Sixteen neighbours share a cache line, so a chunk takes no fewer columns.
    const columns = Math.max(16, Math.round(CHUNK / (count + extent + 1)));
    const grain = columns < size ? columns : Math.max(1, size) * Math.ceil(columns / Math.max(1, size));
    machine.launch(
      scatteringLoopOf(x.dtype, indices.dtype, size),
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
      const first = movedAxes(updates, axis + 1, indices.rank - 1, 1);
      const [sums] = apply([first, placesOfAll(all()[1], extent)], { axis: 0, extent: size * extent });
      return [movedAxes(reshape(sums, [size, extent, ...sums.shape.slice(1)]), 1, 1, axis + 1)];
    },
  },
});

/** Options of `scatterAdd`. */
export interface ScatterAddOptions {
  /** The extent of the axis in the result. */
  readonly extent: number;
  /** The axis where the axes of `indices` start in `updates`, negative from the end of the result; 0 by default. */
  readonly axis?: number;
  /** What becomes of an index outside of the axis; "error" by default. */
  readonly mode?: IndexMode;
}

const SCATTER_ADD_OPTIONS = { extent: true, axis: true, mode: true } as const;

/**
 * Zeros to which the parts of `updates` are added at `indices` along an axis: the transpose of `take`. The
 * updates have the shape `[...outer, ...indices.shape, ...inner]`, the result `[...outer, extent, ...inner]`.
 * Parts with equal indices add up in their order; negative indices count from the end. It is
 * `zeros.at[indices].add(updates)` of JAX.
 *
 * @throws {TypeError} If the indices are not integers, or the updates not numbers.
 * @throws {RangeError} If the shape of the updates does not hold that of the indices at the axis, or with the mode
 * "error" an index is outside of it.
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
  checkOptionNames("scatterAdd", options, SCATTER_ADD_OPTIONS);
  const tensor = asTensor("scatterAdd", updates);
  if (tensor.dtype === "bool" || tensor.dtype === "key") {
    throw new TypeError(`scatterAdd expects updates that are numbers but got ${describe(tensor)}`);
  }
  const list = indicesOf("scatterAdd", indices);
  const { extent, mode = "error" } = options;
  checkMode("scatterAdd", mode);
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
  return apply(scatterAddPrimitive, [tensor, placed("scatterAdd", list, extent, mode)], { axis, extent });
}

/** Parts at positions that lie in the axis, and zeros elsewhere. */
export function takeInside(x: Tensor, indices: Tensor, axis: number): Tensor {
  return apply(takePrimitive, [x, indices], { axis, outside: "zero" });
}

/** The positions of each example of a batch in an axis of `extent` as positions in the axis of all examples. */
export function placesOfAll(indices: Tensor, extent: number): Tensor {
  const size = indices.shape[0];
  const found = fromStart(indices, extent);
  const starts = reshape(multiply(arange(size, { dtype: "int32" }), extent), [
    size,
    ...found.shape.slice(1).map(() => 1),
  ]);
  return where(isInside(found, extent), add(found, starts), size * extent);
}
