/**
 * Bad input of reductions and statistics.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { f32, i32, keys, wrong } from "../operands.ts";
import { takeNumbers } from "./numbers.ts";
import type { Row } from "../row.ts";

/** Functions of one tensor or number over axes. */
export const OVER_AXES = [
  "logSoftmax",
  "standardize",
  "logSumExp",
  "max",
  "mean",
  "min",
  "prod",
  "softmax",
  "standardDeviation",
  "sum",
  "variance",
  "all",
  "any",
  "argmax",
  "argmin",
] as const;

/** Functions of one operand that also has axes of its own to go wrong. */
const STATISTICS = [
  "average",
  "countNonzero",
  "median",
  "nanMax",
  "nanMean",
  "nanMedian",
  "nanMin",
  "nanProd",
  "nanStandardDeviation",
  "nanSum",
  "nanVariance",
  "norm",
  "ptp",
] as const;

const ALONG = ["cumprod", "cummax", "cummin", "cumLogSumExp", "nanCumsum", "nanCumprod", "diff"] as const;

const REDUCTIONS = [
  "sum",
  "prod",
  "max",
  "min",
  "mean",
  "variance",
  "standardDeviation",
  "all",
  "any",
  "logSumExp",
  "softmax",
  "logSoftmax",
  "standardize",
] as const;

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ...takeNumbers(OVER_AXES),
  ...REDUCTIONS.flatMap((name): Row[] => [
    [name, () => t[name](f32, { axes: 2 }), "RangeError", "an axis within rank 2", "got 2"],
    [name, () => t[name](f32, { axes: [0, -2] }), "RangeError", "distinct", "[0, -2]"],
    [name, () => t[name](f32, { axes: NaN }), "TypeError", "an axis to be an integer", "NaN"],
    [name, () => t[name](f32, { axes: wrong("0") }), "TypeError", "got 0"],
  ]),
  ["max", () => t.max(t.ones([0, 2]), { axes: 0 }), "RangeError", "at least one element", "[0, 2]"],
  ["min", () => t.min(t.ones([0])), "RangeError", "at least one element", "[0]"],
  ["argmax", () => t.argmax(t.ones([0])), "RangeError", "at least one element", "[0]"],
  ["argmin", () => t.argmin(f32, { axis: 3 }), "RangeError", "an axis within rank 2", "got 3"],
  ["argmax", () => t.argmax(f32, { axis: 0.5 }), "TypeError", "integer", "0.5"],
  ["cumsum", () => t.cumsum(f32, { axis: 2 }), "RangeError", "axis", "2"],
  ["cumsum", () => t.cumsum(keys), "TypeError"],
  ...STATISTICS.flatMap((name): Row[] => [
    [name, () => t[name](wrong("x")), "TypeError", "expects a tensor or a number", "a string"],
    [name, () => t[name](keys), "TypeError", "key"],
    [name, () => t[name](f32, { axes: 2 }), "RangeError", "axis", "2"],
  ]),
  ...ALONG.flatMap((name): Row[] => [
    [name, () => t[name](wrong("x")), "TypeError", "expects a tensor or a number", "a string"],
    [name, () => t[name](keys), "TypeError", "key"],
    [name, () => t[name](f32, { axis: 2 }), "RangeError", "axis", "2"],
  ]),
  ...(["nanArgmax", "nanArgmin"] as const).flatMap((name): Row[] => [
    [name, () => t[name](keys), "TypeError", "key"],
    [name, () => t[name](f32, { axis: 2 }), "RangeError", "axis", "2"],
  ]),
  ...(["quantile", "percentile", "nanQuantile", "nanPercentile"] as const).flatMap((name): Row[] => [
    [name, () => t[name](keys, 0.5), "TypeError", "key"],
    [name, () => t[name](f32, wrong("x")), "TypeError", "a string"],
    [name, () => t[name](f32, f32), "RangeError", "at most one axis", "[2, 3]"],
    [name, () => t[name](f32, 0.5, { axes: 2 }), "RangeError", "axis", "2"],
    [name, () => t[name](f32, 0.5, { method: wrong("best") }), "RangeError", "linear", "best"],
    [name, () => t[name](t.ones([0]), 0.5), "RangeError", "at least one element", "[0]"],
  ]),
  ["sum", () => t.sum(f32, { where: t.ones([4]) }), "RangeError", "broadcast", "[4]"],
  ["max", () => t.max(f32, { where: t.ones([2, 2, 3]) }), "RangeError", "mask", "[2, 2, 3]"],
  ["mean", () => t.mean(f32, { where: keys }), "TypeError", "key"],
  ["logSumExp", () => t.logSumExp(f32, { weights: t.ones([4]) }), "RangeError", "broadcast", "[4]"],
  ["softmax", () => t.softmax(f32, { where: t.ones([4]) }), "RangeError", "[4]"],
  ["norm", () => t.norm(t.ones([2, 2, 2]), { order: 2 }), "RangeError", "one axis", "float32[2, 2, 2]"],
  ["norm", () => t.norm(f32, { order: 3 }), "RangeError", "matrices", "3"],
  ["norm", () => t.norm(t.ones([2]), { order: NaN }), "RangeError", "NaN"],
  ["average", () => t.average(f32, { weights: t.ones([4]) }), "RangeError", "[2, 3]", "[4]"],
  ["diff", () => t.diff(f32, { order: -1 }), "RangeError", "-1"],
  ["trapezoid", () => t.trapezoid(f32, { axis: 2 }), "RangeError", "axis", "2"],
  ["trapezoid", () => t.trapezoid(keys), "TypeError", "key"],
  ["bincount", () => t.bincount(f32), "TypeError", "integers", "float32"],
  ["bincount", () => t.bincount(i32, { length: -1 }), "RangeError", "-1"],
  ["bincount", () => t.compile((x: Tensor) => t.bincount(x))(i32), "TypeError", "length", "int32[2, 3]"],
  ["histogram", () => t.histogram(f32, { bins: 0 }), "RangeError", "bins", "0"],
  ["histogram", () => t.histogram(f32, { bins: f32 }), "RangeError", "one axis", "[2, 3]"],
  ["histogram", () => t.histogram(keys), "TypeError", "key"],
  ["histogramBinEdges", () => t.histogramBinEdges(f32, { bins: 0.5 }), "RangeError", "bins", "0.5"],
  ["linearRecurrence", () => t.linearRecurrence(f32, t.ones([4])), "RangeError", "broadcast", "[4]"],
  ["linearRecurrence", () => t.linearRecurrence(f32, f32, { axis: 2 }), "RangeError", "axis", "2"],
  ["linearRecurrence", () => t.linearRecurrence(keys, keys), "TypeError", "key"],
  ["sparsemax", () => t.sparsemax(f32, { axis: 2 }), "RangeError", "axis", "2"],
  ["sparsemax", () => t.sparsemax(keys), "TypeError"],
  ["normalize", () => t.normalize(f32, { order: 0 }), "RangeError", "order above 0", "0"],
  ["normalize", () => t.normalize(f32, { axes: 2 }), "RangeError", "axis", "2"],
  ["normalize", () => t.normalize(keys), "TypeError", "key"],
  ["pairwiseDistance", () => t.pairwiseDistance(f32, t.ones([4])), "RangeError", "[2, 3]", "[4]"],
  ["pairwiseDistance", () => t.pairwiseDistance(f32, f32, { order: -1 }), "RangeError", "order", "-1"],
  ["softmin", () => t.softmin(f32, { axes: 2 }), "RangeError", "axis", "2"],
  ["softmin", () => t.softmin(keys), "TypeError", "key"],
];
