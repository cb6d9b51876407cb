/**
 * The entries of primitives that move, reduce, multiply and read elements.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { type Entry, entry, numbers } from "./entry.ts";

const SMALL = [[2, 3, 2]];
const LARGE = [[50, 60, 100]];

function int32(values: readonly number[]): Tensor {
  return t.tensor([...values], { dtype: "int32" });
}

/** Parts of a tensor and a list of positions, which repeat, from a range of `extent`. */
function indexed(f: (x: Tensor, indices: Tensor) => Tensor, extent: number, large: number): Entry {
  const list = (count: number, below: number): Tensor =>
    int32(Array.from({ length: count }, (_, i) => (i * 7) % below - (i % 2) * below));
  return {
    f,
    order: 2,
    small: () => [numbers([4, 2], -2, 2), list(4, 3)],
    large: () => [numbers([large, 100], -2, 2, "float32"), list(3000, extent)],
  };
}

/** Positions within the first axis of `x`, in the shape of `x`. */
function positions(x: Tensor): Tensor {
  const data = Int32Array.from({ length: x.size }, (_, i) => (i * 5) % x.shape[0]);
  return t.tensor(data, { shape: x.shape });
}

/** The gradient of a function, as a function of the operand. */
function slopeOf(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return (x) => t.grad((y: Tensor) => t.sum(t.square(f(y))))(x);
}

function windowsOf(x: Tensor): Tensor {
  return t.slidingWindows(x, { window: [2, 1], strides: [1, 2], padding: [[1, 0], [0, 0]] });
}

function mirrored(x: Tensor): Tensor {
  return t.pad(x, [[1, 0], [0, 1], [1, 1]], { mode: "symmetric" });
}

