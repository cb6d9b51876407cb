/**
 * The golden operations of reductions, running reductions and orders, by the names of the golden files.
 *
 * @module
 */

import * as t from "../../tensor/mod.ts";

import {
  binary,
  FILL,
  filled,
  type Operation,
  operation,
  position,
  reduction,
  softmax,
} from "./ops_operation.ts";

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
  logsumexp: reduction(t.logSumExp),
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
};
