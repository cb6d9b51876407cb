/**
 * What the entries of primitives that move, reduce, multiply and read elements compute, on plain arrays.
 *
 * @module
 */
import { build, elementAt, mapAll, type Plain, positionsOf, reduceAll } from "../../ops/reference.ts";
import { alongAxis, matmul, offsetOf, pick, running, scaled, scattered, transposed } from "./arrays.ts";
import type { Reference } from "./reference.ts";

const total = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0);
const product = (xs: readonly number[]): number => xs.reduce((product, x) => product * x, 1);
const logSumExp = (xs: readonly number[]): number => Math.log(total(xs.map(Math.exp)));
const all = (x: Plain): number[] => x.shape.map((_, i) => i);
const plus = (x: Plain, y: Plain): Plain => mapAll((a, b) => a + b, x, y);

/** A reduction over axes, with the axes kept as 1. */
function kept(x: Plain, axes: readonly number[], f: (elements: number[]) => number): Plain {
  return { ...reduceAll(x, axes, f), shape: x.shape.map((extent, i) => axes.includes(i) ? 1 : extent) };
}

function normalized(x: Plain, axes: readonly number[], eps: number): Plain {
  const mean = (xs: readonly number[]): number => total(xs) / xs.length;
  const variance = kept(x, axes, (xs) => mean(xs.map((value) => (value - mean(xs)) ** 2)));
  return mapAll((a, m, v) => (a - m) / Math.sqrt(v + eps), x, kept(x, axes, mean), variance);
}

const softmax = (x: Plain, axes: readonly number[]): Plain =>
  mapAll((a, sum) => Math.exp(a - sum), x, kept(x, axes, logSumExp));
const logSoftmax = (x: Plain, axes: readonly number[]): Plain =>
  mapAll((a, sum) => a - sum, x, kept(x, axes, logSumExp));

const best = (xs: readonly number[], better: (a: number, b: number) => boolean): number =>
  xs.reduce((found, x, i) => better(x, xs[found]) ? i : found, 0);
const ranked = (line: readonly number[]): readonly number[] =>
  line.map((x, i) => [x, i]).sort(([a, i], [b, j]) => a - b || i - j).map(([, i]) => i);

/** Both directions of a running function. */
const running2 = (f: (before: number, x: number) => number, axis: number, other: number): Reference => (x) =>
  plus(
    alongAxis(x, axis, (line) => running(line, f)),
    alongAxis(x, other, (line) => running(line, f, true)),
  );

function recurrence(a: Plain, b: Plain, axis: number, reverse: boolean): Plain {
  const extent = b.shape[axis];
  return build(b.shape, (position) => {
    const value = (j: number): number => {
      const at = position.map((p, i) => i === axis ? j : p);
      const before = reverse ? j + 1 : j - 1;
      const first = before < 0 || before >= extent;
      return (first ? 0 : elementAt(a, at) * value(before)) + elementAt(b, at);
    };
    return value(position[axis]);
  });
}

/** Indices from the end made indices from the start. */
const wrapped = (index: number, extent: number): number => index < 0 ? index + extent : index;
const rows = (x: Plain, indices: Plain): Plain =>
  pick(x, [indices.data.map((index) => wrapped(index, x.shape[0])), null]);

/** The positions of the entry, within the first axis. */
const positionIn = (x: Plain, i: number): number => (i * 5) % x.shape[0];
const placeAlong = (x: Plain, i: number, position: readonly number[]): number =>
  offsetOf(x.shape, [positionIn(x, i), ...position.slice(1)]);

const take: Reference = (x, indices) => rows(x, indices);

