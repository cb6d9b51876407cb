/**
 * Bad options of layers.
 *
 * @module
 */
import * as nn from "../../../nn/mod.ts";
import { optionRows } from "../options.ts";
import type { Row } from "../row.ts";

/** Layers with options that are right. */
const LAYERS = {
  adaptiveLogSoftmax: { classes: 10, cutoffs: [2] },
  alphaDropout: { rate: .5 },
  avgPool2d: { window: 2 },
  batchNorm: {},
  bilinear: { features: 3 },
  channelShuffle: { groups: 2 },
  conv1d: { features: 3, kernelSize: 2 },
  conv2d: { features: 3, kernelSize: 2 },
  conv3d: { features: 3, kernelSize: 2 },
  convTranspose1d: { features: 3, kernelSize: 2 },
  convTranspose2d: { features: 3, kernelSize: 2 },
  convTranspose3d: { features: 3, kernelSize: 2 },
  dense: { features: 3 },
  dropPath: { rate: .5 },
  dropout: { rate: .5 },
  dropout1d: { rate: .5 },
  dropout2d: { rate: .5 },
  dropout3d: { rate: .5 },
  embedding: { count: 3, features: 2 },
  embeddingBag: { count: 3, features: 2 },
  featureAlphaDropout: { rate: .5 },
  groupNorm: { groups: 2 },
  layerNorm: {},
  localResponseNorm: { size: 3 },
  maxPool2d: { window: 2 },
  mlp: { features: [3, 2] },
  multiHeadAttention: { heads: 2 },
  pixelShuffle: { factor: 2 },
  pixelUnshuffle: { factor: 2 },
  rmsNorm: {},
  rrelu: {},
  instanceNorm: {},
  unflatten: { shape: [2, 2] },
  learnedPositions: { length: 5 },
  gruCell: { features: 3 },
  lstmCell: { features: 3 },
  mguCell: { features: 3 },
  simpleCell: { features: 3 },
  runningConfusionMatrix: { classes: 3 },
} as const;

/** Of each layer the flags, functions, and what is looked at when the layer meets a shape. */
const UNCHECKED: Readonly<Record<string, readonly string[]>> = {
  "adaptiveLogSoftmax": ["headBias", "init"],
  "avgPool2d": ["countIncludePad", "padding"],
  "batchNorm": ["axis", "fastVariance", "offset", "scale", "trackRunningStatistics", "unbiased"],
  "bilinear": ["bias", "biasInitializer", "kernelInitializer"],
  "conv1d": ["bias", "biasInitializer", "inputDilation", "kernelInitializer", "padding"],
  "conv2d": ["bias", "biasInitializer", "kernelInitializer", "padding"],
  "conv3d": ["bias", "biasInitializer", "inputDilation", "kernelInitializer", "padding"],
  "convTranspose1d": ["bias", "biasInitializer", "kernelInitializer", "outputPadding", "padding"],
  "convTranspose2d": ["bias", "biasInitializer", "kernelInitializer", "outputPadding", "padding"],
  "convTranspose3d": ["bias", "biasInitializer", "kernelInitializer", "outputPadding", "padding"],
  "dense": ["bias", "biasInitializer", "kernelInitializer"],
  "dropout": ["broadcastAxes"],
  "embedding": ["init", "initializer", "scaleGradientByFrequency"],
  "embeddingBag": ["init", "initializer", "scaleGradientByFrequency"],
  "groupNorm": ["affine", "axis", "fastVariance", "offset", "reductionAxes", "scale"],
  "gruCell": ["activation", "bias", "gate", "kernelInitializer"],
  "instanceNorm": ["affine", "axis", "fastVariance", "offset", "scale", "trackRunningStatistics"],
  "layerNorm": ["fastVariance", "featureAxes", "offset", "reductionAxes", "scale"],
  "learnedPositions": ["initializer"],
  "lstmCell": ["activation", "bias", "gate", "kernelInitializer"],
  "localResponseNorm": ["alpha", "beta", "k"],
  "maxPool2d": ["padding"],
  "mguCell": ["activation", "bias", "gate", "kernelInitializer", "resetGate"],
  "mlp": ["activation", "bias", "biasInitializer", "dropout", "init", "kernelInitializer"],
  "multiHeadAttention": [
    "bias",
    "blockSize",
    "causal",
    "contextFeatures",
    "features",
    "headFeatures",
    "kernelInitializer",
    "localWindow",
    "normalizeQueryKey",
    "rotary",
    "unseen",
    "valueFeatures",
  ],
  "rmsNorm": ["featureAxes", "reductionAxes", "scale"],
  "simpleCell": ["activation", "bias", "kernelInitializer", "residual"],
};

/** Calls that fail. */
export const ROWS: readonly Row[] = Object.entries(LAYERS).flatMap(([name, options]) =>
  optionRows({ [name]: [nn[name as keyof typeof LAYERS], options] }, UNCHECKED[name] ?? [])
);
