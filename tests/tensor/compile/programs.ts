/**
 * Random programs: a few operands, steps that combine what there is, and some of it as results.
 *
 * @module
 */
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";

/** One step: an operation by its place in the list, its operands, and a number that settles its details. */
export interface Step {
  /** Place of the operation. */
  readonly operation: number;
  /** The first operand, counted from the newest value. */
  readonly x: number;
  /** The second operand. */
  readonly y: number;
  /** Details. */
  readonly seed: number;
}

/** How an operand is given. */
export type Kind = "whole" | "view" | "constant" | "same";

/** A program and its operands. */
export interface Program {
  /** Shapes and kinds of the operands. */
  readonly operands: readonly {
    readonly shape: readonly number[];
    readonly kind: Kind;
    readonly donated: boolean;
  }[];
  /** Its steps. */
  readonly steps: readonly Step[];
  /** Which values it returns, counted from the newest. */
  readonly results: readonly number[];
}

/** Elements from which a value is reduced before anything else is done with it. */
const MOST = 6000;

const SMOOTH: readonly ((x: Tensor) => Tensor)[] = [
  t.tanh,
  t.negative,
  t.square,
  t.abs,
  t.relu,
  t.sigmoid,
  t.softplus,
  (x) => t.exp(t.negative(t.abs(x))),
  (x) => t.sqrt(t.abs(x)),
  (x) => t.multiply(x, 0.5),
  (x) => t.stopGradient(x),
  (x) => t.scan((c: Tensor) => [t.add(t.tanh(c), t.multiply(x, 0.25)), null], x, null, { length: 3 })[0],
  t.checkpoint((x: Tensor) => t.square(t.sigmoid(x))),
];

/** Operations whose results jump where their operands hardly change. */
const JUMPING: readonly ((x: Tensor) => Tensor)[] = [
  (x) => t.where(t.greater(x, 0), x, -1),
  (x) => t.cast(t.cast(x, "int32"), "float32"),
  (x) => t.cond(t.greater(t.sum(x), 0), (y: Tensor) => t.tanh(y), (y: Tensor) => t.multiply(y, -0.5), x),
  (x) =>
    t.whileLoop((y) => t.less(t.sum(t.abs(y)), 4), (y) => t.multiply(t.add(y, 0.5), 1.5), x, { maxSteps: 4 }),
];

const UNARY = [...SMOOTH, ...JUMPING];

const BINARY: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  t.add,
  t.subtract,
  t.multiply,
  t.maximum,
  t.divide,
];

const REDUCE: readonly ((x: Tensor, options: t.ReduceOptions) => Tensor)[] = [
  t.sum,
  t.mean,
  t.prod,
  (x, options) => x.size === 0 ? t.sum(x, options) : t.max(x, options),
  t.logSumExp,
  t.variance,
];

const ROWS: readonly ((x: Tensor) => Tensor)[] = [
  (x) => t.softmax(x),
  (x) => t.logSoftmax(x),
  (x) => t.softmax(x, { axes: 0 }),
  (x) => t.standardize(x),
];

/** Work on rows of any axis whose sums compiled and eager add in different orders, so that they differ by roundings. */
const ROUNDED_ROWS: readonly ((x: Tensor, axis: number, other: number) => Tensor)[] = [
  (x, axis) => t.softmax(x, { axes: axis }),
  (x, axis) => t.logSoftmax(x, { axes: axis }),
  (x, axis) => t.standardize(x, { axes: axis }),
  (x, axis, other) => t.softmax(x, { axes: axis === other ? axis : [axis, other] }),
  (x, axis, other) => t.max(t.softmax(x, { axes: axis }), { axes: other }),
  (x, axis) => t.multiply(x, t.rsqrt(t.add(t.mean(t.square(x), { axes: axis, keepDims: true }), 0.1))),
  (x, axis) => t.min(t.multiply(x, t.sum(t.abs(x), { axes: axis, keepDims: true })), { axes: axis }),
  (x, axis, other) => t.variance(x, { axes: axis === other ? axis : [axis, other], keepDims: axis > 0 }),
  (x, axis) => t.logSumExp(t.transpose(x), { axes: axis }),
  (x, axis) => t.cumsum(x, { axis }),
];

