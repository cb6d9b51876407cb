/**
 * The golden operations of reductions, running reductions and orders, by the names of the golden files.
 *
 * @module
 */

import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

import {
  axesOf,
  binary,
  FILL,
  filled,
  type Operation,
  operation,
  position,
  reduction,
  softmax,
} from "./ops_operation.ts";

/** A reduction of the elements that the second operand chooses. */
function maskedReduction(
  f: (x: Tensor, options: { axes?: number | readonly number[]; where: Tensor }) => Tensor,
): Operation {
  return operation(([x, where], options) => f(x, { ...axesOf(options), where }), "close", [
    "axis",
    "keepdims",
  ]);
}

/** What runs along an axis, or along the flattened tensor. */
function running(
  f: (x: Tensor, options: { axis: number; reverse: boolean }) => Tensor,
  exactness: "close" | "equal" = "close",
): Operation {
  return operation(
    ([x], { axis, reverse }) =>
      f(axis === undefined ? t.ravel(x) : x, { axis: (axis ?? 0) as number, reverse: reverse === true }),
    exactness,
    ["axis", "reverse"],
  );
}

/** By the names of the golden files. */
export const REDUCE: Readonly<Record<string, Operation>> = {
  matmul: binary(t.matmul, "close"),
  sum: reduction(t.sum),
  mean: reduction(t.mean),
  prod: reduction(t.prod),
  max: reduction(t.max, "equal"),
  min: reduction(t.min, "equal"),
  var: reduction(t.variance, "close", ["ddof"]),
  std: reduction(t.standardDeviation, "close", ["ddof"]),
  logsumexp: { ...reduction(t.logSumExp), exponentialGradient: true },
  all: reduction(t.all, "equal"),
  any: reduction(t.any, "equal"),
  argmax: position(t.argmax),
  argmin: position(t.argmin),
  sort: operation(
    ([x], { axis, descending }) =>
      t.sort(axis === null ? t.ravel(x) : x, {
        axis: (axis ?? -1) as number,
        descending: descending === true,
      }),
    "equal",
    ["axis", "descending"],
  ),
  argsort: operation(
    ([x], { axis, descending }) =>
      t.argsort(x, { axis: (axis ?? -1) as number, descending: descending === true }),
    "equal",
    ["axis", "descending"],
  ),
  cumsum: operation(
    ([x], { axis }) => t.cumsum(axis === undefined ? t.ravel(x) : x, { axis: (axis ?? 0) as number }),
    "close",
    ["axis"],
  ),
  cumsum_reverse: operation(
    ([x], { axis }) => t.cumsum(x, { axis: axis as number, reverse: true }),
    "close",
    ["axis"],
  ),
  cumsum_last_of_fill: operation((_, options) => t.index(t.cumsum(filled(options)), -1), "sum", FILL),
  softmax: softmax(t.softmax),
  log_softmax: softmax(t.logSoftmax),
  norm: operation(
    ([x], options) => {
      const { axes, keepDims } = axesOf(options);
      const order = options.ord === "inf" ? Infinity : options.ord === "-inf" ? -Infinity : options.ord;
      return t.norm(x, {
        ...(axes === undefined ? {} : { axes }),
        ...(keepDims === undefined ? {} : { keepDims }),
        ...(order === undefined ? {} : { order: order as number }),
      });
    },
    "close",
    ["axis", "keepdims", "ord"],
  ),
  logsumexp_weighted: operation(
    ([x, weights], options) => t.logSumExp(x, { ...axesOf(options), weights }),
    "close",
    ["axis", "keepdims"],
  ),
  logsumexp_where: maskedReduction(t.logSumExp),
  sum_where: maskedReduction(t.sum),
  mean_where: maskedReduction(t.mean),
  softmax_where: maskedReduction(t.softmax),
  cumprod: running(t.cumprod),
  cummax: running(t.cummax, "equal"),
  cummin: running(t.cummin, "equal"),
  cumlogsumexp: running(t.cumLogSumExp),
  diff: operation(
    ([x], { n, axis }) => t.diff(x, { order: n as number, axis: axis as number }),
    "close",
    ["n", "axis"],
  ),
  median: reduction(t.median),
  quantile: operation(
    ([x], { q, method, ...options }) =>
      t.quantile(x, q as number, {
        ...axesOf(options),
        ...(method === undefined ? {} : { method: method as t.QuantileMethod }),
      }),
    "close",
    ["q", "method", "axis", "keepdims"],
  ),
  count_nonzero: reduction(t.countNonzero, "equal"),
  nansum: reduction(t.nanSum),
  nanmean: reduction(t.nanMean),
  nanmax: reduction(t.nanMax, "equal"),
  standardize: operation(
    ([x], { axis, epsilon }) =>
      t.standardize(x, {
        axes: (axis ?? x.shape.map((_, i) => i)) as number[],
        ...(epsilon === undefined ? {} : { eps: epsilon as number }),
      }),
    "close",
    ["axis", "epsilon"],
  ),
  trapezoid: operation(([y], { dx }) => t.trapezoid(y, { spacing: (dx ?? 1) as number }), "close", ["dx"]),
  histogram: operation(
    ([x], { bins, range }) => t.histogram(x, { bins: bins as number, range: range as [number, number] })[0],
    "equal",
    ["bins", "range"],
  ),
  bincount: operation(([x], { length }) => t.bincount(x, { length: length as number }), "equal", ["length"]),
  searchsorted: operation(
    ([sorted, values], { side }) => t.searchSorted(sorted, values, { side: (side ?? "left") as "left" }),
    "equal",
    ["side"],
  ),
};
