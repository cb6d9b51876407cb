/**
 * A naive reference on plain arrays, and operands of any shape, dtype and layout to compare with it.
 *
 * @module
 */
import fc from "fast-check";
import { type DType, roundTo } from "../../../tensor/dtype.ts";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";

/** A plain array with a shape: elements row-major. */
export interface Plain {
  /** Extent of each axis. */
  readonly shape: readonly number[];
  /** The elements. */
  readonly data: readonly number[];
}

/** A tensor and what it should hold. */
export interface Pair {
  /** The tensor, perhaps a view. */
  readonly tensor: Tensor;
  /** The same elements. */
  readonly plain: Plain;
}

/** Every position of a shape, in row-major order. */
export function positionsOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (found, extent) => found.flatMap((start) => Array.from({ length: extent }, (_, i) => [...start, i])),
    [[]],
  );
}

/** The element at a position, along axes of extent 1 always the only one; leading positions beyond the rank are left out. */
export function elementAt({ shape, data }: Plain, position: readonly number[]): number {
  const lead = position.length - shape.length;
  return data[shape.reduce((at, extent, i) => at * extent + (extent === 1 ? 0 : position[lead + i]), 0)];
}

/** An array whose elements are a function of their position. */
export function build(shape: readonly number[], f: (position: readonly number[]) => number): Plain {
  return { shape, data: positionsOf(shape).map(f) };
}

/** The shape that shapes broadcast to. */
export function broadcast(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) => {
    const extents = shapes.map((shape) => shape[i - rank + shape.length] ?? 1).filter((extent) =>
      extent !== 1
    );
    return extents.length === 0 ? 1 : extents[0];
  });
}

/** `f` of the elements at each position of the shape that the operands broadcast to. */
export function mapAll(f: (...elements: number[]) => number, ...operands: readonly Plain[]): Plain {
  return build(
    broadcast(operands.map(({ shape }) => shape)),
    (position) => f(...operands.map((operand) => elementAt(operand, position))),
  );
}

/** `f` of the elements that differ only in their positions along `axes`. */
export function reduceAll(x: Plain, axes: readonly number[], f: (elements: number[]) => number): Plain {
  const kept = x.shape.map((extent, i) => axes.includes(i) ? 1 : extent);
  const inner = positionsOf(x.shape.filter((_, i) => axes.includes(i)));
  const whole = build(kept, (position) =>
    f(inner.map((along) => {
      const at = [...position];
      axes.forEach((axis, i) => at[axis] = along[i]);
      return x.data[at.reduce((sum, index, i) => sum * x.shape[i] + index, 0)];
    })));
  return { shape: x.shape.filter((_, i) => !axes.includes(i)), data: whole.data };
}

/** Throws unless a tensor has the dtype, the shape and the elements, floats up to rounding. */
export function assertPlain(actual: Tensor, expected: Plain, dtype: DType, tolerance = 1e-6): void {
  if (actual.dtype !== dtype || `${actual.shape}` !== `${expected.shape}`) {
    throw new Error(`Expected ${dtype}[${expected.shape}] but got ${actual.dtype}[${actual.shape}]`);
  }
  const data = actual.data();
  expected.data.forEach((value, i) => {
    const wanted = roundTo(dtype, value);
    if (data[i] === wanted || (data[i] !== data[i] && wanted !== wanted)) return;
    if (Math.abs(data[i] - wanted) <= tolerance * Math.max(1, Math.abs(wanted))) return;
    throw new Error(`Expected ${wanted} at ${i} but got ${data[i]}`);
  });
}

/** A step from a tensor to a view of it. */
type View =
  | { readonly kind: "transpose"; readonly turn: number }
  | { readonly kind: "slice"; readonly ranges: readonly (readonly [number, number, number])[] }
  | { readonly kind: "broadcast"; readonly extent: number }
  | { readonly kind: "offset" };

const VIEW: fc.Arbitrary<View> = fc.oneof(
  fc.record({ kind: fc.constant("transpose" as const), turn: fc.nat(5) }),
  fc.record({
    kind: fc.constant("slice" as const),
    ranges: fc.array(
      fc.tuple(
        fc.integer({ min: -4, max: 4 }),
        fc.integer({ min: -5, max: 5 }),
        fc.constantFrom(1, 2, -1, -2),
      ),
      { maxLength: 3 },
    ),
  }),
  fc.record({ kind: fc.constant("broadcast" as const), extent: fc.integer({ min: 1, max: 3 }) }),
  fc.constant({ kind: "offset" as const }),
);

