/**
 * The scores of attention, and the means that they weigh.
 *
 * @module
 */
import {
  add,
  divide,
  greaterEqual,
  lessEqual,
  logicalAnd,
  matmul,
  multiply,
  random,
  reshape,
  subtract,
  swapAxes,
  type Tensor,
  where,
} from "../tensor/mod.ts";
import type { DotProductAttentionOptions } from "./attention_options.ts";

/** A score that is as good as minus infinity, and yet subtracts from itself. */
export const LOWEST = -1e30;

/** A part of queries or keys. */
export interface Block {
  readonly x: Tensor;
  /** Positions of its rows. */
  readonly positions: Tensor;
}

/** Weights of which a share is dropped and the others are scaled up, so that their mean stays. */
export function dropped(weights: Tensor, rate: number, key: Tensor): Tensor {
  if (rate === 0) return weights;
  if (rate === 1) return multiply(weights, 0);
  const kept = random.bernoulli(key, { probability: 1 - rate, shape: weights.shape });
  return where(kept, divide(weights, 1 - rate), 0);
}

/** The scores, lowest where a query does not see a key, and what is seen; null for all. */
export function scoresOf(
  { x, positions }: Block,
  key: Tensor,
  keyPositions: Tensor,
  options: DotProductAttentionOptions,
): { readonly scores: Tensor; readonly seen: Tensor | null } {
  const { mask, bias, causal = false, localWindow } = options;
  const scale = options.scale ?? 1 / Math.sqrt(x.shape[x.rank - 1]);
  const product = grouped(multiply(x, scale), swapAxes(key, -1, -2));
  const biased = bias === undefined ? product : add(product, bias);
  const [before, after] = typeof localWindow === "number"
    ? [localWindow, localWindow]
    : localWindow ?? [Infinity, Infinity];
  const own = reshape(positions, [positions.size, 1]);
  const conditions: Tensor[] = mask === undefined ? [] : [mask];
  if (causal) conditions.push(lessEqual(keyPositions, own));
  if (before !== Infinity) conditions.push(greaterEqual(keyPositions, subtract(own, before)));
  if (after !== Infinity) conditions.push(lessEqual(keyPositions, add(own, after)));
  if (conditions.length === 0) return { scores: biased, seen: null };
  const seen = conditions.reduce((a, b) => logicalAnd(a, b));
  return { scores: where(seen, biased, LOWEST), seen };
}

/** A product of matrices where several heads of the first have one of the second. */
export function grouped(a: Tensor, b: Tensor): Tensor {
  const heads = a.rank < 3 ? 1 : a.shape[a.rank - 3];
  const shared = b.rank < 3 ? 1 : b.shape[b.rank - 3];
  if (heads === shared) return matmul(a, b);
  const [rows, inner] = a.shape.slice(-2);
  const lead = a.shape.slice(0, -3);
  const product = matmul(reshape(a, [...lead, shared, heads / shared * rows, inner]), b);
  return reshape(product, [...lead, heads, rows, b.shape[b.rank - 1]]);
}
