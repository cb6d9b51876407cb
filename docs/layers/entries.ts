/**
 * An example of each layer, and what it is called elsewhere.
 *
 * @module
 */
import type { ApplyOptions, Layer } from "../../nn/mod.ts";
import * as nn from "../../nn/mod.ts";
import { type DType, ones, type Shape } from "../../tensor/mod.ts";

/** What the page tells of a layer beside its own docs. */
export interface LayerEntry {
  /** A call that makes one, on the exports of `@weft/weft/nn`. */
  readonly call: string;
  /** The shape of its input, without the batch axis. */
  readonly inputShape: Shape;
  /** The dtype of its input; float32 by default. */
  readonly dtype?: DType;
  /** What it is applied with. */
  readonly apply?: ApplyOptions;
  /** Its name in `torch.nn`; null where there is none. */
  readonly torch: string | null;
  /** Its name in `flax.linen`; null where there is none. */
  readonly flax: string | null;
}

/** The layer that an entry calls for. */
export function makeLayer({ call }: LayerEntry): Layer {
  const names = Object.keys(nn);
  return new Function(...names, `return ${call}`)(...names.map((name) => nn[name as keyof typeof nn]));
}

const entry = (
  call: string,
  inputShape: Shape,
  [torch, flax]: readonly [string | null, string | null],
  more: Pick<LayerEntry, "dtype" | "apply"> = {},
): LayerEntry => ({ call, inputShape, torch, flax, ...more });

const SEQUENCE = [10, 8];
const IMAGE = [4, 8, 8];

/** The entry of an activation without options. */
const activation = (
  name: string,
  torch: string | null,
  flax: string | null,
): Readonly<Record<string, LayerEntry>> => ({ [name]: entry(name, [4], [torch, flax]) });

