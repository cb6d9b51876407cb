/**
 * Every operation on tensors, and the methods of tensors connected to them.
 *
 * @module
 */
import { forward } from "../tensor.ts";
import { abs, add, divide, multiply, negative, power, square, subtract } from "./arithmetic.ts";
import { relu } from "./activation.ts";
import { cast } from "./cast.ts";
import { equal, greater, less } from "./comparison.ts";
import { exp, log, sigmoid, sqrt, tanh } from "./exponential.ts";
import { matmul } from "./matmul.ts";
import { argmax, max, mean, min, sum } from "./reduce.ts";
import { maximum, minimum } from "./selection.ts";
import { broadcastTo, index, reshape, slice, transpose } from "./structure.ts";

forward({
  abs,
  add,
  argmax,
  broadcastTo,
  cast,
  divide,
  equal,
  exp,
  greater,
  index,
  less,
  log,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  multiply,
  negative,
  power,
  relu,
  reshape,
  sigmoid,
  slice,
  sqrt,
  square,
  subtract,
  sum,
  tanh,
  transpose,
});

export * from "./activation.ts";
export * from "./angle.ts";
export {
  abs,
  add,
  ceil,
  divide,
  floor,
  multiply,
  negative,
  power,
  reciprocal,
  round,
  type RoundOptions,
  sign,
  square,
  subtract,
  trunc,
} from "./arithmetic.ts";
export * from "./bitwise.ts";
export * from "./cast.ts";
export * from "./comparison.ts";
export * from "./contraction/mod.ts";
export { conv2d, type Conv2dOptions } from "./convolution.ts";
export * from "./create.ts";
export * from "./cumulative.ts";
export * from "./division.ts";
export * from "./exponential.ts";
export * from "./float_parts.ts";
export * from "./gamma.ts";
export * from "./fft/mod.ts";
export * from "./indexing.ts";
export * from "./linalg/mod.ts";
export { linearRecurrence, type LinearRecurrenceOptions } from "./linear_recurrence.ts";
export * from "./logarithm.ts";
export * from "./matmul.ts";
export * from "./nan_reduce.ts";
export * from "./norm.ts";
export * from "./pooling.ts";
export * from "./quantile.ts";
export {
  all,
  any,
  argmax,
  argmin,
  max,
  mean,
  min,
  prod,
  standardDeviation,
  sum,
  variance,
  type VarianceOptions,
} from "./reduce.ts";
export * from "./scaled_activation.ts";
export * from "./search_sorted.ts";
export * from "./selection.ts";
export * from "./softmax.ts";
export * from "./sort.ts";
export * from "./sparsemax.ts";
export * from "./spatial/mod.ts";
export * from "./stop_gradient.ts";
export * from "./statistics.ts";
export {
  broadcastTo,
  concatenate,
  contiguous,
  expandDims,
  flip,
  index,
  pad,
  type PadOptions,
  ravel,
  reshape,
  slice,
  squeeze,
  stack,
  swapAxes,
  transpose,
  unstack,
} from "./structure.ts";
export * from "./trigonometric.ts";