/** Views of the last axis or of another order of axes. */
const VIEWS: readonly ((x: Tensor, seed: number) => Tensor)[] = [
  (x, seed) => t.slice(x, [...x.shape.slice(1).map(() => null), [seed % 2, null, 2 + seed % 2]]),
  (x, seed) => t.slice(x, [...x.shape.slice(1).map(() => null), [seed % 2, 2 + seed % 3]]),
  (x) => t.moveAxis(x, 0, -1),
  (x) => t.reshape(x, [x.shape[x.rank - 1], ...x.shape.slice(0, -1)]),
];

/** Operations on images: what they get is a matrix, taken as one image of one channel. */
const WINDOWS: readonly ((image: Tensor) => Tensor)[] = [
  (image) => t.conv2d(image, t.slice(image, [[0, 1], [0, 1], [0, 2], [0, 2]])),
  (image) => t.conv2d(image, t.broadcastTo(t.mean(image), [3, 1, 1, 2]), { padding: 1, strides: 2 }),
  (image) => t.maxPool2d(image, { window: 2 }),
  (image) => t.maxPool2d(image, { window: [2, 1], strides: 1 }),
  (image) => t.avgPool2d(image, { window: 2, strides: 1 }),
];

function window(x: Tensor, seed: number): Tensor {
  const [height, width] = [x.shape[x.rank - 2], x.shape[x.rank - 1]];
  if (x.rank < 2 || height < 2 || width < 2 || x.size !== height * width) return x;
  return t.squeeze(WINDOWS[seed % WINDOWS.length](t.reshape(x, [1, 1, height, width])), 0);
}

const STRUCTURE: readonly ((x: Tensor, seed: number) => Tensor)[] = [
  (x) => t.transpose(x),
  (x) => t.ravel(x),
  (x) => t.contiguous(x),
  (x) => t.flip(x),
  (x, seed) => x.rank === 0 ? x : t.slice(x, [[seed % 3, null, 1 + seed % 2]]),
  (x, seed) => x.rank === 0 ? x : t.slice(x, [[null, null, -1 - seed % 2]]),
  (x, seed) => x.rank === 0 || x.shape[0] === 0 ? x : x.at(seed % x.shape[0]),
  (x) => x.rank > 3 ? x : t.broadcastTo(x, [2, ...x.shape]),
  (x, seed) => t.pad(x, x.shape.map((_, i) => [(seed >> i) % 2, (seed >> (i + 1)) % 2]), { value: seed % 3 }),
  (x) => x.rank === 0 ? x : t.concatenate([x, t.multiply(x, 2), x], x.rank - 1),
  (x) => t.stack([x, x]),
  (x, seed) =>
    x.rank === 0 || x.shape[0] === 0
      ? x
      : t.take(x, t.tensor([seed % x.shape[0], 0, seed % x.shape[0]], { dtype: "int32" }), { axis: 0 }),
];

/** Products and convolutions that are large enough for tiles. */
function tiled(x: Tensor, seed: number): Tensor {
  if (x.size === 0 || x.size > 36) return t.mean(x, { axes: -1 });
  const flat = t.ravel(x);
  switch (seed % 4) {
    case 0:
      return t.matmul(t.reshape(flat, [x.size, 1]), t.reshape(flat, [1, x.size]));
    case 1:
      return t.matmul(
        t.stack([flat, flat, t.abs(flat)], -1),
        t.broadcastTo(t.slice(flat, [[0, 1]]), [2, 3, 9]),
      );
    case 2:
      return t.conv2d(
        t.reshape(t.stack([flat, flat]), [2, 1, 1, x.size]),
        t.reshape(flat, [x.size, 1, 1, 1]),
      );
    default:
      return t.conv2d(
        t.reshape(flat, [1, 1, 1, x.size]),
        t.reshape(t.stack([flat, flat, flat], -1), [-1, 1, 1, 3]),
        {
          padding: 1,
          strides: 1 + seed % 2,
        },
      );
  }
}

function fits(x: Tensor, y: Tensor): boolean {
  for (let i = 1; i <= Math.min(x.rank, y.rank); i++) {
    const [a, b] = [x.shape[x.rank - i], y.shape[y.rank - i]];
    if (a !== b && a !== 1 && b !== 1) return false;
  }
  return true;
}

