/**
 * The layers that stand for torch's modules, by the names of torch.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import type { AxisPadding, PerAxis, Shape } from "../../tensor/mod.ts";
import type { Options } from "./table.ts";
import { given, module, type TorchModule } from "./torch_module.ts";
import { TORCH_OPERATIONS } from "./torch_operations_table.ts";

const CONV = ["kernel_size", "stride", "padding", "dilation", "groups", "bias"];

function conv(
  make: (options: nn.ConvLayerOptions) => nn.Layer<nn.ConvLayerParams, nn.Empty>,
): TorchModule {
  return module(({ options, shapes }) =>
    make({
      features: shapes.weight[0],
      kernelSize: shapes.weight.slice(2),
      strides: (options.stride ?? 1) as PerAxis,
      padding: (options.padding ?? 0) as AxisPadding,
      dilation: (options.dilation ?? 1) as PerAxis,
      groups: (options.groups ?? 1) as number,
      bias: shapes.bias !== undefined,
      paddingMode: (options.padding_mode ?? "zeros") as nn.PaddingMode,
    }), [...CONV, "padding_mode"]);
}

function convTranspose(
  make: (options: nn.ConvTransposeLayerOptions) => nn.Layer<nn.ConvLayerParams, nn.Empty>,
): TorchModule {
  return module(({ options, shapes }) => {
    const groups = (options.groups ?? 1) as number;
    return make({
      features: shapes.weight[1] * groups,
      kernelSize: shapes.weight.slice(2),
      strides: (options.stride ?? 1) as PerAxis,
      padding: (options.padding ?? 0) as PerAxis,
      outputPadding: (options.output_padding ?? 0) as PerAxis,
      dilation: (options.dilation ?? 1) as PerAxis,
      groups,
      bias: shapes.bias !== undefined,
    });
  }, [...CONV, "output_padding"]);
}

const batchNorm = module(({ options, shapes }) =>
  nn.batchNorm({
    ...given("eps", options.eps),
    momentum: options.momentum === null ? "cumulative" : 1 - ((options.momentum ?? 0.1) as number),
    scale: shapes.weight !== undefined,
    offset: shapes.bias !== undefined,
    trackRunningStatistics: shapes.running_mean !== undefined,
  }), ["eps", "momentum", "affine", "track_running_stats"]);

const instanceNorm = module(({ options, shapes }) =>
  nn.instanceNorm({
    ...given("eps", options.eps),
    momentum: 1 - ((options.momentum ?? 0.1) as number),
    affine: shapes.weight !== undefined,
    trackRunningStatistics: shapes.running_mean !== undefined,
  }), ["eps", "momentum", "affine", "track_running_stats"]);

const EMBEDDING = ["padding_idx", "max_norm", "norm_type", "scale_grad_by_freq"];

const embeddingOptions = (options: Options, [count, features]: Shape): nn.EmbeddingOptions => ({
  count,
  features,
  ...given("paddingIndex", options.padding_idx),
  ...given("maxNorm", options.max_norm),
  ...given("normOrder", options.norm_type),
  ...given("scaleGradientByFrequency", options.scale_grad_by_freq),
});

/** The machine epsilon, by dtype. */
const EPSILON: Readonly<Record<string, number>> = { float32: 2 ** -23, float64: 2 ** -52 };

/** By the names of torch.nn. */
export const TORCH_LAYERS: Readonly<Record<string, TorchModule>> = {
  ...TORCH_OPERATIONS,
  Linear: module(
    ({ shapes }) => nn.dense({ features: shapes.weight[0], bias: shapes.bias !== undefined }),
    ["bias"],
  ),
  Bilinear: module(({ shapes }) =>
    nn.bilinear({
      features: shapes.weight[0],
      contextFeatures: shapes.weight[2],
      bias: shapes.bias !== undefined,
    }), ["bias"]),
  PReLU: module(({ shapes }) => nn.prelu({ perChannel: shapes.weight[0] > 1 }), ["num_parameters", "init"]),
  Conv1d: conv(nn.conv1d),
  Conv2d: conv((options) => nn.conv2d(options as unknown as nn.Conv2dOptions)),
  Conv3d: conv(nn.conv3d),
  ConvTranspose1d: convTranspose(nn.convTranspose1d),
  ConvTranspose2d: convTranspose(nn.convTranspose2d),
  ConvTranspose3d: convTranspose(nn.convTranspose3d),
  BatchNorm1d: batchNorm,
  BatchNorm2d: batchNorm,
  BatchNorm3d: batchNorm,
  InstanceNorm1d: instanceNorm,
  InstanceNorm2d: instanceNorm,
  InstanceNorm3d: instanceNorm,
  LayerNorm: module(({ options, shapes }) =>
    nn.layerNorm({
      ...given("eps", options.eps),
      axes: (options.normalized_shape as readonly number[]).length,
      scale: shapes.weight !== undefined,
      offset: shapes.bias !== undefined,
    }), ["normalized_shape", "eps", "elementwise_affine", "bias"]),
  GroupNorm: module(
    ({ options, shapes }) =>
      nn.groupNorm({
        ...given("eps", options.eps),
        groups: options.num_groups as number,
        affine: shapes.weight !== undefined,
      }),
    ["num_groups", "num_channels", "eps", "affine"],
  ),
  RMSNorm: module(({ options, shapes, dtype }) =>
    nn.rmsNorm({
      eps: typeof options.eps === "number" ? options.eps : EPSILON[dtype],
      axes: (options.normalized_shape as readonly number[]).length,
      scale: shapes.weight !== undefined,
    }), ["normalized_shape", "eps", "elementwise_affine"]),
  Embedding: module(
    ({ options, shapes }) => nn.embedding(embeddingOptions(options, shapes.weight)),
    EMBEDDING,
  ),
  EmbeddingBag: module(
    ({ options, shapes }) =>
      options.include_last_offset === true
        ? null
        : nn.embeddingBag({ ...embeddingOptions(options, shapes.weight), ...given("mode", options.mode) }),
    [...EMBEDDING, "mode", "include_last_offset"],
    (layer, { params }, { x, offsets, weights }) =>
      (layer as unknown as nn.EmbeddingBag).run(params as nn.EmbeddingParams, x, { offsets, weights }),
  ),
};
