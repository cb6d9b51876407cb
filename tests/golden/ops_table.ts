/**
 * The golden operations that the library has, by the names of the golden files.
 *
 * @module
 */
import type { DType } from "../../tensor/dtype.ts";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

/** Options of a case, under the names of the function that made it. */
export type Options = Readonly<Record<string, unknown>>;

/** From the inputs and options of a case to its output, or outputs. */
export type Call = (inputs: readonly Tensor[], options: Options) => Tensor | readonly Tensor[];

/** How closely an operation is compared: bit for bit with signs of zeros, by value, with a tolerance, as a long sum. */
export type Exactness = "bits" | "equal" | "close" | "sum";

/** An operation of the table. */
export interface Operation {
  /** What is called. */
  readonly call: Call;
  /** How closely its output is compared. */
  readonly exactness: Exactness;
  /** The options that it understands; a case with others is skipped. */
  readonly options: readonly string[];
}

function operation(call: Call, exactness: Exactness = "close", options: readonly string[] = []): Operation {
  return { call, exactness, options };
}

function unary(f: (x: Tensor) => Tensor, exactness: Exactness = "close"): Operation {
  return operation(([x]) => f(x), exactness);
}

function binary(f: (x: Tensor, y: Tensor) => Tensor, exactness: Exactness = "close"): Operation {
  return operation(([x, y]) => f(x, y), exactness);
}

type Axes = { readonly axes?: number | readonly number[]; readonly keepDims?: boolean };

/** Options of a reduction: axis, keepdims and ddof of JAX. */
function axesOf(options: Options): Axes & { readonly correction?: number } {
  return {
    ...(options.axis === undefined ? {} : { axes: options.axis as number | readonly number[] }),
    ...(options.keepdims === undefined ? {} : { keepDims: options.keepdims === true }),
    ...(options.ddof === undefined ? {} : { correction: options.ddof as number }),
  };
}

function reduction(
  f: (x: Tensor, options: Axes) => Tensor,
  exactness: Exactness = "close",
  more: readonly string[] = [],
): Operation {
  return operation(([x], options) => f(x, axesOf(options)), exactness, ["axis", "keepdims", ...more]);
}

function position(f: (x: Tensor, options: t.ArgReduceOptions) => Tensor): Operation {
  return operation(
    ([x], options) =>
      f(x, {
        ...(options.axis === undefined ? {} : { axis: options.axis as number }),
        keepDims: options.keepdims === true,
      }),
    "equal",
    ["axis", "keepdims"],
  );
}

function softmax(f: (x: Tensor, options: t.SoftmaxOptions) => Tensor): Operation {
  // Without an axis the functions of JAX were asked for one distribution over all.
  return operation(
    ([x], { axis }) => f(x, { axes: (axis ?? x.shape.map((_, i) => i)) as number[] }),
    "close",
    [
      "axis",
    ],
  );
}

function dtypeOf(options: Options): { readonly dtype?: DType } {
  return options.dtype === undefined ? {} : { dtype: options.dtype as DType };
}

/** A tensor of `count` equal values, written out. */
function filled(options: Options): Tensor {
  return t.contiguous(t.full([options.count as number], options.value as number, dtypeOf(options)));
}

function iota(options: Options): Tensor {
  return t.arange(options.count as number, dtypeOf(options));
}

const FILL = ["count", "value", "dtype"];