function apply(x: Tensor, y: Tensor, { operation, seed }: Step): Tensor {
  if (x.size > MOST) return t.mean(x);
  switch (operation) {
    case 0:
    case 1:
      return UNARY[seed % UNARY.length](x);
    case 2:
    case 3:
      return BINARY[seed % BINARY.length](x, fits(x, y) && x.size * y.size <= MOST ** 2 ? y : t.sum(y));
    case 4: {
      const axes = x.shape.flatMap((_, i) => (seed >> i) % 2 === 0 ? [i] : []);
      return REDUCE[seed % REDUCE.length](x, { axes, keepDims: seed % 5 < 2 });
    }
    case 5:
      return STRUCTURE[seed % STRUCTURE.length](x, seed >> 2);
    case 6:
      return x.rank === 0 || x.size === 0 ? x : ROWS[seed % ROWS.length](x);
    case 7:
      return window(x, seed);
    case 8:
      return tiled(x, seed);
    case 10:
      if (x.rank === 0 || x.rank > 4 || x.size === 0) return x;
      return ROUNDED_ROWS[seed % ROUNDED_ROWS.length](x, (seed >> 3) % x.rank, (seed >> 5) % x.rank);
    case 11:
      return x.rank === 0 || x.rank > 4 || x.size === 0 ? x : VIEWS[seed % VIEWS.length](x, seed >> 3);
    default:
      return x.rank === 0 ? t.add(x, t.sum(y)) : t.matmul(x, t.transpose(x, turned(x.rank)));
  }
}

function turned(rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, i) => i);
  return rank === 1 ? axes : [...axes.slice(0, -2), rank - 1, rank - 2];
}

/** Runs a program on its operands. */
export function run({ steps, results }: Program, operands: readonly Tensor[]): Tensor[] {
  const values = [...operands];
  const at = (place: number): Tensor => values[values.length - 1 - place % values.length];
  for (const step of steps) values.push(apply(at(step.x), at(step.y), step));
  return results.map(at);
}

/** Fresh operands for a program, the same numbers every time. */
export function operandsOf({ operands }: Program): Tensor[] {
  const made: Tensor[] = [];
  for (const [i, { shape, kind }] of operands.entries()) {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const data = Float32Array.from(
      { length: size },
      (_, j) => 4 * (((j + 7 * i + 1) * 0.6180339887498949) % 1) - 2,
    );
    const same = made.find((other) => `${other.shape}` === `${shape}`);
    if (kind === "same" && same !== undefined) made.push(same);
    else if (kind === "constant") made.push(t.full(shape, 0.75));
    else if (kind === "view") made.push(t.transpose(t.tensor(data, { shape: shape.toReversed() })));
    else made.push(t.tensor(data, { shape }));
  }
  return made;
}

/** Small shapes in which axes meet, and a few in which the work is shared by several threads. */
const SHAPES = [
  [3],
  [2, 3],
  [2, 1],
  [1, 3],
  [],
  [2, 2, 3],
  [3, 3],
  [0, 3],
  [3, 2],
  [4, 5],
  [5000],
  [65, 70],
  [65, 1],
  [7, 33],
  [2, 6],
  [4, 16, 9],
  [3, 5, 1, 4],
];

/** Programs of 1 to 40 of these operations. */
function programsOf(operations: readonly number[], isTaken: (step: Step) => boolean): fc.Arbitrary<Program> {
  const operation = fc.constantFrom(...operations);
  return fc.record({
    operands: fc.array(
      fc.record({
        shape: fc.constantFrom(...SHAPES),
        kind: fc.constantFrom<Kind>("whole", "whole", "view", "constant", "same"),
        donated: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    steps: fc.array(
      fc.record({ operation, x: fc.nat(6), y: fc.nat(8), seed: fc.nat(10_000) }).filter(isTaken),
      { minLength: 1, maxLength: 40 },
    ),
    results: fc.array(fc.nat(6), { minLength: 1, maxLength: 4 }),
  });
}

/** Programs of 1 to 40 primitives. */
export const PROGRAM: fc.Arbitrary<Program> = programsOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], () => true);

/** Programs that change little where their operands do, with more work on rows. */
export const SMOOTH_PROGRAM: fc.Arbitrary<Program> = programsOf(
  [0, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 10, 11, 11],
  ({ operation, seed }) => operation > 1 || seed % UNARY.length < SMOOTH.length,
);

/** Throws unless two tensors have the same shape and bits. */
export function assertSame(actual: Tensor, expected: Tensor): void {
  if (actual.dtype !== expected.dtype || `${actual.shape}` !== `${expected.shape}`) {
    throw new Error(`Expected ${expected.dtype}[${expected.shape}] but got ${actual.dtype}[${actual.shape}]`);
  }
  const [a, b] = [actual.data(), expected.data()];
  b.forEach((value, i) => {
    if (!Object.is(a[i], value)) throw new Error(`Expected ${value} at ${i} but got ${a[i]}`);
  });
}
