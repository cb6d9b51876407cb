/**
 * Options and params of attention of several heads.
 *
 * @module
 */
import type { Tensor } from "../tensor/mod.ts";
import type { AttentionCache, CacheOptions } from "./attention_cache.ts";
import type { DenseParams } from "./dense.ts";
import type { Initializer } from "./initializers/initializer.ts";
import type { ApplyOptions, Empty, Layer } from "./layer.ts";
import type { RotaryOptions } from "./rotary.ts";

/** Options of `multiHeadAttention`. */
export interface MultiHeadAttentionOptions {
  /** The number of heads; a positive integer. */
  readonly heads: number;
  /** The number of heads of keys and values, which divides `heads`; `heads` by default. */
  readonly keyValueHeads?: number;
  /** The features of one head; those of the input over `heads` by default. */
  readonly headFeatures?: number;
  /** The features of the output; those of the input by default. */
  readonly features?: number;
  /** The features of `context`, where they differ from those of the input. */
  readonly contextFeatures?: number;
  /** The features of what values are made of, where they differ from those of the context. */
  readonly valueFeatures?: number;
  /** Whether queries and keys of each head are normed over their features before they meet; false by default. */
  readonly normalizeQueryKey?: boolean;
  /** Whether positions see themselves and those before alone; false by default. */
  readonly causal?: boolean;
  /** How many positions before and after its own each sees; all by default. */
  readonly localWindow?: number | readonly [number, number];
  /** Whether queries and keys are rotated by their positions, and how; false by default. */
  readonly rotary?: boolean | Omit<RotaryOptions, "offset">;
  /** The probability that a weight is dropped in training; 0 by default. */
  readonly dropoutRate?: number;
  /** Whether the four products have a bias; true by default. */
  readonly bias?: boolean;
  /** What the heads give for a position that sees nothing: "zeros" (the default, as torch), or the "mean" of all, as flax. */
  readonly unseen?: "zeros" | "mean";
  /** The most keys whose scores stand in memory at a time; 512 by default. */
  readonly blockSize?: number;
  /** Makes the kernels; `initializers.glorotUniform` of each by default. */
  readonly kernelInitializer?: Initializer;
  /**
   * Whose defaults make the params that no initializer is named for, "flax" or "torch"; "flax" by default. Those of torch
   * are glorotUniform for query, key and value, taken as one where they have the same inputs, and uniform within
   * `1 / sqrt(fanIn)` for the output. Biases are zeros.
   */
  readonly init?: "flax" | "torch";
}

/** The names of `MultiHeadAttentionOptions`. */
export const MULTI_HEAD_ATTENTION_OPTIONS = {
  heads: true,
  keyValueHeads: true,
  headFeatures: true,
  features: true,
  contextFeatures: true,
  valueFeatures: true,
  normalizeQueryKey: true,
  causal: true,
  localWindow: true,
  rotary: true,
  dropoutRate: true,
  bias: true,
  unseen: true,
  blockSize: true,
  kernelInitializer: true,
  init: true,
} as const;

/** A scale of normed queries or keys. */
export type HeadNormParams = {
  /** The learned scale, of shape [headFeatures]; ones at first. */
  readonly scale: Tensor;
};

/** Params of `multiHeadAttention`. */
export type MultiHeadAttentionParams = {
  /** To the queries, [features, heads * headFeatures]. */
  readonly query: DenseParams;
  /** To the keys, [features of the context, keyValueHeads * headFeatures]. */
  readonly key: DenseParams;
  /** To the values, [features of their context, keyValueHeads * headFeatures]. */
  readonly value: DenseParams;
  /** From all heads, [heads * headFeatures, features]. */
  readonly out: DenseParams;
  /** The norm of queries; with `normalizeQueryKey` alone. */
  readonly queryNorm?: HeadNormParams;
  /** The norm of keys; with `normalizeQueryKey` alone. */
  readonly keyNorm?: HeadNormParams;
};

/** Attention that also goes on from where it was, position by position. */
export interface MultiHeadAttention extends Layer<MultiHeadAttentionParams, Empty> {
  /** A cache with nothing in it, for the params given. */
  initCache(params: MultiHeadAttentionParams, options: CacheOptions): AttentionCache;
  /**
   * The outputs of the next positions [n, steps, features], as the full pass with `causal` gives them, and the cache
   * with them in it. Past the length of the cache results are not defined.
   */
  decode(
    params: MultiHeadAttentionParams,
    cache: AttentionCache,
    x: Tensor,
    options?: ApplyOptions,
  ): { readonly output: Tensor; readonly cache: AttentionCache };
  /**
   * How much of each position every position takes, [n, heads, queries, keys], without dropout: what
   * torch.nn.MultiheadAttention gives beside its output, where the mean over the heads is the default.
   */
  weights(params: MultiHeadAttentionParams, x: Tensor, options?: ApplyOptions): Tensor;
}