const scatter: Reference = (x, indices) => {
  const updates = scaled(rows(x, indices), 0.5);
  const width = x.shape[1];
  const each = (f: (data: number[], at: number, update: number) => void): Plain =>
    scattered(x, (data) => {
      updates.data.forEach((update, i) => {
        const row = wrapped(indices.data[Math.floor(i / width)], x.shape[0]);
        f(data, row * width + i % width, update);
      });
    });
  const set = each((data, at, update) => data[at] = update);
  const multiplied = each((data, at, update) => data[at] *= update);
  const largest = scattered(x, (data) => {
    indices.data.forEach((index, i) => {
      const at = wrapped(index, x.shape[0]) * width;
      data[at] = Math.max(data[at], updates.data[i * width + 1]);
    });
  });
  return mapAll((a, b, c) => a + b + c, set, multiplied, largest);
};

/** The places that a mirrored axis has, for each axis of the entry. */
function mirroredPlaces(shape: readonly number[]): readonly (readonly number[])[] {
  const [before, after] = [[1, 0, 1], [0, 1, 1]];
  return shape.map((extent, axis) => {
    const count = before[axis] + extent + after[axis];
    return Array.from({ length: count }, (_, i) => {
      const place = i - before[axis];
      return place < 0 ? -1 - place : place < extent ? place : 2 * extent - 1 - place;
    });
  });
}

/** An axis of another extent, each element a mean of those around its place by how near they are. */
function resized(x: Plain, axis: number, to: number): Plain {
  const step = x.shape[axis] / to;
  return build(x.shape.toSpliced(axis, 1, to), (position) => {
    const place = (position[axis] + 0.5) * step - 0.5;
    let [total, sum] = [0, 0];
    for (let j = 0; j < x.shape[axis]; j++) {
      const weight = Math.max(0, 1 - Math.abs(place - j) / Math.max(1, step));
      total += weight;
      sum += weight * elementAt(x, position.toSpliced(axis, 1, j));
    }
    return sum / total;
  });
}

