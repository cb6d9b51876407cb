/**
 * Options and params of blocks of transformers.
 *
 * @module
 */
import type { MultiHeadAttentionOptions, MultiHeadAttentionParams } from "./attention_params.ts";
import type { DenseParams } from "./dense.ts";
import type { LayerNormParams } from "./layer_norm.ts";
import type { Empty, Layer } from "./layer.ts";

/** Options of `transformerEncoderLayer` and `transformerDecoderLayer`. */
export interface TransformerLayerOptions extends
  Pick<
    MultiHeadAttentionOptions,
    "heads" | "keyValueHeads" | "causal" | "localWindow" | "rotary" | "bias" | "blockSize" | "init"
  > {
  /** The features; those of the input. */
  readonly features: number;
  /** The features between both dense layers; 4 times `features` by default. */
  readonly hiddenFeatures?: number;
  /** The activation between both dense layers; relu by default, as in torch. */
  readonly activation?: Layer<Empty, Empty>;
  /** Whether the norm is in front of each part (GPT-2), not behind the sum (the first transformer); false by default. */
  readonly normFirst?: boolean;
  /** The probability that an element, or a weight of attention, is dropped in training; 0 by default. */
  readonly dropoutRate?: number;
  /** What is added to the variance of norms; 1e-5 by default. */
  readonly eps?: number;
}

/** The names of `TransformerLayerOptions`. */
export const TRANSFORMER_LAYER_OPTIONS = {
  features: true,
  hiddenFeatures: true,
  activation: true,
  normFirst: true,
  dropoutRate: true,
  eps: true,
  bias: true,
  init: true,
  heads: true,
  keyValueHeads: true,
  causal: true,
  localWindow: true,
  rotary: true,
  blockSize: true,
} as const;

/** Params of blocks of transformers. */
export type TransformerLayerParams = {
  /** Attention to the input. */
  readonly selfAttention: MultiHeadAttentionParams;
  /** Attention to the context; of decoders alone. */
  readonly crossAttention?: MultiHeadAttentionParams;
  /** The first dense layer. */
  readonly hidden: DenseParams;
  /** The second dense layer. */
  readonly out: DenseParams;
  /** The norm of the attention to the input. */
  readonly norm1: LayerNormParams;
  /** The norm of the next part. */
  readonly norm2: LayerNormParams;
  /** The norm of the last part of decoders. */
  readonly norm3?: LayerNormParams;
};
