/**
 * What attention by dot products takes.
 *
 * @module
 */
import type { Tensor, TensorLike } from "../tensor/mod.ts";

/** What attention reads. */
export interface AttentionInputs {
  /** What is asked, [..., heads, queries, size]. */
  readonly query: Tensor;
  /** What it is compared with, [..., key heads, keys, size]; the key heads divide the heads. */
  readonly key: Tensor;
  /** What is averaged, [..., key heads, keys, value size]. */
  readonly value: Tensor;
}

/** Options of `dotProductAttention`. */
export interface DotProductAttentionOptions {
  /** What is seen (true), of a shape that broadcasts to [..., heads, queries, keys]; all by default. */
  readonly mask?: Tensor | undefined;
  /** What is added to the scores, of a shape that broadcasts to theirs. */
  readonly bias?: Tensor | undefined;
  /** Whether query i sees the keys up to i only, both counted from 0; false by default. */
  readonly causal?: boolean;
  /** How many keys before and after its own position a query sees: one number or [before, after]; all by default. */
  readonly localWindow?: number | readonly [number, number] | undefined;
  /** The position of the first query among the keys; 0 by default. */
  readonly queryOffset?: TensorLike;
  /** The factor of the scores; 1 / sqrt(size) by default. */
  readonly scale?: number | undefined;
  /** What a query that sees no key gets: "zeros" (the default, as in torch), or the "mean" of all, as in JAX. */
  readonly unseen?: "zeros" | "mean";
  /** The probability that a weight is dropped; 0 by default. */
  readonly dropoutRate?: number;
  /** The key of dropout. With more keys than `blockSize` other weights are dropped than with fewer blocks. */
  readonly dropoutKey?: Tensor | undefined;
  /** The most keys whose scores stand in memory at a time; 512 by default. */
  readonly blockSize?: number;
}

/** The names of `DotProductAttentionOptions`. */
export const DOT_PRODUCT_ATTENTION_OPTIONS = {
  mask: true,
  bias: true,
  causal: true,
  localWindow: true,
  queryOffset: true,
  scale: true,
  unseen: true,
  dropoutRate: true,
  dropoutKey: true,
  blockSize: true,
} as const;
