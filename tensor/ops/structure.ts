/**
 * Operations that move elements without changing them: views where the layout allows, copies elsewhere.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { promote } from "../dtype.ts";
import { copyInto, launchElementwise } from "../elementwise.ts";
import {
  attributesKey,
  batchInFront,
  type BatchRule,
  definePrimitive,
  type Operand,
  type Primitive,
} from "../primitive.ts";
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  contiguousStrides,
  equalShapes,
  formatShape,
  isContiguous,
  type Layout,
  normalizeAxes,
  normalizeAxis,
  reshapeStrides,
  type Shape,
  sizeOf,
} from "../shape.ts";
import { cast } from "./cast.ts";
import { checkTensor, constantTensor, describe, type SliceRange, type Tensor } from "../tensor.ts";

function copyAll(
  inputs: readonly Operand[],
  layout: Layout,
  output: Operand,
  machine: Parameters<typeof copyInto>[2],
) {
  copyInto({ ...pick(inputs[0]), ...layout }, output, machine);
}

function pick(x: Operand): Operand {
  return { dtype: x.dtype, shape: x.shape, strides: x.strides, offset: x.offset, storage: x.storage };
}

/** A primitive whose output is the input's storage under another layout. */
function defineView<A extends object>(
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

const transposePrimitive: Primitive<{ readonly axes: readonly number[] }> = defineView(
  "transpose",
  (shape, { axes }) => axes.map((axis) => shape[axis]),
  (x, shape, { axes }) => ({ shape, strides: axes.map((axis) => x.strides[axis]), offset: x.offset }),
  (g, _, { axes }) => transpose(g, inverse(axes)),
  {
    rule: ({ inputs, attributes: { axes }, apply }) =>
      apply(inputs, { axes: [0, ...axes.map((axis) => axis + 1)] }),
  },
);

function inverse(axes: readonly number[]): number[] {
  const result = new Array<number>(axes.length);
  axes.forEach((axis, i) => result[axis] = i);
  return result;
}

/**
 * The axes in another order, reversed by default. Always a view.
 *
 * @throws {RangeError} If `axes` is not a permutation of the tensor's axes.
 *
 * @example
 * ```ts
 * import { tensor, transpose } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(transpose(tensor([[1, 2], [3, 4]])).toArray(), [[1, 3], [2, 4]]);
 * ```
 */
export function transpose(x: Tensor, axes?: readonly number[]): Tensor {
  checkTensor("transpose", x);
  if (axes !== undefined && !Array.isArray(axes)) {
    throw new TypeError(`transpose expects axes as an array but got ${String(axes)}`);
  }
  const order = axes === undefined
    ? Array.from({ length: x.rank }, (_, i) => x.rank - 1 - i)
    : axes.map((axis) => normalizeAxis("transpose", axis, x.rank));
  if (order.length !== x.rank || new Set(order).size !== x.rank) {
    throw new RangeError(
      `transpose expects each of the ${x.rank} axes once but got ${formatShape(axes ?? order)}`,
    );
  }
  return order.every((axis, i) => axis === i) ? x : apply(transposePrimitive, [x], { axes: order });
}

/** Two axes exchanged. */
export function swapAxes(x: Tensor, a: number, b: number): Tensor {
  checkTensor("swapAxes", x);
  const order = Array.from({ length: x.rank }, (_, i) => i);
  const [from, to] = [normalizeAxis("swapAxes", a, x.rank), normalizeAxis("swapAxes", b, x.rank)];
  [order[from], order[to]] = [to, from];
  return transpose(x, order);
}

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
  const list = axes === undefined
    ? undefined
    : (typeof axes === "number" ? [axes] : axes).map((axis) => normalizeAxis("squeeze", axis, x.rank));
  for (const axis of list ?? []) {
    if (x.shape[axis] !== 1) {
      throw new RangeError(
        `squeeze expects axis ${axis} to have extent 1 but got shape ${formatShape(x.shape)}`,
      );
    }
  }
  return reshape(x, x.shape.filter((extent, i) => list === undefined ? extent !== 1 : !list.includes(i)));
}