/** By the names of the primitives. */
export const STRUCTURE: Readonly<Record<string, Reference>> = {
  tap: (x) => scaled(x, 2),
  reshape: (x) => {
    const data = scaled(transposed(x, all(x).reverse()), 2).data;
    return { shape: [data.length], data };
  },
  transpose: (x) => transposed(x, [1, 2, 0]),
  broadcastTo: (x) => build([3, ...x.shape], (position) => 2 * elementAt(x, position)),
  slice: (x) => {
    const backwards = Array.from({ length: x.shape[1] }, (_, i) => i).slice(1).reverse();
    const last = Array.from({ length: x.shape[2] - 1 }, (_, i) => i);
    return pick(x, [null, backwards.filter((_, i) => i % 2 === 0), last]);
  },
  pad: (x) =>
    build(x.shape.map((extent, i) => extent + [1, 2, 2][i]), (position) => {
      const at = position.map((p, i) => p - [1, 0, 1][i]);
      return at.every((p, i) => p >= 0 && p < x.shape[i]) ? elementAt(x, at) : 3;
    }),
  concatenate: (x, y) => {
    const [first, second] = [x.shape[1], x.shape[1] + y.shape[1]];
    return build([x.shape[0], first + second, x.shape[2]], ([a, b, c]) => {
      if (b < first) return elementAt(x, [a, b, c]);
      return b < second ? elementAt(y, [a, b - first, c]) : elementAt(x, [a, b - second, c]);
    });
  },
  contiguous: (x) => transposed(x, all(x).reverse()),
  repeatEach: (x) =>
    build([x.shape[0], 3 * x.shape[1], x.shape[2]], ([a, b, c]) => elementAt(x, [a, Math.floor(b / 3), c])),
  windows: (x) =>
    build([x.shape[0], x.shape[1], Math.ceil(x.shape[2] / 2), 2, 1], ([a, b, c, d]) => {
      const row = b + d - 1;
      return row < 0 ? 0 : 2 * elementAt(x, [a, row, 2 * c]);
    }),
  addWindows: (x) =>
    build(x.shape, ([a, b, c]) => {
      const windows = c % 2 === 1 ? 0 : b === x.shape[1] - 1 ? 1 : 2;
      return 2 * windows * elementAt(x, [a, b, c]);
    }),
  extend: (x) =>
    build(mirroredPlaces(x.shape).map((list) => list.length), (position) => {
      const places = mirroredPlaces(x.shape);
      return elementAt(x, position.map((p, axis) => places[axis][p]));
    }),
  foldExtension: (x) =>
    build(x.shape, (position) => {
      const copies = mirroredPlaces(x.shape).map((list, axis) =>
        list.filter((place) => place === position[axis]).length
      );
      return 2 * product(copies) * elementAt(x, position);
    }),
  softmax: (x) => plus(softmax(x, [1, 2]), softmax(x, [0, 2])),
  logSoftmax: (x) => plus(logSoftmax(x, [2]), logSoftmax(x, [1])),
  logSumExp: (x) => plus(reduceAll(x, [0, 2], logSumExp), reduceAll(x, all(x), logSumExp)),
  normalize: (x) => plus(normalized(x, [2], 0.1), normalized(x, [0, 2], 0.1)),
  sum: (x) => plus(reduceAll(x, [0, 2], total), reduceAll(x, all(x), total)),
  prod: (x) => reduceAll(x, [0, 1], product),
  max: (x) =>
    plus(reduceAll(x, [0, 2], (xs) => Math.max(...xs)), reduceAll(x, all(x), (xs) => Math.max(...xs))),
  min: (x) => reduceAll(x, [1], (xs) => Math.min(...xs)),
  all: (x) => reduceAll(x, [0], (xs) => Number(xs.every((value) => value < 1.9))),
  any: (x) => reduceAll(x, [0, 1], (xs) => Number(xs.some((value) => value < -1.9))),
  argmax: (x) => reduceAll(x, [1], (xs) => best(xs, (a, b) => a > b)),
  argmin: (x) => reduceAll(x, [0], (xs) => best(xs, (a, b) => a < b)),
  argsort: (x) => alongAxis(x, 1, ranked),
  orderStatistics: (x) =>
    reduceAll(x, [1], (xs) => Math.floor(xs.toSorted((a, b) => a - b)[Math.floor((xs.length - 1) / 4)])),
  nonzero: (x) => {
    const found = x.data.flatMap((value, i) => value > 0.5 ? [i] : []);
    return { shape: [40], data: Array.from({ length: 40 }, (_, i) => found[i] ?? -1) };
  },
  cumsum: running2((a, b) => a + b, 1, 2),
  cumprod: running2((a, b) => a * b, 1, 0),
  cummax: running2(Math.max, 1, 2),
  cummin: (x) => alongAxis(x, 1, (line) => running(line, Math.min)),
  cumLogSumExp: running2((a, b) => Math.log(Math.exp(a) + Math.exp(b)), 1, 2),
  linearRecurrence: (x, y) => plus(recurrence(x, y, 1, false), recurrence(y, x, 2, true)),
  bandedProduct: (x) => resized(resized(x, 1, Math.ceil(0.6 * x.shape[1])), 2, x.shape[2] + 3),
  searchSorted: (x, y) => mapAll((value) => x.data.filter((other) => other < value).length, y),
  matmul,
  take,
  checkIndices: take,
  scatterAdd: (x, indices) =>
    scattered({ shape: [600, x.shape[1]], data: new Array(600 * x.shape[1]).fill(0) }, (data) => {
      positionsOf(x.shape).forEach(([row, column], i) => {
        data[wrapped(indices.data[row], 600) * x.shape[1] + column] += x.data[i];
      });
    }),
  scatter,
  takeAlongAxis: (x) => ({
    shape: x.shape,
    data: positionsOf(x.shape).map((position, i) => x.data[placeAlong(x, i, position)]),
  }),
  scatterAddAlongAxis: (x) =>
    scattered(scaled(x, 0), (data) => {
      positionsOf(x.shape).forEach((position, i) => {
        const at = placeAlong(x, i, position);
        data[at] += 2 * x.data[at];
      });
    }),
};
