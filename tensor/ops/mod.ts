/**
 * Every operation on tensors, and the methods of tensors connected to them.
 *
 * @module
 */
import { forward } from "../tensor.ts";
import { abs } from "./sign.ts";
import { add, divide, multiply, negative, square, subtract } from "./arithmetic.ts";
import { power } from "./power.ts";
import { relu } from "./activation.ts";
import { cast } from "./cast.ts";
import { equal, greater, less } from "./comparison.ts";
import { exp, log, sigmoid, sqrt, tanh } from "./exponential.ts";
import { matmul } from "./matmul.ts";
import { argmax } from "./arg_reduce.ts";
import { max, mean, min, sum } from "./reduce.ts";
import { maximum, minimum } from "./selection.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { index, slice } from "./slice.ts";
import { reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";

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
export { type AlongAxisOptions, putAlongAxis, takeAlongAxis } from "./along_axis.ts";
export * from "./angle.ts";
export { abs, sign } from "./sign.ts";
export { add, divide, multiply, negative, reciprocal, square, subtract } from "./arithmetic.ts";
export { ceil, floor, round, type RoundOptions, trunc } from "./rounding.ts";
export { power } from "./power.ts";
export * from "./float_functions.ts";
export * from "./indices.ts";
export { deleteAt, insert, type InsertOptions } from "./insert.ts";
export * from "./piecewise.ts";
export * from "./sets.ts";
export { type At, at, type AtGetOptions, type AtOptions } from "./at.ts";
export { moveAxis } from "./axes.ts";
export { bitwiseAnd, bitwiseNot, bitwiseOr, bitwiseXor } from "./bitwise.ts";
export { countLeadingZeros, populationCount } from "./bit_count.ts";
export { leftShift, rightShift, rightShiftLogical } from "./shift.ts";
export * from "./broadcast.ts";
export * from "./cast.ts";
export * from "./choose.ts";
export * from "./comparison.ts";
export * from "./contraction/mod.ts";
export { conv2d, type Conv2dOptions } from "./convolution.ts";
export { type CreateOptions, tensor, type TensorOptions } from "./create.ts";
export { full, ones, onesLike, zeros, zerosLike } from "./full.ts";
export { arange, type ArangeOptions, linspace, type LinspaceOptions } from "./ranges.ts";
export { eye, type EyeOptions } from "./eye.ts";
export { cumLogSumExp, cummax, cummin, cumprod, cumsum, type CumulativeOptions } from "./cumulative.ts";
export { diag, diagflat, diagonal, type DiagonalOptions, trace } from "./diagonal.ts";
export { tri, tril, type TriOptions, triu } from "./tri.ts";
export { divmod, floorDivide, fmod, modf, remainder } from "./division.ts";
export { gcd, lcm } from "./common_divisor.ts";
export * from "./dynamic_slice.ts";
export * from "./exponential.ts";
export { copySign, heaviside, nextAfter, signBit } from "./float_parts.ts";
export { isInf, isNegInf, isPosInf, nanToNum, type NanToNumOptions } from "./not_finite.ts";
export { allClose, isClose, type IsCloseOptions } from "./is_close.ts";
export { bitcast } from "./bitcast.ts";
export * from "./gamma.ts";
export * from "./gather.ts";
export * from "./grid.ts";
export * from "./fft/mod.ts";
export { scatterAdd, type ScatterAddOptions, take, type TakeOptions } from "./indexing.ts";
export type { IndexExpression, IndexItem } from "./index_expression.ts";
export type { IndexMode } from "./index_mode.ts";
export * from "./linalg/mod.ts";
export { linearRecurrence, type LinearRecurrenceOptions } from "./linear_recurrence.ts";
export * from "./log_mean_exp.ts";
export { exp2, log10, log2, logit, xLog1pY, xLogY } from "./logarithm.ts";
export { log1mexp, logAddExp, logAddExp2 } from "./log_add_exp.ts";
export * from "./matmul.ts";
export * from "./nan_reduce.ts";
export { argwhere, flatNonzero, nonzero, type NonzeroOptions } from "./nonzero.ts";
export * from "./norm.ts";
export {
  normalize,
  type NormalizeOptions,
  pairwiseDistance,
  type PairwiseDistanceOptions,
} from "./normalize.ts";
export * from "./numerical/mod.ts";
export * from "./one_hot.ts";
export { lexsort, sortKeyVal, topK } from "./order.ts";
export { isIn, type Unique, unique, uniqueAll, type UniqueOptions } from "./unique.ts";
export { pad, type PadMode, type PadOptions, type PadValues } from "./pad.ts";
export type { Pool2dOptions } from "./pool2d.ts";
export { maxPool2d } from "./max_pool2d.ts";
export { avgPool2d, type AvgPool2dOptions } from "./avg_pool2d.ts";
export * from "./quantile.ts";
export * from "./rearrange.ts";
export { all, any, max, mean, min, prod, sum } from "./reduce.ts";
export { argmax, argmin } from "./arg_reduce.ts";
export { standardDeviation, variance, type VarianceOptions } from "./variance.ts";
export * from "./scaled_activation.ts";
export * from "./search_sorted.ts";
export * from "./segment.ts";
export { clamp, clip, type ClipOptions, maximum, minimum, where } from "./selection.ts";
export {
  hardShrink,
  type ShrinkOptions,
  softShrink,
  sparsePlus,
  sparseSigmoid,
  tanhShrink,
  threshold,
  type ThresholdOptions,
} from "./shrinkage.ts";
export { logSoftmax, softmax, type SoftmaxOptions } from "./softmax.ts";
export { logSumExp, type LogSumExpOptions } from "./log_sum_exp.ts";
export { standardize, type StandardizeOptions } from "./standardize.ts";
export * from "./softmin.ts";
export { argsort, sort, type SortOptions } from "./sort.ts";
export * from "./sparsemax.ts";
export * from "./spatial/mod.ts";
export * from "./stop_gradient.ts";
export * from "./special/mod.ts";
export * from "./split.ts";
export * from "./stacking.ts";
export { average, type AverageOptions, countNonzero, ptp } from "./statistics.ts";
export { diff, type DiffOptions, trapezoid, type TrapezoidOptions } from "./differences.ts";
export {
  bincount,
  type BincountOptions,
  histogram,
  histogramBinEdges,
  type HistogramOptions,
} from "./histogram.ts";
export { broadcastTo } from "./broadcast_to.ts";
export { concatenate, stack } from "./concatenate.ts";
export { contiguous } from "./contiguous.ts";
export { expandDims, ravel, reshape, squeeze } from "./reshape.ts";
export { flip, index, slice, unstack } from "./slice.ts";
export { swapAxes, transpose } from "./transpose.ts";
export * from "./trigonometric.ts";
