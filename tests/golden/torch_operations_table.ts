/**
 * The layers without params that stand for torch's modules, by the names of torch.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import type { Options } from "./table.ts";
import { leakyRelu } from "./torch_functions_table.ts";
import { given, module, type TorchModule } from "./torch_module.ts";

/** A module whose layer takes options under other names; those of torch not named are not known. */
function renamed<O>(make: (options: O) => nn.Layer, names: Readonly<Record<string, string>>): TorchModule {
  return module(({ options }) =>
    make(
      Object.assign(
        {},
        ...Object.entries(names).map(([theirs, ours]) => given(ours, options[theirs])),
      ) as O,
    ), Object.keys(names));
}

/** A function with options under other names. */
function activation<O>(
  f: (x: Tensor, options: O) => Tensor,
  names: Readonly<Record<string, string>> = {},
): TorchModule {
  return renamed((options: O) => nn.activation((x) => f(x, options)), names);
}

const same = (layer: nn.Layer): TorchModule => module(() => layer);
const POOL = { kernel_size: "window", stride: "strides", padding: "padding", ceil_mode: "ceilMode" };
const maxPool = renamed(nn.maxPool, { ...POOL, dilation: "dilation" });
const averagePool = renamed(nn.avgPool, {
  ...POOL,
  count_include_pad: "countIncludePad",
  divisor_override: "divisor",
});
const lpPool = renamed(nn.lpPool, {
  norm_type: "order",
  kernel_size: "window",
  stride: "strides",
  ceil_mode: "ceilMode",
});
const adaptiveAverage = renamed(nn.adaptiveAvgPool, { output_size: "outputSize" });
const adaptiveMaximum = renamed(nn.adaptiveMaxPool, { output_size: "outputSize" });
const WINDOW = { kernel_size: "window", stride: "strides", padding: "padding", dilation: "dilation" };
const along = (f: (x: Tensor, options: t.SoftmaxOptions) => Tensor): TorchModule =>
  activation(f, { dim: "axes" });

/** Torch lists the last axis first. */
const sides = ({ padding }: Options): nn.PaddingOptions["padding"] =>
  typeof padding === "number"
    ? padding
    : Array.from({ length: (padding as readonly number[]).length / 2 }, (_, i) => {
      const list = padding as readonly number[];
      return [list[2 * i], list[2 * i + 1]] as const;
    }).reverse();

const constantPad = module(
  ({ options }) => nn.constantPad({ padding: sides(options), value: (options.value ?? 0) as number }),
  ["padding", "value"],
);
const padded = (make: (options: nn.PaddingOptions) => nn.Layer): TorchModule =>
  module(({ options }) => make({ padding: sides(options) }), ["padding"]);
const zeroPad = padded(nn.zeroPad);
const reflectionPad = padded(nn.reflectionPad);
const replicationPad = padded(nn.replicationPad);
const circularPad = padded(nn.circularPad);

const upsample = (otherwise: Options): TorchModule =>
  module(({ options }) => {
    const { mode = "nearest", align_corners } = { ...otherwise, ...options };
    return nn.upsample({
      ...given("size", options.size),
      ...given("scaleFactor", options.scale_factor),
      mode,
      ...given("alignCorners", align_corners),
    } as t.InterpolateOptions);
  }, ["size", "scale_factor", "mode", "align_corners"]);

const rate = { p: "rate" };