interface Ranges {
  readonly starts: readonly number[];
  readonly steps: readonly number[];
  readonly shape: Shape;
}

const slicePrimitive: Primitive<Ranges> = defineView<Ranges>(
  "slice",
  (_, { shape }) => shape,
  (x, shape, { starts, steps }) => ({
    shape,
    strides: x.strides.map((stride, i) => stride * steps[i]),
    offset: x.strides.reduce((sum, stride, i) => shape[i] === 0 ? sum : sum + stride * starts[i], x.offset),
  }),
  (g, x, { starts, steps, shape }) => {
    const turned = flip(g, steps.flatMap((step, i) => step < 0 ? [i] : []));
    const low = starts.map((start, i) => steps[i] < 0 ? start + (shape[i] - 1) * steps[i] : start);
    const interior = steps.map((step) => Math.abs(step) - 1);
    const high = x.shape.map((extent, i) =>
      extent - low[i] - Math.max(0, (shape[i] - 1) * (interior[i] + 1) + 1)
    );
    if (shape.includes(0)) return constantTensor(x.dtype, x.shape, 0);
    return apply(padPrimitive, [turned], { low, high, interior, value: 0 });
  },
  {
    rule: ({ inputs, size, attributes: { starts, steps, shape }, apply }) =>
      apply(inputs, { starts: [0, ...starts], steps: [1, ...steps], shape: [size, ...shape] }),
  },
);

/**
 * A range of each axis, as in NumPy's `x[start:stop:step]`: `[start, stop, step]` with null for an open side and
 * negative positions counted from the end; `null` or a missing range takes the whole axis. Ranges reach no
 * further than the axis. Always a view.
 *
 * @throws {RangeError} If there are more ranges than axes, or a step is 0.
 * @throws {TypeError} If a position is not an integer.
 *
 * @example
 * ```ts
 * import { arange, slice } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(slice(arange(6), [[1, 5, 2]]).toArray(), [1, 3]);
 * assertEquals(slice(arange(3), [[null, null, -1]]).toArray(), [2, 1, 0]);
 * ```
 */
export function slice(x: Tensor, ranges: readonly SliceRange[]): Tensor {
  checkTensor("slice", x);
  if (!Array.isArray(ranges)) {
    throw new TypeError(`slice expects an array of ranges but got ${String(ranges)}`);
  }
  if (ranges.length > x.rank) {
    throw new RangeError(
      `slice expects at most ${x.rank} ranges for ${describe(x)} but got ${ranges.length}`,
    );
  }
  const resolved = x.shape.map((extent, i) => resolveRange("slice", ranges[i] ?? null, extent));
  const attributes = {
    starts: resolved.map((range) => range[0]),
    steps: resolved.map((range) => range[1]),
    shape: resolved.map((range) => range[2]),
  };
  const whole = equalShapes(attributes.shape, x.shape) && attributes.steps.every((step) => step === 1);
  return whole ? x : apply(slicePrimitive, [x], attributes);
}

/** Start, step and count of a range over an axis. */
export function resolveRange(
  operation: string,
  range: SliceRange,
  extent: number,
): readonly [number, number, number] {
  if (range === null) return [0, 1, extent];
  if (!Array.isArray(range)) {
    throw new TypeError(
      `${operation} expects ranges as [start, stop, step] or null but got ${String(range)}`,
    );
  }
  const [start, stop = null, given = null] = range;
  const step = given ?? 1;
  for (const position of [start, stop, step]) {
    if (position !== null && !Number.isInteger(position)) {
      throw new TypeError(`${operation} expects integer positions but got ${String(position)}`);
    }
  }
  if (step === 0) throw new RangeError(`${operation} expects a step other than 0 but got 0`);
  const clamp = (position: number, low: number, high: number): number =>
    Math.max(low, Math.min(high, position < 0 ? position + extent : position));
  if (step > 0) {
    const from = start === null ? 0 : clamp(start, 0, extent);
    const to = stop === null ? extent : clamp(stop, 0, extent);
    return [from, step, Math.max(0, Math.ceil((to - from) / step))];
  }
  const from = start === null ? extent - 1 : clamp(start, -1, extent - 1);
  const to = stop === null ? -1 : clamp(stop, -1, extent - 1);
  return [from, step, Math.max(0, Math.ceil((to - from) / step))];
}

