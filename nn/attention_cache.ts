/**
 * Keys and values that attention keeps from call to call.
 *
 * @module
 */
import {
  add,
  arange,
  dynamicUpdateSlice,
  lessEqual,
  reshape,
  type Shape,
  type Tensor,
  tensor,
  zeros,
} from "../tensor/mod.ts";
import { checkPositiveInteger } from "./check.ts";

/** Keys and values of the positions so far. */
export type AttentionCache = {
  /** Keys, normed and rotated where the layer does so, [n, keyValueHeads, length, headFeatures]. */
  readonly key: Tensor;
  /** Values, of the same shape. */
  readonly value: Tensor;
  /** How many positions are filled, an int32 scalar. */
  readonly position: Tensor;
};

/** Keys and values of a context, which stay as they are. */
export type ContextCache = Omit<AttentionCache, "position">;

/** How large a cache is. */
export interface CacheOptions {
  /** The batch. */
  readonly batch: number;
  /** The greatest length. */
  readonly length: number;
}

/** A cache with nothing in it; `shape` is [n, heads, length, size]. */
export function emptyCache(name: string, shape: Shape, dtype: Tensor["dtype"]): AttentionCache {
  checkPositiveInteger(name, "batch", shape[0]);
  checkPositiveInteger(name, "length", shape[2]);
  const empty = zeros(shape, { dtype });
  return { key: empty, value: empty, position: tensor(0, { dtype: "int32" }) };
}

/** A cache with the keys and values [n, heads, steps, size] of the next positions. */
export function extended(
  cache: AttentionCache,
  { key, value }: ContextCache,
): AttentionCache {
  const written = (into: Tensor, update: Tensor): Tensor =>
    dynamicUpdateSlice(into, update, [0, 0, cache.position, 0]);
  return {
    key: written(cache.key, key),
    value: written(cache.value, value),
    position: add(cache.position, key.shape[2]),
  };
}

/** Which places of a cache so many queries from `position` on see, [steps, length]: their own and those before. */
export function seenInCache(length: number, position: Tensor, steps: number): Tensor {
  // Positions that are not filled yet are after all queries.
  return lessEqual(
    arange(length, { dtype: "int32" }),
    reshape(add(arange(steps, { dtype: "int32" }), position), [steps, 1]),
  );
}

/** What the state of an attention layer holds: the keys and values so far, those of a context, or nothing. */
export function cacheOf(state: unknown): AttentionCache | ContextCache | null {
  const found = state as Partial<AttentionCache>;
  return found?.key === undefined || found.value === undefined
    ? null
    : found as AttentionCache | ContextCache;
}

/** Whether a cache grows. */
export function isGrowing(cache: AttentionCache | ContextCache | null): cache is AttentionCache {
  return cache !== null && "position" in cache;
}