/** By the names of torch.nn. */
export const TORCH_OPERATIONS: Readonly<Record<string, TorchModule>> = {
  MaxPool1d: maxPool,
  MaxPool2d: maxPool,
  MaxPool3d: maxPool,
  AvgPool1d: averagePool,
  AvgPool2d: averagePool,
  AvgPool3d: averagePool,
  LPPool1d: lpPool,
  LPPool2d: lpPool,
  LPPool3d: lpPool,
  AdaptiveAvgPool1d: adaptiveAverage,
  AdaptiveAvgPool2d: adaptiveAverage,
  AdaptiveAvgPool3d: adaptiveAverage,
  AdaptiveMaxPool1d: adaptiveMaximum,
  AdaptiveMaxPool2d: adaptiveMaximum,
  AdaptiveMaxPool3d: adaptiveMaximum,
  ...Object.fromEntries([1, 2, 3].flatMap((rank) => [
    [`ZeroPad${rank}d`, zeroPad],
    [`ConstantPad${rank}d`, constantPad],
    [`ReflectionPad${rank}d`, reflectionPad],
    [`ReplicationPad${rank}d`, replicationPad],
    [`CircularPad${rank}d`, circularPad],
  ])),
  LocalResponseNorm: renamed(nn.localResponseNorm, { size: "size", alpha: "alpha", beta: "beta", k: "k" }),
  PixelShuffle: renamed(nn.pixelShuffle, { upscale_factor: "factor" }),
  PixelUnshuffle: renamed(nn.pixelUnshuffle, { downscale_factor: "factor" }),
  ChannelShuffle: renamed(nn.channelShuffle, { groups: "groups" }),
  Flatten: renamed(nn.flattenAxes, { start_dim: "start", end_dim: "end" }),
  Unflatten: module(
    ({ options }) =>
      options.dim === 1 ? nn.unflatten({ shape: options.unflattened_size as readonly number[] }) : null,
    ["dim", "unflattened_size"],
  ),
  Identity: same(nn.identity),
  Unfold: renamed(nn.unfold, WINDOW),
  Fold: renamed(nn.fold, { output_size: "outputSize", ...WINDOW }),
  Upsample: upsample({}),
  UpsamplingNearest2d: upsample({ mode: "nearest" }),
  UpsamplingBilinear2d: upsample({ mode: "bilinear", align_corners: true }),
  CELU: activation(t.celu, { alpha: "alpha" }),
  ELU: activation(t.elu, { alpha: "alpha" }),
  GELU: activation(t.gelu, { approximate: "approximate" }),
  GLU: renamed(nn.glu, { dim: "axis" }),
  Hardshrink: activation(t.hardShrink, { lambd: "lambda" }),
  Hardsigmoid: same(nn.hardSigmoid),
  Hardswish: same(nn.hardSilu),
  // The gradient of torch at the bounds is 0.
  Hardtanh: module(
    ({ options: { min_val: min = -1, max_val: max = 1 } }) =>
      nn.activation((x) => t.clamp(x, { min: min as number, max: max as number })),
    ["min_val", "max_val"],
  ),
  LeakyReLU: module(
    ({ options }) => nn.activation((x) => leakyRelu(x, options.negative_slope)),
    ["negative_slope"],
  ),
  LogSigmoid: same(nn.logSigmoid),
  LogSoftmax: along(t.logSoftmax),
  Mish: same(nn.mish),
  ReLU: same(nn.relu),
  ReLU6: same(nn.relu6),
  RReLU: renamed(nn.rrelu, { lower: "lower", upper: "upper" }),
  SELU: same(nn.selu),
  SiLU: same(nn.silu),
  Sigmoid: same(nn.sigmoid),
  Softmax: along(t.softmax),
  Softmax2d: module(() => nn.activation((x) => t.softmax(x, { axes: 1 }))),
  Softmin: along(t.softmin),
  Softplus: module(
    ({ options: { beta = 1, threshold = 20 } }) =>
      nn.activation((x) => t.softplus(x, { beta: beta as number, threshold: threshold as number })),
    ["beta", "threshold"],
  ),
  Softshrink: activation(t.softShrink, { lambd: "lambda" }),
  Softsign: same(nn.softSign),
  Tanh: same(nn.tanh),
  Tanhshrink: same(nn.tanhShrink),
  Threshold: renamed(nn.threshold, { threshold: "threshold", value: "value" }),
  Dropout: renamed(nn.dropout, rate),
  Dropout1d: renamed(nn.dropout1d, rate),
  Dropout2d: renamed(nn.dropout2d, rate),
  Dropout3d: renamed(nn.dropout3d, rate),
  AlphaDropout: renamed(nn.alphaDropout, rate),
  FeatureAlphaDropout: renamed(nn.featureAlphaDropout, rate),
};