/**
 * The part at one position of the first axis, which disappears; negative positions count from the end.
 *
 * @throws {RangeError} If the axis has no such position.
 */
export function index(x: Tensor, position: number): Tensor {
  checkTensor("index", x);
  if (x.rank === 0) throw new RangeError("index expects a tensor with an axis but got a scalar");
  if (!Number.isInteger(position)) {
    throw new TypeError(`index expects an integer position but got ${String(position)}`);
  }
  if (position < -x.shape[0] || position >= x.shape[0]) {
    throw new RangeError(`index expects a position within ${x.shape[0]} but got ${position}`);
  }
  const at = position < 0 ? position + x.shape[0] : position;
  return reshape(slice(x, [[at, at + 1]]), x.shape.slice(1));
}

/** The parts along an axis, which disappears from each. */
export function unstack(x: Tensor, axis = 0): Tensor[] {
  checkTensor("unstack", x);
  const at = normalizeAxis("unstack", axis, x.rank);
  const shape = x.shape.filter((_, i) => i !== at);
  return Array.from({ length: x.shape[at] }, (_, i) => {
    const ranges: SliceRange[] = x.shape.map((__, j) => j === at ? [i, i + 1] : null);
    return reshape(slice(x, ranges), shape);
  });
}

/** The order along the given axes reversed; along all of them by default. A view. */
export function flip(x: Tensor, axes?: number | readonly number[]): Tensor {
  checkTensor("flip", x);
  const list = axes === undefined
    ? undefined
    : (typeof axes === "number" ? [axes] : axes).map((axis) => normalizeAxis("flip", axis, x.rank));
  if (list !== undefined && list.length === 0) return x;
  return slice(x, x.shape.map((_, i) => list === undefined || list.includes(i) ? [null, null, -1] : null));
}

interface Padding {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly interior: readonly number[];
  readonly value: number;
}

const padPrimitive: Primitive<Padding> = definePrimitive<Padding>({
  name: "pad",
  infer: ([x], { low, high, interior }) => [{
    dtype: x.dtype,
    shape: x.shape.map((extent, i) => low[i] + high[i] + extent + Math.max(0, extent - 1) * interior[i]),
  }],
  execute([x], [output], { low, interior, value }, machine) {
    launchElementwise(`fill ${attributesKey(value)}`, [{ op: "constant", value }], [], [output], machine);
    const strides = output.strides.map((stride, i) => stride * (interior[i] + 1));
    const offset = output.strides.reduce((sum, stride, i) => sum + stride * low[i], output.offset);
    copyInto(x, { ...pick(output), shape: x.shape, strides, offset }, machine);
  },
  pullback: {
    rule: ([g], { inputs: [x], attributes: { low, interior } }) => [
      apply(slicePrimitive, [g], { starts: low, steps: interior.map((gap) => gap + 1), shape: x.shape }),
    ],
  },
  batch: {
    rule: ({ inputs, attributes: { low, high, interior, value }, apply }) =>
      apply(inputs, { low: [0, ...low], high: [0, ...high], interior: [0, ...interior], value }),
  },
});

/** Applies the primitive: `low`, `high` and `interior` elements of a value around and between those of each axis. */
export function padded(
  x: Tensor,
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[],
  value: number,
): Tensor {
  const none = [...low, ...high, ...interior].every((width) => width === 0);
  return none ? x : apply(padPrimitive, [x], { low, high, interior, value });
}

