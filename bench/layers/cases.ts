/**
 * The layers that are timed, at sizes at which they are used.
 *
 * @module
 */
import { ENTRIES, type LayerEntry } from "../../docs/layers/entries.ts";
import type { Shape } from "../../tensor/mod.ts";

/** A layer with a batch of inputs. */
export interface LayerCase extends LayerEntry {
  /** The name of the export. */
  readonly name: string;
  /** Inputs in a batch. */
  readonly batch: number;
  /** Whether it reads only as many rows of its params as it gives. */
  readonly looksUp: boolean;
}

type Size = readonly [call: string | null, batch: number, inputShape: Shape];

const IMAGES: Size = [null, 32, [64, 32, 32]];

/** Where the layer of the page with more elements would be none that is used. */
const SIZES: Readonly<Record<string, Size>> = {
  batchNorm: IMAGES,
  bilinear: ["bilinear({ features: 64 })", 128, [64]],
  conv1d: ["conv1d({ features: 128, kernelSize: 3, padding: 1 })", 16, [128, 512]],
  conv2d: ["conv2d({ features: 64, kernelSize: 3, padding: 1 })", 16, [64, 32, 32]],
  conv3d: ["conv3d({ features: 32, kernelSize: 3, padding: 1 })", 4, [32, 16, 16, 16]],
  convTranspose1d: ["convTranspose1d({ features: 128, kernelSize: 4, strides: 2 })", 16, [128, 256]],
  convTranspose2d: ["convTranspose2d({ features: 64, kernelSize: 4, strides: 2 })", 16, [64, 16, 16]],
  convTranspose3d: ["convTranspose3d({ features: 32, kernelSize: 4, strides: 2 })", 4, [32, 8, 8, 8]],
  dense: ["dense({ features: 1024 })", 256, [1024]],
  denseGeneral: ["denseGeneral({ features: [16, 64] })", 256, [1024]],
  depthwiseConv2d: ["depthwiseConv2d({ kernelSize: 3, padding: 1 })", 16, [64, 32, 32]],
  embedding: ["embedding({ count: 10000, features: 256 })", 64, [128]],
  embeddingBag: ["embeddingBag({ count: 10000, features: 256 })", 64, [128]],
  fold: ["fold({ outputSize: [32, 32], window: 2, strides: 2 })", 32, [256, 256]],
  groupNorm: ["groupNorm({ groups: 8 })", 32, [64, 32, 32]],
  gru: ["gru({ features: 256 })", 32, [64, 256]],
  learnedPositions: ["learnedPositions({ length: 128 })", 32, [128, 256]],
  lora: ["lora(dense({ features: 1024 }), { rank: 8 })", 256, [1024]],
  lstm: ["lstm({ features: 256 })", 32, [64, 256]],
  mlp: ["mlp({ features: [1024, 256] })", 256, [256]],
  multiHeadAttention: ["multiHeadAttention({ heads: 8 })", 16, [128, 256]],
  parallel: ["parallel({ a: dense({ features: 256 }), b: dense({ features: 256 }) })", 256, [512]],
  recurrent: ["recurrent(mguCell({ features: 256 }))", 32, [64, 256]],
  repeat: ["repeat(dense({ features: 256 }), { count: 8 })", 256, [256]],
  residual: ["residual(dense({ features: 512 }))", 256, [512]],
  rnn: ["rnn({ features: 256 })", 32, [64, 256]],
  separableConv2d: ["separableConv2d({ features: 64, kernelSize: 3, padding: 1 })", 16, [64, 32, 32]],
  sequential: [
    "sequential({ hidden: dense({ features: 512 }), relu, head: dense({ features: 10 }) })",
    256,
    [784],
  ],
  spectralNorm: ["spectralNorm(dense({ features: 512 }), { axis: -1 })", 256, [512]],
  transformerDecoderLayer: ["transformerDecoderLayer({ features: 256, heads: 8 })", 8, [128, 256]],
  transformerEncoderLayer: ["transformerEncoderLayer({ features: 256, heads: 8 })", 8, [128, 256]],
  unflatten: ["unflatten({ shape: [64, 64] })", 256, [4096]],
  weightNorm: ["weightNorm(dense({ features: 512 }), { axis: -1 })", 256, [512]],
};

/** By the rank of an input: a batch of about a million elements. */
const USUAL: readonly Size[] = [
  [null, 1, []],
  [null, 256, [4096]],
  [null, 32, [128, 256]],
  IMAGES,
  [null, 4, [64, 16, 16, 16]],
];

/** Each layer of the page. */
export const CASES: readonly LayerCase[] = Object.entries(ENTRIES).map(([name, entry]) => {
  const [call, batch, inputShape] = SIZES[name] ?? USUAL[entry.inputShape.length];
  const looksUp = entry.dtype === "int32";
  return { ...entry, name, call: call ?? entry.call, batch, inputShape, looksUp };
}).toSorted((a, b) => a.name < b.name ? -1 : 1);