/** By the names of the golden files. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  neg: unary(t.negative, "bits"),
  abs: unary(t.abs, "bits"),
  sign: unary(t.sign, "bits"),
  exp: unary(t.exp),
  expm1: unary(t.expm1),
  log: unary(t.log),
  log1p: unary(t.log1p),
  sqrt: unary(t.sqrt),
  rsqrt: unary(t.rsqrt),
  cbrt: unary(t.cbrt),
  square: unary(t.square),
  reciprocal: unary(t.reciprocal),
  sin: unary(t.sin),
  cos: unary(t.cos),
  tan: unary(t.tan),
  asin: unary(t.asin),
  acos: unary(t.acos),
  atan: unary(t.atan),
  sinh: unary(t.sinh),
  cosh: unary(t.cosh),
  tanh: unary(t.tanh),
  asinh: unary(t.asinh),
  acosh: unary(t.acosh),
  atanh: unary(t.atanh),
  erf: unary(t.erf),
  erfc: unary(t.erfc),
  erfinv: unary(t.erfinv),
  sigmoid: unary(t.sigmoid),
  log_sigmoid: unary(t.logSigmoid),
  relu: unary(t.relu),
  relu6: unary(t.relu6),
  elu: operation(
    ([x], { alpha }) => t.elu(x, alpha === undefined ? {} : { alpha: alpha as number }),
    "close",
    ["alpha"],
  ),
  leaky_relu: operation(
    ([x], { negative_slope: slope }) =>
      t.leakyRelu(x, slope === undefined ? {} : { negativeSlope: slope as number }),
    "close",
    ["negative_slope"],
  ),
  gelu: operation(
    ([x], { approximate }) => t.gelu(x, { approximate: approximate === false ? "none" : "tanh" }),
    "close",
    ["approximate"],
  ),
  silu: unary(t.silu),
  softplus: unary(t.softplus),
  soft_sign: unary(t.softSign),
  hard_tanh: unary(t.hardTanh),
  hard_sigmoid: unary(t.hardSigmoid),
  hard_silu: unary(t.hardSilu),
  mish: unary(t.mish),
  floor: unary(t.floor, "bits"),
  ceil: unary(t.ceil, "bits"),
  round: unary(t.round, "bits"),
  trunc: unary(t.trunc, "bits"),
  isnan: unary(t.isNaN, "equal"),
  isfinite: unary(t.isFinite, "equal"),
  logical_not: unary(t.logicalNot, "equal"),
  add: binary(t.add),
  sub: binary(t.subtract),
  mul: binary(t.multiply),
  div: binary(t.divide),
  pow: binary(t.power),
  maximum: binary(t.maximum, "equal"),
  minimum: binary(t.minimum, "equal"),
  equal: binary(t.equal, "equal"),
  not_equal: binary(t.notEqual, "equal"),
  less: binary(t.less, "equal"),
  less_equal: binary(t.lessEqual, "equal"),
  greater: binary(t.greater, "equal"),
  greater_equal: binary(t.greaterEqual, "equal"),
  logical_and: binary(t.logicalAnd, "equal"),
  logical_or: binary(t.logicalOr, "equal"),
  logical_xor: binary(t.logicalXor, "equal"),
  where: operation(([condition, x, y]) => t.where(condition, x, y), "bits"),
  where_sqrt_unsafe: unary((x) => t.where(t.greater(x, 0), t.sqrt(x), 0)),
  where_sqrt_safe: unary((x) => t.where(t.greater(x, 0), t.sqrt(t.where(t.greater(x, 0), x, 1)), 0)),
  where_div_unsafe: binary((x, y) => t.where(t.notEqual(y, 0), t.divide(x, y), 0)),
  clip: operation(
    ([x], { min, max }) =>
      t.clip(x, {
        ...(min === undefined ? {} : { min: min as number }),
        ...(max === undefined ? {} : { max: max as number }),
      }),
    "equal",
    ["min", "max"],
  ),
  clip_tensor: operation(([x, min, max]) => t.clip(x, { min, max }), "equal"),
  integer_pow: operation(([x], { y }) => t.power(x, y as number), "close", ["y"]),
  pow_scalar: operation(([x], { exponent }) => t.power(x, exponent as number), "close", ["exponent"]),
  add_scalar: operation(([x], { scalar }) => t.add(x, scalar as number), "close", ["scalar"]),
  mul_scalar: operation(([x], { scalar }) => t.multiply(x, scalar as number), "close", ["scalar"]),
  div_scalar: operation(([x], { scalar }) => t.divide(x, scalar as number), "close", ["scalar"]),
  cast: operation(([x], { to }) => t.cast(x, to as DType), "bits", ["to"]),
  matmul: binary(t.matmul),
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
  take: operation(
    ([x, indices], { axis }) =>
      axis === undefined ? t.take(t.ravel(x), indices) : t.take(x, indices, { axis: axis as number }),
    "equal",
    ["axis", "mode"],
  ),
  take_embedding: operation(([x, indices]) => t.take(x, indices), "equal"),
  take_along_axis: operation(
    ([x, indices], { axis }) => t.takeAlongAxis(x, indices, axis as number),
    "equal",
    ["axis"],
  ),
  segment_sum: operation(
    ([x, indices], { num_segments: extent }) => t.scatterAdd(x, indices, { extent: extent as number }),
    "close",
    ["num_segments"],
  ),
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
