/**
 * Bad input of layers that torch has too: each error names the layer, with its path where it is applied.
 *
 * @module
 */
import * as nn from "../../../nn/mod.ts";
import { ones, random, type Shape } from "../../../tensor/mod.ts";
import { f32, i32, image, wrong } from "../operands.ts";
import type { Row } from "../row.ts";

const key = random.key(0);
const at = { path: "net/part" };
const init = (layer: nn.Layer, shape: Shape) => () => layer.init(key, shape, at);
/** Applies a layer that was made for inputs of a shape to another input. */
const apply = (layer: unknown, shape: Shape, x: unknown, options: nn.ApplyOptions = {}) => () => {
  const made = layer as nn.Layer;
  return made.apply(made.init(key, shape), wrong(x), { ...at, ...options });
};
const sequence = ones([1, 2, 4]);

/** Layers without params that take images, by their names. */
const PADDED = ["zeroPad", "reflectionPad", "replicationPad", "circularPad"] as const;
const CHANNELS = [["dropout1d", 1], ["dropout2d", 2], ["dropout3d", 3]] as const;
const RATES = [
  "dropout",
  "dropout1d",
  "dropout2d",
  "dropout3d",
  "alphaDropout",
  "featureAlphaDropout",
  "dropPath",
] as const;
const ANY = [
  "celu",
  "hardShrink",
  "identity",
  "logSoftmax",
  "selu",
  "softmax",
  "softmin",
  "softShrink",
  "sparsePlus",
  "sparseSigmoid",
  "squareplus",
  "tanhShrink",
] as const;

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ...RATES.flatMap((name): Row[] => [
    [name, () => nn[name]({ rate: 1.5 }), "RangeError", "rate", "1.5"],
    [name, () => nn[name](wrong({ rate: "x" })), "TypeError", "rate", "a string"],
  ]),
  ...CHANNELS.map(([name, rank]): Row => [
    `${name} at net/part`,
    init(nn[name]({ rate: 0.5 }), [2]),
    "RangeError",
    `channels and ${rank} ax`,
    "[1, 2]",
  ]),
  ...CHANNELS.map(([name, rank]): Row => [
    `${name} at net/part`,
    apply(
      nn[name]({ rate: 0.5 }),
      [2, 3, 3, 3].slice(0, rank + 1),
      ones([1, 2, 3, 3, 3].slice(0, rank + 2)),
      {
        training: true,
      },
    ),
    "TypeError",
    "a random key",
  ]),
  ["featureAlphaDropout at net/part", init(nn.featureAlphaDropout({ rate: 0.5 }), []), "RangeError", "[1]"],
  ["dropout at net/part", init(nn.dropout({ rate: 0.5, broadcastAxes: 3 }), [2]), "RangeError", "axis", "3"],
  [
    "dropPath at net/part",
    apply(nn.dropPath({ rate: 0.5 }), [2], f32, { training: true }),
    "TypeError",
    "key",
  ],
  ["rrelu", () => nn.rrelu({ lower: 2, upper: 1 }), "RangeError", "lower up to upper", "2 and 1"],
  ["rrelu at net/part", apply(nn.rrelu(), [3], f32, { training: true }), "TypeError", "a random key"],
  ...ANY.map((
    name,
  ): Row => [`${name} at net/part`, apply(nn[name], [3], 3), "TypeError", "a tensor", "a number"]),
  ["threshold", () => nn.threshold(wrong({ threshold: 1 })), "TypeError", "numbers", "undefined"],
  ["glu at net/part", init(nn.glu(), [3]), "RangeError", "[3]", "even extent"],
  ...PADDED.flatMap((name): Row[] => [
    [`${name} at net/part`, init(nn[name]({ padding: 1 }), [2]), "RangeError", "spatial axes", "[2]"],
    [`${name} at net/part`, init(nn[name]({ padding: [1, 2] }), [2, 3]), "TypeError", "[1,2]", "[2, 3]"],
  ]),
  ["constantPad", () => nn.constantPad(wrong({ padding: 1 })), "TypeError", "value", "undefined"],
  ["pixelShuffle", () => nn.pixelShuffle({ factor: 0 }), "RangeError", "factor", "0"],
  ["pixelShuffle at net/part", init(nn.pixelShuffle({ factor: 2 }), [2, 4, 4]), "RangeError", "[2, 4, 4]"],
  ["pixelUnshuffle", () => nn.pixelUnshuffle({ factor: -1 }), "RangeError", "factor", "-1"],
  [
    "pixelUnshuffle at net/part",
    init(nn.pixelUnshuffle({ factor: 3 }), [2, 4, 4]),
    "RangeError",
    "[2, 4, 4]",
  ],
  ["channelShuffle", () => nn.channelShuffle({ groups: 0 }), "RangeError", "groups", "0"],
  ["channelShuffle at net/part", init(nn.channelShuffle({ groups: 3 }), [2, 4]), "RangeError", "[2, 4]"],
  ["unfold at net/part", init(nn.unfold({ window: 5 }), [2, 4, 4]), "RangeError", "[2, 4, 4]"],
  ["fold at net/part", init(nn.fold({ window: 2, outputSize: 4 }), [8, 4]), "RangeError", "[8, 4]"],
  ["flattenAxes at net/part", init(nn.flattenAxes({ start: 0 }), [2, 3]), "RangeError", "0 to -1"],
  ["flattenAxes at net/part", init(nn.flattenAxes({ start: 4 }), [2, 3]), "RangeError", "axis", "4"],
  ["unflatten at net/part", init(nn.unflatten({ shape: [2, 2] }), [5]), "RangeError", "4 elements", "[5]"],
  ["unflatten at net/part", apply(nn.unflatten({ shape: [3] }), [3], image), "RangeError", "[1, 2, 4, 4]"],
  ["localResponseNorm", () => nn.localResponseNorm({ size: 0 }), "RangeError", "size", "0"],
  ["localResponseNorm at net/part", init(nn.localResponseNorm({ size: 3 }), [2]), "RangeError", "[2]"],
  ["minPool at net/part", init(nn.minPool({ window: 5 }), [2, 4]), "RangeError", "[2, 4]"],
  ["globalMaxPool at net/part", apply(nn.globalMaxPool, [2, 4], wrong("x")), "TypeError", "a string"],
  [
    "fractionalMaxPool",
    () => nn.fractionalMaxPool({ window: 2 }),
    "TypeError",
    "either outputSize or outputRatio",
  ],
  [
    "fractionalMaxPool at net/part",
    init(nn.fractionalMaxPool({ window: 2, outputSize: 3 }), [3]),
    "RangeError",
    "[1, 3]",
  ],
  [
    "fractionalMaxPool at net/part",
    init(nn.fractionalMaxPool({ window: 2, outputSize: 4 }), [2, 4, 4]),
    "RangeError",
    "[2, 4, 4]",
  ],
  ["conv1d", () => nn.conv1d({ features: 2, kernelSize: 3, paddingMode: wrong("x") }), "RangeError", "x"],
  ["conv2d", () => nn.conv2d({ features: 2, kernelSize: 3, paddingMode: wrong("x") }), "RangeError", "x"],
  ["bilinear", () => nn.bilinear({ features: 0 }), "RangeError", "features", "0"],
  [
    "bilinear",
    () => nn.bilinear({ features: 1, contextFeatures: -1 }),
    "RangeError",
    "contextFeatures",
    "-1",
  ],
  ["bilinear at net/part", init(nn.bilinear({ features: 1 }) as unknown as nn.Layer, []), "RangeError", "[]"],
  ["bilinear at net/part", apply(nn.bilinear({ features: 1 }), [3], ones([2, 4])), "RangeError", "[2, 4]"],
  [
    "bilinear at net/part",
    apply(nn.bilinear({ features: 1 }), [3], f32, { context: ones([3, 3]) }),
    "RangeError",
    "[2, 3]",
    "[3, 3]",
  ],
  ["embedding", () => nn.embedding({ count: 3, features: 2, paddingIndex: 3 }), "RangeError", "below 3", "3"],
  ["embedding", () => nn.embedding({ count: 3, features: 2, maxNorm: 0 }), "RangeError", "maxNorm", "0"],
  [
    "embedding",
    () => nn.embedding({ count: 3, features: 2, normOrder: -1 }),
    "RangeError",
    "normOrder",
    "-1",
  ],
  [
    "embedding at net/part",
    apply(nn.embedding({ count: 3, features: 2 }), [3], f32),
    "TypeError",
    "integers",
  ],
  ["embeddingBag", () => nn.embeddingBag({ count: 0, features: 2 }), "RangeError", "count", "0"],
  [
    "embeddingBag",
    () => nn.embeddingBag({ count: 3, features: 2, mode: wrong("least") }),
    "RangeError",
    "mode",
    "least",
  ],
  [
    "embeddingBag at net/part",
    init(nn.embeddingBag({ count: 3, features: 2 }) as unknown as nn.Layer, [2, 2]),
    "RangeError",
    "[2, 2]",
  ],
  [
    "embeddingBag at net/part",
    apply(nn.embeddingBag({ count: 3, features: 2 }), [3], f32),
    "TypeError",
    "integers",
  ],
  [
    "embeddingBag at net/part",
    () => {
      const layer = nn.embeddingBag({ count: 3, features: 2 });
      return layer.run(layer.init(key, [3]).params, i32, { ...at, weights: f32 });
    },
    "RangeError",
    'the mode "sum"',
    '"mean"',
  ],
  ["batchNorm", () => nn.batchNorm({ momentum: wrong("all") }), "TypeError", "momentum", "a string"],
  ["instanceNorm", () => nn.instanceNorm({ momentum: 2 }), "RangeError", "momentum", "2"],
  [
    "instanceNorm at net/part",
    apply(nn.instanceNorm({ trackRunningStatistics: true }), [2, 1], ones([1, 2, 1]), { training: true }),
    "RangeError",
    "more than one value",
    "[1, 2, 1]",
  ],
  [
    "multiHeadAttention at net/part",
    () => {
      const layer = nn.multiHeadAttention({ heads: 2 });
      return layer.weights(layer.init(key, [2, 4]).params, f32, at);
    },
    "RangeError",
    "[2, 3]",
  ],
  ["prelu at net/part", apply(nn.prelu({ perChannel: true }), [3], sequence), "RangeError", "3 channels"],
];
