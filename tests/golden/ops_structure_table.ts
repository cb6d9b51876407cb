/**
 * The golden operations of structure and creation, by the names of the golden files.
 *
 * @module
 */

import * as t from "../../tensor/mod.ts";

import { dtypeOf, FILL, filled, iota, type Operation, operation } from "./ops_operation.ts";

/** By the names of the golden files. */
export const STRUCTURE: Readonly<Record<string, Operation>> = {
  reshape: operation(([x], { shape }) => t.reshape(x, shape as number[]), "bits", ["shape"]),
  transpose: operation(([x], { axes }) => t.transpose(x, axes as number[] | undefined), "bits", ["axes"]),
  swapaxes: operation(
    ([x], { axis1, axis2 }) => t.swapAxes(x, axis1 as number, axis2 as number),
    "bits",
    ["axis1", "axis2"],
  ),
  flip: operation(([x], { axis }) => t.flip(x, axis as number | undefined), "bits", ["axis"]),
  pad: operation(
    ([x], options) => {
      const { pad_width: widths, constant_values: value, end_values: endValue } = options;
      const modes: Readonly<Record<string, t.PadMode>> = { linear_ramp: "linearRamp" };
      const pairs = (values: unknown): t.PadValues => {
        if (typeof values === "number") return values;
        const list = values as readonly (number | readonly [number, number])[];
        if (typeof list[0] === "number") {
          return x.shape.map(() => list as unknown as readonly [number, number]);
        }
        const given = list as readonly (readonly [number, number])[];
        return given.length === 1 ? x.shape.map(() => given[0]) : given;
      };
      const mode = options.mode as string | undefined;
      return t.pad(x, pairs(widths), {
        ...(mode === undefined ? {} : { mode: modes[mode] ?? mode as t.PadMode }),
        ...(value === undefined ? {} : { value: pairs(value) }),
        ...(endValue === undefined ? {} : { endValue: pairs(endValue) }),
        ...(options.stat_length === undefined ? {} : { statLength: options.stat_length as number }),
        ...(options.reflect_type === undefined ? {} : { reflectType: options.reflect_type as "odd" }),
      });
    },
    "close",
    ["pad_width", "constant_values", "mode", "end_values", "stat_length", "reflect_type"],
  ),
  concatenate: operation((inputs, { axis }) => t.concatenate(inputs, axis as number | undefined), "bits", [
    "axis",
  ]),
  stack: operation((inputs, { axis }) => t.stack(inputs, axis as number | undefined), "bits", ["axis"]),
  broadcast_to: operation(([x], { shape }) => t.broadcastTo(x, shape as number[]), "bits", ["shape"]),
  expand_dims: operation(([x], { axis }) => t.expandDims(x, axis as number), "bits", ["axis"]),
  squeeze: operation(([x], { axis }) => t.squeeze(x, axis as number | undefined), "bits", ["axis"]),
  one_hot: operation(
    ([x], { num_classes: classes, dtype, axis }) =>
      t.oneHot(x, classes as number, { axis: (axis ?? -1) as number, ...dtypeOf({ dtype }) }),
    "equal",
    ["num_classes", "dtype", "axis"],
  ),
  eye: operation(
    (_, { N, M, k, dtype }) =>
      t.eye(N as number, {
        columns: (M ?? N) as number,
        offset: (k ?? 0) as number,
        ...dtypeOf({ dtype }),
      }),
    "equal",
    ["N", "M", "k", "dtype"],
  ),
  linspace: operation(
    (_, { start, stop, num, dtype, endpoint }) =>
      t.linspace(start as number, stop as number, {
        count: num as number,
        endpoint: endpoint !== false,
        ...dtypeOf({ dtype }),
      }),
    "close",
    ["start", "stop", "num", "dtype", "endpoint"],
  ),
  arange: operation(
    // JAX makes integers of integers, which the numbers of a file do not tell apart.
    (_, options, dtype) => {
      const { start, stop, step } = options as Readonly<Record<string, number | undefined>>;
      const range = {
        start: stop === undefined ? 0 : start!,
        step: step ?? 1,
        ...dtypeOf({ dtype, ...options }),
      };
      return t.arange(stop ?? start!, range);
    },
    "bits",
    ["start", "stop", "step", "dtype"],
  ),
  sum_of_fill: operation((_, options) => t.sum(filled(options)), "sum", FILL),
  mean_of_fill: operation((_, options) => t.mean(filled(options)), "sum", FILL),
  dot_of_fill: operation((_, options) => t.matmul(filled(options), filled(options)), "sum", FILL),
  logsumexp_of_fill: operation((_, options) => t.logSumExp(filled(options)), "sum", FILL),
  sum_of_iota: operation((_, options) => t.sum(iota(options)), "sum", FILL),
  var_of_iota: operation((_, options) => t.variance(iota(options)), "sum", FILL),
  lax_pad: operation(
    ([x, value], { config }) => {
      const axes = config as readonly (readonly [number, number, number])[];
      return t.pad(x, axes.map(([low, high]) => [low, high] as const), {
        value,
        interior: axes.map(([, , interior]) => interior),
      });
    },
    "bits",
    ["config"],
  ),
  moveaxis: operation(
    ([x], { source, destination }) => t.moveAxis(x, source as number, destination as number),
    "bits",
    ["source", "destination"],
  ),
  rot90: operation(
    ([x], { k, axes }) => t.rot90(x, (k ?? 1) as number, (axes ?? [0, 1]) as [number, number]),
    "bits",
    [
      "k",
      "axes",
    ],
  ),
  roll: operation(
    ([x], { shift, axis }) => t.roll(x, shift as number, axis as number | undefined),
    "bits",
    ["shift", "axis"],
  ),
  split: operation(
    ([x], { indices_or_sections: sections, axis }) =>
      t.split(x, sections as number, { axis: (axis ?? 0) as number }),
    "bits",
    ["indices_or_sections", "axis"],
  ),
  array_split: operation(
    ([x], { indices_or_sections: sections, axis }) =>
      t.arraySplit(x, sections as number, { axis: (axis ?? 0) as number }),
    "bits",
    ["indices_or_sections", "axis"],
  ),
  tile: operation(([x], { reps }) => t.tile(x, reps as number), "bits", ["reps"]),
  repeat: operation(
    ([x], { repeats, axis }) =>
      t.repeat(x, repeats as number, axis === undefined ? {} : { axis: axis as number }),
    "bits",
    ["repeats", "axis"],
  ),
  tril: operation(([x], { k }) => t.tril(x, (k ?? 0) as number), "bits", ["k"]),
  triu: operation(([x], { k }) => t.triu(x, (k ?? 0) as number), "bits", ["k"]),
  tri: operation(
    (_, { N, M, k, dtype }) =>
      t.tri(N as number, {
        columns: (M ?? N) as number,
        offset: (k ?? 0) as number,
        ...dtypeOf({ dtype }),
      }),
    "bits",
    ["N", "M", "k", "dtype"],
  ),
  diag: operation(([x], { k }) => t.diag(x, (k ?? 0) as number), "bits", ["k"]),
  diagonal: operation(
    ([x], { offset, axis1, axis2 }) =>
      t.diagonal(x, {
        offset: (offset ?? 0) as number,
        axis1: (axis1 ?? 0) as number,
        axis2: (axis2 ?? 1) as number,
      }),
    "bits",
    ["offset", "axis1", "axis2"],
  ),
  meshgrid: operation(
    (vectors, { indexing }) => t.meshgrid(vectors, { indexing: (indexing ?? "xy") as "xy" }),
    "bits",
    ["indexing"],
  ),
  sort_key_val: operation(([keys, values]) => t.sortKeyVal(keys, values), "equal"),
  top_k: operation(([x], { k }) => t.topK(x, k as number), "bits", ["k"]),
  logspace: operation(
    (_, { start, stop, num, dtype, base, endpoint }) =>
      t.logspace(start as number, stop as number, {
        count: num as number,
        endpoint: endpoint !== false,
        ...(base === undefined ? {} : { base: base as number }),
        ...dtypeOf({ dtype }),
      }),
    "close",
    ["start", "stop", "num", "dtype", "base", "endpoint"],
  ),
};