/** By the name of the export. */
export const ENTRIES: Readonly<Record<string, LayerEntry>> = {
  activation: entry("activation((x) => x.multiply(2))", [4], [null, null]),
  adaptiveAvgPool: entry("adaptiveAvgPool({ outputSize: 2 })", IMAGE, ["AdaptiveAvgPool1d to 3d", null]),
  adaptiveLogSoftmax: entry("adaptiveLogSoftmax({ classes: 100, cutoffs: [10, 40] })", [16], [
    "AdaptiveLogSoftmaxWithLoss",
    null,
  ]),
  adaptiveMaxPool: entry("adaptiveMaxPool({ outputSize: 2 })", IMAGE, ["AdaptiveMaxPool1d to 3d", null]),
  alphaDropout: entry("alphaDropout({ rate: 0.5 })", [4], ["AlphaDropout", null]),
  avgPool: entry("avgPool({ window: 2 })", IMAGE, ["AvgPool1d to 3d", "avg_pool"]),
  avgPool2d: entry("avgPool2d({ window: 2 })", IMAGE, ["AvgPool2d", "avg_pool"]),
  batchNorm: entry("batchNorm()", IMAGE, ["BatchNorm1d to 3d", "BatchNorm"]),
  bilinear: entry("bilinear({ features: 3 })", [4], ["Bilinear", null]),
  channelShuffle: entry("channelShuffle({ groups: 2 })", IMAGE, ["ChannelShuffle", null]),
  circularPad: entry("circularPad({ padding: 1 })", IMAGE, ["CircularPad1d to 3d", null]),
  constantPad: entry("constantPad({ padding: 1, value: 2 })", IMAGE, ["ConstantPad1d to 3d", null]),
  conv1d: entry("conv1d({ features: 6, kernelSize: 3 })", [4, 16], ["Conv1d", "Conv"]),
  conv2d: entry("conv2d({ features: 6, kernelSize: 3 })", IMAGE, ["Conv2d", "Conv"]),
  conv3d: entry("conv3d({ features: 6, kernelSize: 3 })", [4, 8, 8, 8], ["Conv3d", "Conv"]),
  convTranspose1d: entry("convTranspose1d({ features: 6, kernelSize: 3 })", [4, 16], [
    "ConvTranspose1d",
    "ConvTranspose",
  ]),
  convTranspose2d: entry("convTranspose2d({ features: 6, kernelSize: 3 })", IMAGE, [
    "ConvTranspose2d",
    "ConvTranspose",
  ]),
  convTranspose3d: entry("convTranspose3d({ features: 6, kernelSize: 3 })", [4, 8, 8, 8], [
    "ConvTranspose3d",
    "ConvTranspose",
  ]),
  dense: entry("dense({ features: 3 })", [4], ["Linear", "Dense"]),
  denseGeneral: entry("denseGeneral({ features: [3, 2] })", [4], [null, "DenseGeneral"]),
  depthwiseConv1d: entry("depthwiseConv1d({ kernelSize: 3 })", [4, 16], [
    "Conv1d with groups",
    "Conv with groups",
  ]),
  depthwiseConv3d: entry("depthwiseConv3d({ kernelSize: 3 })", [4, 8, 8, 8], [
    "Conv3d with groups",
    "Conv with groups",
  ]),
  depthwiseConv2d: entry("depthwiseConv2d({ kernelSize: 3 })", IMAGE, [
    "Conv2d with groups",
    "Conv with groups",
  ]),
  dropout: entry("dropout({ rate: 0.5 })", [4], ["Dropout", "Dropout"]),
  dropPath: entry("dropPath({ rate: 0.5 })", [4], ["torchvision.ops.StochasticDepth", null]),
  dropout1d: entry("dropout1d({ rate: 0.5 })", [4, 16], ["Dropout1d", null]),
  dropout2d: entry("dropout2d({ rate: 0.5 })", IMAGE, ["Dropout2d", null]),
  dropout3d: entry("dropout3d({ rate: 0.5 })", [4, 8, 8, 8], ["Dropout3d", null]),
  embedding: entry("embedding({ count: 100, features: 8 })", [10], ["Embedding", "Embed"], {
    dtype: "int32",
  }),
  embeddingBag: entry("embeddingBag({ count: 100, features: 8 })", [10], ["EmbeddingBag", null], {
    dtype: "int32",
  }),
  featureAlphaDropout: entry("featureAlphaDropout({ rate: 0.5 })", IMAGE, ["FeatureAlphaDropout", null]),
  flatten: entry("flatten", IMAGE, ["Flatten", null]),
  flattenAxes: entry("flattenAxes({ start: 2 })", IMAGE, ["Flatten", null]),
  fold: entry("fold({ outputSize: [4, 4], window: 2 })", [12, 9], ["Fold", null]),
  fractionalMaxPool: entry("fractionalMaxPool({ window: 2, outputSize: 5 })", IMAGE, [
    "FractionalMaxPool2d and 3d",
    null,
  ]),
  globalMaxPool: entry("globalMaxPool", IMAGE, ["AdaptiveMaxPool1d to 3d of 1, flattened", null]),
  glu: entry("glu()", [4], ["GLU", "glu"]),
  localResponseNorm: entry("localResponseNorm({ size: 3 })", IMAGE, ["LocalResponseNorm", null]),
  minPool: entry("minPool({ window: 2 })", IMAGE, [null, "min_pool"]),
  pixelShuffle: entry("pixelShuffle({ factor: 2 })", IMAGE, ["PixelShuffle", null]),
  pixelUnshuffle: entry("pixelUnshuffle({ factor: 2 })", IMAGE, ["PixelUnshuffle", null]),
  reflectionPad: entry("reflectionPad({ padding: 1 })", IMAGE, ["ReflectionPad1d to 3d", null]),
  replicationPad: entry("replicationPad({ padding: 1 })", IMAGE, ["ReplicationPad1d to 3d", null]),
  rrelu: entry("rrelu()", [4], ["RReLU", null]),
  threshold: entry("threshold({ threshold: 0.1, value: 2 })", [4], ["Threshold", null]),
  unflatten: entry("unflatten({ shape: [2, 6] })", [12], ["Unflatten", null]),
  unfold: entry("unfold({ window: 2 })", IMAGE, ["Unfold", null]),
  zeroPad: entry("zeroPad({ padding: 1 })", IMAGE, ["ZeroPad1d to 3d", null]),
  globalAvgPool: entry("globalAvgPool", IMAGE, ["AdaptiveAvgPool1d to 3d of 1, flattened", null]),
  groupNorm: entry("groupNorm({ groups: 2 })", IMAGE, ["GroupNorm", "GroupNorm"]),
  gru: entry("gru({ features: 6 })", SEQUENCE, ["GRU with batch_first", "RNN of GRUCell"]),
  instanceNorm: entry("instanceNorm()", IMAGE, ["InstanceNorm1d to 3d", "InstanceNorm"]),
  layerNorm: entry("layerNorm()", SEQUENCE, ["LayerNorm", "LayerNorm"]),
  learnedPositions: entry("learnedPositions({ length: 10 })", SEQUENCE, [null, null]),
  lora: entry("lora(dense({ features: 6 }), { rank: 2 })", [4], [null, null]),
  lpPool: entry("lpPool({ window: 2, order: 3 })", IMAGE, ["LPPool1d to 3d", null]),
  lstm: entry("lstm({ features: 6 })", SEQUENCE, ["LSTM with batch_first", "RNN of LSTMCell"]),
  maxPool: entry("maxPool({ window: 2 })", IMAGE, ["MaxPool1d to 3d", "max_pool"]),
  maxPool2d: entry("maxPool2d({ window: 2 })", IMAGE, ["MaxPool2d", "max_pool"]),
  mlp: entry("mlp({ features: [8, 3] })", [4], [null, null]),
  multiHeadAttention: entry("multiHeadAttention({ heads: 2 })", SEQUENCE, [
    "MultiheadAttention with batch_first",
    "MultiHeadDotProductAttention",
  ]),
  parallel: entry("parallel({ a: dense({ features: 3 }), b: dense({ features: 2 }) })", [4], [null, null]),
  prelu: entry("prelu()", IMAGE, ["PReLU", "PReLU"]),
  recurrent: entry("recurrent(mguCell({ features: 6 }))", SEQUENCE, [null, "RNN"]),
  repeat: entry("repeat(dense({ features: 4 }), { count: 3 })", [4], [null, "scan"]),
  residual: entry("residual(dense({ features: 4 }))", [4], [null, null]),
  rmsNorm: entry("rmsNorm()", SEQUENCE, ["RMSNorm", "RMSNorm"]),
  rnn: entry("rnn({ features: 6 })", SEQUENCE, ["RNN with batch_first", "RNN of SimpleCell"]),
  separableConv1d: entry("separableConv1d({ features: 6, kernelSize: 3 })", [4, 16], [null, null]),
  separableConv3d: entry("separableConv3d({ features: 6, kernelSize: 3 })", [4, 8, 8, 8], [null, null]),
  separableConv2d: entry("separableConv2d({ features: 6, kernelSize: 3 })", IMAGE, [null, null]),
  sequential: entry(
    "sequential({ hidden: dense({ features: 8 }), relu, head: dense({ features: 3 }) })",
    [4],
    [
      "Sequential",
      "Sequential",
    ],
  ),
  sinusoidalPositions: entry("sinusoidalPositions", SEQUENCE, [null, null]),
  spectralNorm: entry("spectralNorm(dense({ features: 3 }), { axis: -1 })", [4], [
    "utils.parametrizations.spectral_norm",
    "SpectralNorm",
  ]),
  transformerDecoderLayer: entry("transformerDecoderLayer({ features: 8, heads: 2 })", SEQUENCE, [
    "TransformerDecoderLayer with batch_first",
    null,
  ], { apply: { context: ones([1, 6, 8]) } }),
  transformerEncoderLayer: entry("transformerEncoderLayer({ features: 8, heads: 2 })", SEQUENCE, [
    "TransformerEncoderLayer with batch_first",
    null,
  ]),
  upsample: entry("upsample({ scaleFactor: 2 })", IMAGE, ["Upsample", null]),
  weightNorm: entry("weightNorm(dense({ features: 3 }), { axis: -1 })", [4], [
    "utils.parametrizations.weight_norm",
    "WeightNorm",
  ]),
  ...activation("celu", "CELU", "celu"),
  ...activation("hardShrink", "Hardshrink", null),
  ...activation("identity", "Identity", null),
  ...activation("logSoftmax", "LogSoftmax", "log_softmax"),
  ...activation("selu", "SELU", "selu"),
  ...activation("softmax", "Softmax", "softmax"),
  ...activation("softmin", "Softmin", null),
  ...activation("softShrink", "Softshrink", null),
  ...activation("sparsePlus", null, null),
  ...activation("sparseSigmoid", null, null),
  ...activation("squareplus", null, null),
  ...activation("tanhShrink", "Tanhshrink", null),
  ...activation("elu", "ELU", "elu"),
  ...activation("gelu", "GELU", "gelu"),
  ...activation("hardSigmoid", "Hardsigmoid", "hard_sigmoid"),
  ...activation("hardSilu", "Hardswish", "hard_silu"),
  ...activation("hardTanh", "Hardtanh", "hard_tanh"),
  ...activation("leakyRelu", "LeakyReLU", "leaky_relu"),
  ...activation("logSigmoid", "LogSigmoid", "log_sigmoid"),
  ...activation("mish", "Mish", null),
  ...activation("relu", "ReLU", "relu"),
  ...activation("relu6", "ReLU6", "relu6"),
  ...activation("sigmoid", "Sigmoid", "sigmoid"),
  ...activation("silu", "SiLU", "silu"),
  ...activation("softSign", "Softsign", "soft_sign"),
  ...activation("softplus", "Softplus", "softplus"),
  ...activation("tanh", "Tanh", "tanh"),
};
