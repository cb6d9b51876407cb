/**
 * Trees like other trees: constants, casts, random numbers.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import * as tensors from "../../tensor/mod.ts";
import { random, type Tensor, tree } from "../../tensor/mod.ts";
import { mapLeaves, zipLeaves } from "../leaves.ts";

/** Options of trees that are made like others. */
export interface LikeOptions {
  /** The dtype of every leaf; that of the other tree's by default. */
  readonly dtype?: tensors.DType;
}

const LIKE_OPTIONS = { dtype: true } as const;

/**
 * A tree of zeros with the structure and shapes of another, as `optax.tree.zeros_like`.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.zerosLike({ a: tensor([1, 2]) }).a.toArray(), [0, 0]);
 * ```
 */
export function zerosLike<T>(x: T, options: LikeOptions = {}): T {
  checkOptionNames("zerosLike", options, LIKE_OPTIONS);
  return fullLike(x, 0, options);
}

/**
 * A tree of ones with the structure and shapes of another, as `optax.tree.ones_like`.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.onesLike({ a: tensor([3, 4]) }).a.toArray(), [1, 1]);
 * ```
 */
export function onesLike<T>(x: T, options: LikeOptions = {}): T {
  checkOptionNames("onesLike", options, LIKE_OPTIONS);
  return fullLike(x, 1, options);
}

/**
 * A tree of one value with the structure and shapes of another, as `optax.tree.full_like`.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.fullLike({ a: tensor([3, 4]) }, 7, { dtype: "int32" }).a.toArray(), [7, 7]);
 * ```
 */
export function fullLike<T>(x: T, value: tensors.TensorLike, options: LikeOptions = {}): T {
  checkOptionNames("fullLike", options, LIKE_OPTIONS);
  return mapLeaves(x, (leaf) => tensors.full(leaf.shape, value, { dtype: options.dtype ?? leaf.dtype }));
}

/**
 * A tree with every leaf in another dtype, as `optax.tree.cast`.
 *
 * @throws {TypeError} If there is no such dtype.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.cast({ a: tensor([1.5]) }, "int32").a.toArray(), [1]);
 * ```
 */
export function cast<T>(x: T, dtype: tensors.DType): T {
  return mapLeaves(x, (leaf) => tensors.cast(leaf, dtype));
}

/**
 * A tree with every leaf in the dtype that another tree has there, as `optax.tree.cast_like`.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const cast = optimTree.castLike({ a: tensor([1]) }, { a: tensor([1], { dtype: "float64" }) });
 * assertEquals(cast.a.dtype, "float64");
 * ```
 */
export function castLike<T>(x: T, other: unknown): T {
  return zipLeaves("optimTree.castLike", [x, other], (a, b) => tensors.cast(a, b.dtype));
}

/**
 * A random key for each leaf: `random.split` of the key in the order of the leaves, as `optax.tree.split_key_like`.
 * Leaves are in the order of their keys in the objects; JAX sorts them by name.
 *
 * @throws {TypeError} If the first argument is not a random key.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const keys = optimTree.splitKeyLike(random.key(0), { a: tensor([1, 2]), b: tensor(3) });
 * assertEquals([keys.a.dtype, keys.a.shape], ["key", []]);
 * ```
 */
export function splitKeyLike<T>(key: Tensor, x: T): T {
  const count = tree.leaves(x).length;
  if (count === 0) return x;
  const keys = random.split(key, count);
  let at = 0;
  return mapLeaves(x, () => tensors.index(keys, at++));
}

/** Draws numbers of a shape and dtype from a key. */
export type Sampler = (
  key: Tensor,
  shape: tensors.Shape,
  options: { readonly dtype: "float32" | "float64" },
) => Tensor;

/** Options of `randomLike`. */
export interface RandomLikeOptions {
  /** What draws the numbers. @default {random.normal} */
  readonly sampler?: Sampler;
  /** The dtype of every leaf; that of the other tree's by default. */
  readonly dtype?: "float32" | "float64";
}

const RANDOM_LIKE_OPTIONS = { sampler: true, dtype: true } as const;

/**
 * A tree of random numbers, normal ones by default, with the structure, shapes and dtypes of another, as
 * `optax.tree.random_like`; each leaf has a key of its own from {@linkcode splitKeyLike}.
 *
 * @throws {TypeError} If the first argument is not a random key, or a dtype is not floating point.
 *
 * @example
 * ```ts
 * import { random, zeros } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const noise = optimTree.randomLike(random.key(0), { a: zeros([2, 3]) }, { sampler: random.uniform });
 * assertEquals(noise.a.shape, [2, 3]);
 * ```
 */
export function randomLike<T>(key: Tensor, x: T, options: RandomLikeOptions = {}): T {
  checkOptionNames("randomLike", options, RANDOM_LIKE_OPTIONS);
  const { sampler = random.normal } = options;
  return zipLeaves("optimTree.randomLike", [x, splitKeyLike(key, x)], (leaf, own) => {
    return sampler(own, leaf.shape, { dtype: options.dtype ?? leaf.dtype as "float32" | "float64" });
  });
}
