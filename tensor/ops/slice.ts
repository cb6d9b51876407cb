/**
 * Ranges of axes as views, and padding, which is the transpose of that.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { copyInto, launchElementwise } from "../launch_elementwise.ts";
import { defineView, pick } from "./define_view.ts";
import { reshape } from "./reshape.ts";
import { attributesKey, definePrimitive, type Primitive } from "../primitive.ts";
import { axesInOrder, equalShapes, normalizeAxis, type Shape } from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import { constantTensor } from "../make_tensor.ts";
import { describe, type SliceRange, type Tensor } from "../tensor.ts";

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
  const list = axes === undefined ? undefined : axesInOrder("flip", axes, x.rank);
  if (list !== undefined && list.length === 0) return x;
  return slice(x, x.shape.map((_, i) => list === undefined || list.includes(i) ? [null, null, -1] : null));
}

/** How a tensor is padded. */
export interface Padding {
  /** Elements before those of each axis; fewer than 0 leave out as many. */
  readonly low: readonly number[];
  /** Elements behind them. */
  readonly high: readonly number[];
  /** Elements between neighbours. */
  readonly interior: readonly number[];
  /** What is put there. */
  readonly value: number;
}

/** Elements of a value around and between those of each axis. */
export const padPrimitive: Primitive<Padding> = definePrimitive<Padding>({
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