const concatenatePrimitive: Primitive<{ readonly axis: number }> = definePrimitive<{ readonly axis: number }>(
  {
    name: "concatenate",
    halves: true,
    infer(inputs, { axis }) {
      const shape = [...inputs[0].shape];
      shape[axis] = inputs.reduce((sum, x) => sum + x.shape[axis], 0);
      return [{ dtype: inputs[0].dtype, shape }];
    },
    execute(inputs, [output], { axis }, machine) {
      let { offset } = output;
      for (const x of inputs) {
        if (sizeOf(x.shape) > 0) copyInto(x, { ...pick(output), shape: x.shape, offset }, machine);
        offset += x.shape[axis] * output.strides[axis];
      }
    },
    pullback: {
      rule([g], { inputs, attributes: { axis } }) {
        let start = 0;
        return inputs.map((x) => {
          const from = start;
          start += x.shape[axis];
          return slice(g, x.shape.map((_, i) => i === axis ? [from, from + x.shape[axis]] : null));
        });
      },
    },
    batch: { rule: ({ all, attributes: { axis }, apply }) => apply(all(), { axis: axis + 1 }) },
  },
);

/** Tensors in the dtype that all promote to; random keys stay among themselves. */
function inOneDType(operation: string, tensors: readonly Tensor[]): readonly Tensor[] {
  const [first] = tensors;
  const different = tensors.find((x) => (x.dtype === "key") !== (first.dtype === "key"));
  if (different !== undefined) {
    throw new TypeError(
      `${operation} expects numbers or random keys alone but got ${describe(first)} and ${
        describe(different)
      }`,
    );
  }
  const dtype = tensors.reduce((all, x) => promote(all, x.dtype), first.dtype);
  return tensors.map((x) => x.dtype === dtype ? x : cast(x, dtype));
}

/**
 * Tensors joined along an axis that they have; the other extents agree, and the dtypes promote.
 *
 * @throws {RangeError} If there is no tensor, or the shapes differ elsewhere.
 * @throws {TypeError} If random keys and numbers meet.
 *
 * @example
 * ```ts
 * import { concatenate, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(concatenate([tensor([1, 2]), tensor([3])]).toArray(), [1, 2, 3]);
 * ```
 */
export function concatenate(tensors: readonly Tensor[], axis = 0): Tensor {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new RangeError("concatenate expects at least one tensor but got none");
  }
  const [first] = tensors;
  for (const x of tensors) checkTensor("concatenate", x);
  const at = normalizeAxis("concatenate", axis, first.rank);
  const parts = inOneDType("concatenate", tensors);
  for (const x of tensors) {
    if (
      x.rank !== first.rank ||
      x.shape.some((extent: number, i: number) => i !== at && extent !== first.shape[i])
    ) {
      throw new RangeError(
        `concatenate expects shapes that agree but for axis ${at} but got ${formatShape(first.shape)} and ${
          formatShape(x.shape)
        }`,
      );
    }
  }
  return parts.length === 1 ? first : apply(concatenatePrimitive, parts, { axis: at });
}

/**
 * Tensors of one shape joined along a new axis.
 *
 * @throws {RangeError} If there is no tensor, or the shapes differ.
 *
 * @example
 * ```ts
 * import { stack, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(stack([tensor([1, 2]), tensor([3, 4])]).toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new RangeError("stack expects at least one tensor but got none");
  }
  for (const x of tensors) {
    checkTensor("stack", x);
    if ((x.dtype === "key") !== (tensors[0].dtype === "key")) inOneDType("stack", tensors);
    if (!equalShapes(x.shape, tensors[0].shape)) {
      throw new RangeError(
        `stack expects tensors of one shape but got ${formatShape(tensors[0].shape)} and ${
          formatShape(x.shape)
        }`,
      );
    }
  }
  const at = normalizeAxis("stack", axis, tensors[0].rank + 1);
  return concatenate(tensors.map((x) => expandDims(x, at)), at);
}

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