function viewOf({ tensor, plain }: Pair, view: View): Pair {
  const rank = plain.shape.length;
  switch (view.kind) {
    case "transpose": {
      const axes = plain.shape.map((_, i) => (i + view.turn) % rank);
      const shape = axes.map((axis) => plain.shape[axis]);
      return {
        tensor: t.transpose(tensor, axes),
        plain: build(shape, (position) => {
          const at = new Array<number>(rank);
          axes.forEach((axis, i) => at[axis] = position[i]);
          return elementAt(plain, at);
        }),
      };
    }
    case "slice": {
      const ranges = view.ranges.slice(0, rank);
      // Array.prototype.slice has the same clamping for steps forward; steps back walk over its reversal.
      const indices = plain.shape.map((extent, i) => {
        const all = Array.from({ length: extent }, (_, j) => j);
        if (i >= ranges.length) return all;
        const [start, stop, step] = ranges[i];
        if (step > 0) return all.slice(start, stop).filter((_, j) => j % step === 0);
        const low = stop < 0 ? Math.max(-1, stop + extent) : stop;
        const high = start < 0 ? start + extent : Math.min(start, extent - 1);
        return all.filter((j) => j > low && j <= high).reverse().filter((_, j) => j % -step === 0);
      });
      return {
        tensor: t.slice(tensor, ranges),
        plain: build(
          indices.map((list) => list.length),
          (position) => plain.data[position.reduce((at, j, i) => at * plain.shape[i] + indices[i][j], 0)],
        ),
      };
    }
    case "broadcast": {
      if (rank > 3) return { tensor, plain };
      const shape = [view.extent, ...plain.shape];
      return {
        tensor: t.broadcastTo(tensor, shape),
        plain: build(shape, (position) => elementAt(plain, position)),
      };
    }
    case "offset":
      return rank === 0 || plain.shape[0] === 0 ? { tensor, plain } : {
        tensor: tensor.at(-1),
        plain: build(plain.shape.slice(1), (position) => elementAt(plain, [plain.shape[0] - 1, ...position])),
      };
  }
}

const HALF = fc.oneof(
  fc.integer({ min: -64, max: 64 }).map((n) => n / 16),
  fc.constantFrom(0, -0, 1, -1, 0.5, -2.5, Infinity, -Infinity, NaN),
);

const ELEMENTS: Readonly<Record<Exclude<DType, "key">, fc.Arbitrary<number>>> = {
  float16: HALF,
  bfloat16: HALF,
  float32: fc.oneof(
    fc.integer({ min: -4000, max: 4000 }).map((n) => n / 1000),
    fc.constantFrom(0, -0, 1, -1, 0.5, -2.5, Infinity, -Infinity, NaN),
  ),
  float64: fc.oneof(
    fc.integer({ min: -4000, max: 4000 }).map((n) => n / 1000),
    fc.constantFrom(0, 1, 0.5, -Infinity, NaN),
  ),
  int32: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(2147483647, -2147483648)),
  uint32: fc.oneof(fc.nat(9), fc.constantFrom(4294967295, 2147483648)),
  uint8: fc.nat(255),
  bool: fc.nat(1),
};

/** Number types. */
export type NumberDType = keyof typeof ELEMENTS;

/** A tensor of a shape and dtype with random elements, stored as it is. */
export function whole(shape: readonly number[], dtype: NumberDType): fc.Arbitrary<Pair> {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return fc.array(ELEMENTS[dtype], { minLength: size, maxLength: size }).map((data) => ({
    tensor: t.tensor(data, { dtype, shape }),
    plain: { shape, data: data.map((value) => roundTo(dtype, value)) },
  }));
}

/** Shapes of rank 0 to 4, now and then with an axis of extent 0. */
export const SHAPE: fc.Arbitrary<number[]> = fc.array(fc.constantFrom(1, 2, 3, 4, 5, 2, 3, 0), {
  maxLength: 4,
});

/** A tensor of any shape and layout. */
export function operand(dtype: NumberDType): fc.Arbitrary<Pair> {
  return fc.tuple(SHAPE.chain((shape) => whole(shape, dtype)), fc.array(VIEW, { maxLength: 3 }))
    .map(([pair, views]) => views.reduce(viewOf, pair));
}

/** Two tensors whose shapes broadcast together, of any layout: some axes of each are 1 or missing. */
export function operands(dtype: NumberDType): fc.Arbitrary<readonly [Pair, Pair]> {
  return operand(dtype).chain((first) => {
    const { shape } = first.plain;
    return fc.tuple(
      fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
      fc.nat(2),
      fc.boolean(),
    )
      .chain(([single, lead, turned]) => {
        const other = shape.map((extent, i) => single[i] ? 1 : extent).slice(Math.min(lead, shape.length));
        // The reverse of a transposed shape has the shape again, with its axes out of order in memory.
        return whole(turned ? other.toReversed() : other, dtype).map((pair): readonly [Pair, Pair] => {
          const second = turned ? reversed(pair) : pair;
          return lead === 1 ? [second, first] : [first, second];
        });
      });
  });
}

function reversed({ tensor, plain }: Pair): Pair {
  return {
    tensor: t.transpose(tensor),
    plain: build(plain.shape.toReversed(), (position) => elementAt(plain, position.toReversed())),
  };
}
