/**
 * The golden functions of torch.nn.functional that layers are made of, by the names of torch.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { given } from "./torch_module.ts";
import { type Options, product, type TableOperation } from "./table.ts";

/** A number out of the options, or undefined where it is not there. */
const number = (value: unknown): number | undefined => typeof value === "number" ? value : undefined;

/** With torch's gradient at 0, which `prelu` has. */
export function leakyRelu(x: Tensor, slope: unknown): Tensor {
  const params = { slope: t.full([1], Number(slope ?? 0.01), { dtype: x.dtype }) };
  return nn.prelu().apply({ params, state: {} }, x).output;
}

/** One operand, with options that torch and this library name differently. */
function renamed<O>(
  f: (x: Tensor, options: O) => Tensor,
  names: Readonly<Record<string, keyof O>>,
): TableOperation {
  return product(([x], options) => {
    const given = Object.entries(options).map(([name, value]) => [names[name], value]);
    return [f(x, Object.fromEntries(given) as O)];
  }, Object.keys(names));
}

/** A layer without params, in evaluation. */
const evaluated = (make: (options: Options) => nn.Layer, options: readonly string[]): TableOperation =>
  product(([x], given) => {
    const layer = make(given);
    return [layer.apply({ params: {}, state: {} }, x).output];
  }, options);

const pairwiseDistance = product(
  ([x, y], { p = 2, eps = 1e-6, keepdim = false }) => [
    t.pairwiseDistance(x, y, {
      order: p === "inf" ? Infinity : Number(p),
      eps: eps as number,
      keepDims: keepdim as boolean,
    }),
  ],
  ["p", "eps", "keepdim"],
);

const cosineSimilarity = product(
  ([x, y], { dim = 1, eps = 1e-8 }) => [
    nn.cosineSimilarity(x, y, { axis: dim as number, eps: (eps as number) ** 2 }),
  ],
  ["dim", "eps"],
);

/** Torch has the sample of the columns first where there are two axes. */
function fractionalMaxPool(turned: boolean): TableOperation {
  return product(
    ([x, given], options) => [
      t.fractionalMaxPool(x, {
        window: options.kernel_size as t.PerAxis,
        ...(options.output_size === undefined ? {} : { outputSize: options.output_size as t.PerAxis }),
        ...(options.output_ratio === undefined ? {} : { outputRatio: options.output_ratio as number }),
        samples: turned ? t.flip(given, -1) : given,
      }),
    ],
    ["kernel_size", "output_size", "output_ratio"],
  );
}

const maxUnpool = product(
  ([output, indices], options) => {
    const { kernel_size: window, stride: strides, padding, output_size: outputSize } = options as Readonly<
      Record<string, t.PerAxis | undefined>
    >;
    return [
      t.maxUnpool({ output, indices }, {
        window: window!,
        ...(strides === undefined ? {} : { strides }),
        ...(padding === undefined ? {} : { padding }),
        ...(outputSize === undefined ? {} : { outputSize }),
      }),
    ];
  },
  ["kernel_size", "stride", "padding", "output_size"],
);