/** By the names of the primitives. */
export const STRUCTURE: Readonly<Record<string, Entry>> = {
  tap: entry((x) => t.multiply(t.tap(x, () => 0), 2), SMALL, LARGE),
  reshape: entry((x) => t.reshape(t.transpose(x), [-1]).multiply(2), SMALL, LARGE),
  transpose: entry((x) => t.contiguous(t.transpose(x, [1, 2, 0])), SMALL, LARGE),
  broadcastTo: entry((x) => t.multiply(t.broadcastTo(x, [3, ...x.shape]), 2), SMALL, LARGE),
  slice: entry((x) => t.contiguous(t.slice(x, [null, [-1, 0, -2], [0, -1]])), SMALL, LARGE),
  pad: entry((x) => t.pad(x, [[1, 0], [0, 2], [1, 1]], { value: 3 }), SMALL, LARGE),
  concatenate: entry((x, y) => t.concatenate([x, y, x], 1), [[2, 1, 2], [2, 3, 2]], [
    [50, 60, 100],
    [50, 9, 100],
  ]),
  repeatEach: entry((x) => t.repeat(x, 3, { axis: 1 }), SMALL, LARGE),
  contiguous: entry((x) => t.contiguous(t.transpose(x)), SMALL, LARGE),
  windows: entry((x) => t.multiply(windowsOf(x), 2), SMALL, LARGE),
  addWindows: entry(slopeOf(windowsOf), SMALL, LARGE),
  extend: entry(mirrored, SMALL, LARGE),
  foldExtension: entry(slopeOf(mirrored), SMALL, LARGE),
  softmax: entry((x) => t.softmax(x, { axes: [1, 2] }).add(t.softmax(x, { axes: [0, 2] })), SMALL, LARGE),
  logSoftmax: entry((x) => t.logSoftmax(x).add(t.logSoftmax(x, { axes: 1 })), SMALL, LARGE),
  logSumExp: entry((x) => t.logSumExp(x, { axes: [0, 2] }).add(t.logSumExp(x)), SMALL, LARGE),
  normalize: entry(
    (x) => t.standardize(x, { eps: 0.1 }).add(t.standardize(x, { axes: [0, 2], eps: 0.1 })),
    SMALL,
    LARGE,
  ),
  sum: entry((x) => t.sum(x, { axes: [0, 2] }).add(t.sum(x)), SMALL, LARGE),
  prod: entry((x) => t.prod(x, { axes: [0, 1] }), SMALL, LARGE),
  max: entry((x) => t.max(x, { axes: [0, 2] }).add(t.max(x)), SMALL, LARGE),
  min: entry((x) => t.min(x, { axes: 1 }), SMALL, LARGE),
  all: entry((x) => t.all(t.less(x, 1.9), { axes: 0 }), SMALL, LARGE, 0),
  any: entry((x) => t.any(t.less(x, -1.9), { axes: [0, 1] }), SMALL, LARGE, 0),
  argmax: entry((x) => t.argmax(x, { axis: 1 }), SMALL, LARGE, 0),
  argmin: entry((x) => t.argmin(x, { axis: 0 }), SMALL, LARGE, 0),
  argsort: entry((x) => t.argsort(x, { axis: 1 }), SMALL, LARGE, 0),
  orderStatistics: entry(
    (x) => t.floor(t.quantile(x, 0.25, { axes: 1, method: "lower" })),
    SMALL,
    LARGE,
    0,
  ),
  nonzero: entry((x) => t.flatNonzero(t.greater(x, 0.5), { size: 40, fillValue: -1 }), SMALL, LARGE, 0),
  cumsum: entry((x) => t.cumsum(x, { axis: 1 }).add(t.cumsum(x, { reverse: true })), SMALL, LARGE),
  cumprod: entry(
    (x) => t.cumprod(x, { axis: 1 }).add(t.cumprod(x, { axis: 0, reverse: true })),
    SMALL,
    LARGE,
  ),
  cummax: entry((x) => t.cummax(x, { axis: 1 }).add(t.cummax(x, { reverse: true })), SMALL, LARGE),
  cummin: entry((x) => t.cummin(x, { axis: 1 }), SMALL, LARGE),
  cumLogSumExp: entry(
    (x) => t.cumLogSumExp(x, { axis: 1 }).add(t.cumLogSumExp(x, { reverse: true })),
    SMALL,
    LARGE,
  ),
  linearRecurrence: entry(
    (x, y) => t.linearRecurrence(x, y, { axis: 1 }).add(t.linearRecurrence(y, x, { reverse: true })),
    [[2, 3, 2], [2, 3, 2]],
    [[50, 60, 100], [50, 60, 100]],
  ),
  bandedProduct: entry(
    (x) => t.resize(x, [x.shape[0], Math.ceil(0.6 * x.shape[1]), x.shape[2] + 3]),
    SMALL,
    LARGE,
  ),
  searchSorted: entry(
    (x, y) => t.searchSorted(t.sort(t.ravel(x)), y),
    [[5], [2, 3]],
    [[3000], [300, 700]],
    0,
  ),
  matmul: entry(t.matmul, [[2, 2, 3], [3, 2]], [[3, 150, 130], [130, 170]]),
  take: indexed((x, indices) => t.take(x, indices), 500, 500),
  scatterAdd: indexed((x, indices) => t.scatterAdd(x, indices, { extent: 600 }), 600, 3000),
  takeAlongAxis: entry((x) => t.takeAlongAxis(x, positions(x), 0), SMALL, LARGE),
  checkIndices: { ...indexed((x, indices) => t.take(x, indices), 500, 500), order: 0 },
  scatter: indexed(
    (x, indices) => {
      const updates = t.multiply(t.take(x, indices), 0.5);
      return t.at(x, indices).set(updates).add(t.at(x, indices).multiply(updates)).add(
        t.at(x, [indices, 0]).max(t.at(updates, [null, 1]).get()),
      );
    },
    500,
    500,
  ),
  scatterAddAlongAxis: entry(slopeOf((x) => t.takeAlongAxis(x, positions(x), 0)), SMALL, LARGE),
};
