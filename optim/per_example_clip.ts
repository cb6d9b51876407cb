/**
 * Clipping of the gradient of each example of a batch.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  isNaN,
  less,
  minimum,
  multiply,
  reshape,
  sqrt,
  square,
  sum,
  Tensor,
  tree,
  where,
} from "../tensor/mod.ts";
import { formatShape } from "../tensor/shape.ts";

/** What {@linkcode perExampleGlobalNormClip} returns. */
export interface PerExampleClip<P> {
  /** The sum over the examples of the clipped gradients, a tree like one example's gradient. */
  readonly sum: P;
  /** How many examples were clipped, an int32 scalar. */
  readonly clipped: Tensor;
}

/** What {@linkcode perExampleLayerNormClip} returns. */
export interface PerExampleLayerClip<P> {
  /** The sum over the examples of the clipped gradients, a tree like one example's gradient. */
  readonly sum: P;
  /** For each leaf how many examples were clipped in it, a tree of int32 scalars. */
  readonly clipped: P;
}

/** Options of {@linkcode perExampleLayerNormClip}. */
export interface PerExampleLayerNormClipOptions {
  /** The norm of a gradient all of whose leaves are at their limits; not negative. */
  readonly maxNorm: number;
  /**
   * Whether every one of K leaves has the limit `maxNorm / sqrt(K)`; else a leaf with a share s of all elements
   * has the limit `maxNorm * sqrt(s)`. @default {true}
   */
  readonly uniform?: boolean;
}

const PER_EXAMPLE_LAYER_NORM_CLIP_OPTIONS = { maxNorm: true, uniform: true } as const;

/**
 * Shrinks the gradient of each example to a global norm of at most `maxNorm` and sums over the examples, as
 * `optax.per_example_global_norm_clip`: `sum over n of g_n * min(1, maxNorm / |g_n|)`. Abadi et al. 2016.
 *
 * @param grads Gradients with the examples along the first axis of every leaf.
 * @param maxNorm The largest norm; not negative, and infinite to clip nothing.
 * @throws {TypeError} If a leaf is not a tensor.
 * @throws {RangeError} If leaves differ in the extent of their first axis, or `maxNorm` is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { perExampleGlobalNormClip } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { sum, clipped } = perExampleGlobalNormClip({ x: tensor([[3, 4], [0, 1], [0, 0]]) }, 2.5);
 * assertEquals(sum.x.toArray(), [1.5, 3]);
 * assertEquals(clipped.item(), 1);
 * ```
 */
export function perExampleGlobalNormClip<P>(grads: P, maxNorm: number): PerExampleClip<P> {
  checkMaxNorm("perExampleGlobalNormClip", maxNorm);
  const leaves = checkBatch("perExampleGlobalNormClip", grads);
  const multipliers = shares(leaves, maxNorm);
  return {
    sum: tree.map(grads, (leaf) => weighedSum(leaf as Tensor, multipliers)),
    clipped: countBelowOne(multipliers),
  };
}

/**
 * Shrinks each leaf of the gradient of each example to a norm of its own and sums over the examples, as
 * `optax.per_example_layer_norm_clip`. McMahan et al. 2018.
 *
 * @param grads Gradients with the examples along the first axis of every leaf.
 * @throws {TypeError} If a leaf is not a tensor, or `maxNorm` is missing.
 * @throws {RangeError} If leaves differ in the extent of their first axis, or `maxNorm` is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { perExampleLayerNormClip } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const grads = { x: tensor([[3, 4], [0, 1]]), y: tensor([0, 8]) };
 * const { sum, clipped } = perExampleLayerNormClip(grads, { maxNorm: 2.5 * Math.SQRT2 });
 * assertEquals(sum.x.toArray(), [1.5, 3]);
 * assertEquals([clipped.x.item(), clipped.y.item()], [1, 1]);
 * ```
 */
export function perExampleLayerNormClip<P>(
  grads: P,
  options: PerExampleLayerNormClipOptions,
): PerExampleLayerClip<P> {
  checkOptionNames("perExampleLayerNormClip", options, PER_EXAMPLE_LAYER_NORM_CLIP_OPTIONS);
  const { maxNorm, uniform = true } = options;
  checkMaxNorm("perExampleLayerNormClip", maxNorm);
  const leaves = checkBatch("perExampleLayerNormClip", grads);
  const total = leaves.reduce((size, leaf) => size + leaf.size, 0);
  const multipliers = new Map(leaves.map((leaf) => {
    const share = uniform ? 1 / leaves.length : leaf.size / total;
    return [leaf, shares([leaf], maxNorm * Math.sqrt(share))];
  }));
  return {
    sum: tree.map(grads, (leaf) => weighedSum(leaf as Tensor, multipliers.get(leaf as Tensor)!)),
    clipped: tree.map(grads, (leaf) => countBelowOne(multipliers.get(leaf as Tensor)!)),
  };
}

function checkMaxNorm(operation: string, maxNorm: unknown): void {
  if (typeof maxNorm !== "number") {
    throw new TypeError(`${operation} expects maxNorm to be a number but got ${typeof maxNorm}`);
  }
  if (!(maxNorm >= 0)) throw new RangeError(`${operation} expects maxNorm not below 0 but got ${maxNorm}`);
}

function checkBatch(operation: string, grads: unknown): Tensor[] {
  const leaves = tree.entries(grads).map(({ path, value }) => {
    const at = path || "the root";
    if (!(value instanceof Tensor)) {
      throw new TypeError(`${operation} expects tensors but got ${tree.describe(value)} at ${at}`);
    }
    if (value.rank === 0) {
      throw new RangeError(`${operation} expects an axis of examples but got [] at ${at}`);
    }
    return value;
  });
  if (leaves.length === 0) throw new RangeError(`${operation} expects at least one leaf but got none`);
  const other = leaves.find(({ shape }) => shape[0] !== leaves[0].shape[0]);
  if (other !== undefined) {
    throw new RangeError(
      `${operation} expects the same number of examples in every leaf but got ${
        formatShape(leaves[0].shape)
      } and ${formatShape(other.shape)}`,
    );
  }
  return leaves;
}

/** For each example what its gradient is multiplied by; 1 where the norm is NaN, as in optax. */
function shares(leaves: readonly Tensor[], maxNorm: number): Tensor {
  const squares = leaves.map((leaf) => sum(square(leaf), { axes: leaf.shape.map((_, i) => i).slice(1) }));
  const share = minimum(divide(maxNorm, sqrt(squares.reduce((a, b) => add(a, b)))), 1);
  return where(isNaN(share), 1, share);
}

function weighedSum(leaf: Tensor, multipliers: Tensor): Tensor {
  const column = reshape(multipliers, [leaf.shape[0], ...leaf.shape.slice(1).map(() => 1)]);
  return sum(multiply(leaf, cast(column, leaf.dtype)), { axes: 0 });
}

function countBelowOne(multipliers: Tensor): Tensor {
  return sum(cast(less(multipliers, 1), "int32"));
}