/** By the names of torch. */
export const TORCH_FUNCTIONS: Readonly<Record<string, TableOperation>> = {
  hardshrink: renamed<t.ShrinkOptions>(t.hardShrink, { lambd: "lambda" }),
  softshrink: renamed<t.ShrinkOptions>(t.softShrink, { lambd: "lambda" }),
  tanhshrink: product(([x]) => [t.tanhShrink(x)]),
  threshold: renamed<t.ThresholdOptions>(t.threshold, { threshold: "threshold", value: "value" }),
  // The gradient of torch at the bounds is 0.
  hardtanh: product(
    ([x], { min_val: min = -1, max_val: max = 1 }) => [
      t.clamp(x, { min: min as number, max: max as number }),
    ],
    ["min_val", "max_val"],
  ),
  hardswish: product(([x]) => [t.hardSilu(x)]),
  softplus: product(
    ([x], { beta = 1, threshold = 20 }) => [
      t.softplus(x, { beta: beta as number, threshold: threshold as number }),
    ],
    ["beta", "threshold"],
  ),
  gelu: renamed<t.GeluOptions>(t.gelu, { approximate: "approximate" }),
  glu: product(([x], { dim = -1 }) => [t.glu(x, dim as number)], ["dim"]),
  leaky_relu: product(([x], { negative_slope: slope }) => [leakyRelu(x, slope)], ["negative_slope"]),
  rrelu: product(
    ([x], { lower = 1 / 8, upper = 1 / 3 }) => [
      nn.rrelu({ lower: lower as number, upper: upper as number }).apply({ params: {}, state: {} }, x).output,
    ],
    ["lower", "upper"],
  ),
  softmax: product(([x], { dim }) => [t.softmax(x, { axes: number(dim) ?? -1 })], ["dim"]),
  log_softmax: product(([x], { dim }) => [t.logSoftmax(x, { axes: number(dim) ?? -1 })], ["dim"]),
  softmin: product(([x], { dim }) => [t.softmin(x, { axes: number(dim) ?? -1 })], ["dim"]),
  normalize: product(
    ([x], { p, dim = 1, eps }) => [
      t.normalize(x, {
        axes: dim as number | readonly number[],
        ...(p === undefined ? {} : { order: Number(p) }),
        ...(eps === undefined ? {} : { eps: eps as number }),
      }),
    ],
    ["p", "dim", "eps"],
  ),
  pairwise_distance: pairwiseDistance,
  PairwiseDistance: pairwiseDistance,
  cosine_similarity: cosineSimilarity,
  CosineSimilarity: cosineSimilarity,
  local_response_norm: renamed<t.LocalResponseNormOptions>(t.localResponseNorm, {
    size: "size",
    alpha: "alpha",
    beta: "beta",
    k: "k",
  }),
  channel_shuffle: product(([x], { groups }) => [t.channelShuffle(x, groups as number)], ["groups"]),
  linear: product(([x, weight, bias]) => {
    const params = { kernel: t.transpose(weight), ...(bias === undefined ? {} : { bias }) };
    const layer = nn.dense({ features: weight.shape[0], bias: bias !== undefined });
    return [layer.apply({ params, state: {} }, x).output];
  }),
  embedding: product(([weight, ids], options) => {
    const layer = nn.embedding({
      count: weight.shape[0],
      features: weight.shape[1],
      ...given("paddingIndex", options.padding_idx),
      ...given("maxNorm", options.max_norm),
      ...given("normOrder", options.norm_type),
      ...given("scaleGradientByFrequency", options.scale_grad_by_freq),
    });
    return [layer.apply({ params: { table: weight }, state: {} }, ids).output];
  }, ["padding_idx", "max_norm", "norm_type", "scale_grad_by_freq"]),
  prelu: product(([x, weight]) => {
    const params = { slope: t.reshape(weight, [-1]) };
    return [nn.prelu({ perChannel: weight.size > 1 }).apply({ params, state: {} }, x).output];
  }),
  bilinear: product(([x, y, kernel, bias]) => {
    const params = { kernel, ...(bias === undefined ? {} : { bias }) };
    const layer = nn.bilinear({ features: kernel.shape[0], bias: bias !== undefined });
    return [layer.apply({ params, state: {} }, x, { context: y }).output];
  }),
  embedding_bag: product(([table, ids, offsets, weights], options) => {
    const layer = nn.embeddingBag({
      count: table.shape[0],
      features: table.shape[1],
      ...given("mode", options.mode),
      ...given("paddingIndex", options.padding_idx),
    });
    return [layer.run({ table }, ids, ids.rank === 2 ? { weights: offsets } : { offsets, weights })];
  }, ["mode", "padding_idx"]),
  fractional_max_pool2d: fractionalMaxPool(true),
  fractional_max_pool3d: fractionalMaxPool(false),
  max_unpool1d: maxUnpool,
  max_unpool2d: maxUnpool,
  max_unpool3d: maxUnpool,
  dropout: evaluated(({ p = 0.5 }) => nn.dropout({ rate: p as number }), ["p"]),
};
