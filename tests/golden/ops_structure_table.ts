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
    ([x], { pad_width: widths, constant_values: value }) =>
      t.pad(
        x,
        typeof widths === "number"
          ? x.shape.map(() => [widths, widths] as const)
          : widths as [number, number][],
        value === undefined ? {} : { value: value as number },
      ),
    "bits",
    ["pad_width", "constant_values"],
  ),
  concatenate: operation((inputs, { axis }) => t.concatenate(inputs, axis as number | undefined), "bits", [
    "axis",
  ]),
  stack: operation((inputs, { axis }) => t.stack(inputs, axis as number | undefined), "bits", ["axis"]),
  broadcast_to: operation(([x], { shape }) => t.broadcastTo(x, shape as number[]), "bits", ["shape"]),
  expand_dims: operation(([x], { axis }) => t.expandDims(x, axis as number), "bits", ["axis"]),
  squeeze: operation(([x], { axis }) => t.squeeze(x, axis as number | undefined), "bits", ["axis"]),
  one_hot: operation(
    ([x], { num_classes: classes, dtype }) => t.oneHot(x, classes as number, dtypeOf({ dtype })),
    "equal",
    ["num_classes", "dtype"],
  ),
  eye: operation(
    (_, { N, M, dtype }) => t.eye(N as number, { columns: (M ?? N) as number, ...dtypeOf({ dtype }) }),
    "equal",
    ["N", "M", "dtype"],
  ),
  linspace: operation(
    (_, { start, stop, num, dtype }) =>
      t.linspace(start as number, stop as number, { count: num as number, ...dtypeOf({ dtype }) }),
    "close",
    ["start", "stop", "num", "dtype", "endpoint"],
  ),
  arange: operation(
    (_, options) => {
      const { start, stop, step } = options as Readonly<Record<string, number | undefined>>;
      const range = { start: stop === undefined ? 0 : start!, step: step ?? 1, ...dtypeOf(options) };
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
};
