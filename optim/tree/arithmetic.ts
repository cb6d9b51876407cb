/**
 * Arithmetic on trees of tensors, leaf by leaf.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import * as tensors from "../../tensor/mod.ts";
import type { Tensor, TensorLike } from "../../tensor/mod.ts";
import { CLIP_OPTIONS } from "../../tensor/ops/selection.ts";
import { mapLeaves, zipLeaves } from "../leaves.ts";

/** The names of operations, of `optimTree` in errors. */
const name = (operation: string): string => `optimTree.${operation}`;

/**
 * The sum of two trees of one structure, leaf by leaf, as `optax.tree.add`. Holes stay holes.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const result = optimTree.add({ a: tensor([6]), b: null }, { a: tensor([2]), b: null });
 * assertEquals(result.a.toArray(), [8]);
 * ```
 */
export function add<T>(x: T, y: unknown): T {
  return zipLeaves(name("add"), [x, y], (a, b) => tensors.add(a, b));
}

/**
 * The difference of two trees of one structure, leaf by leaf, as `optax.tree.sub`. Holes stay holes.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const result = optimTree.subtract({ a: tensor([6]), b: null }, { a: tensor([2]), b: null });
 * assertEquals(result.a.toArray(), [4]);
 * ```
 */
export function subtract<T>(x: T, y: unknown): T {
  return zipLeaves(name("subtract"), [x, y], (a, b) => tensors.subtract(a, b));
}

/**
 * The product of two trees of one structure, leaf by leaf, as `optax.tree.mul`. Holes stay holes.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const result = optimTree.multiply({ a: tensor([6]), b: null }, { a: tensor([2]), b: null });
 * assertEquals(result.a.toArray(), [12]);
 * ```
 */
export function multiply<T>(x: T, y: unknown): T {
  return zipLeaves(name("multiply"), [x, y], (a, b) => tensors.multiply(a, b));
}

/**
 * The quotient of two trees of one structure, leaf by leaf, as `optax.tree.div`. Holes stay holes.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const result = optimTree.divide({ a: tensor([6]), b: null }, { a: tensor([2]), b: null });
 * assertEquals(result.a.toArray(), [3]);
 * ```
 */
export function divide<T>(x: T, y: unknown): T {
  return zipLeaves(name("divide"), [x, y], (a, b) => tensors.divide(a, b));
}

/**
 * A tree times a number, as `optax.tree.scale`. The number is cast to the dtype of each leaf.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.scale(2, { a: tensor([3]) }).a.toArray(), [6]);
 * ```
 */
export function scale<T>(factor: TensorLike, x: T): T {
  return mapLeaves(x, (leaf) => tensors.multiply(leaf, like(factor, leaf)));
}

const ADD_SCALE_OPTIONS = { factor: true } as const;

/**
 * `x + factor y`, as `optax.tree.add_scale`. The factor is cast to the dtype of each leaf.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const sum = optimTree.addScale({ a: tensor([1]) }, { a: tensor([3]) }, { factor: 2 });
 * assertEquals(sum.a.toArray(), [7]);
 * ```
 */
export function addScale<T>(x: T, y: unknown, options: { readonly factor: TensorLike }): T {
  checkOptionNames("addScale", options, ADD_SCALE_OPTIONS);
  const { factor } = options;
  return zipLeaves(name("addScale"), [x, y], (a, b) => tensors.add(a, tensors.multiply(b, like(factor, b))));
}

/**
 * Every element brought into `[min, max]`, as `optax.tree.clip`.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.clip({ a: tensor([-3, 3]) }, { min: 0, max: 1 }).a.toArray(), [0, 1]);
 * ```
 */
export function clip<T>(x: T, options: tensors.ClipOptions): T {
  checkOptionNames("clip", options, CLIP_OPTIONS);
  return mapLeaves(x, (leaf) => tensors.clip(leaf, options));
}

/**
 * `condition ? x : y` in every leaf, as `optax.tree.where`.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const chosen = optimTree.where(tensor(false), { a: tensor([1]) }, { a: tensor([2]) });
 * assertEquals(chosen.a.toArray(), [2]);
 * ```
 */
export function where<T>(condition: Tensor, x: T, y: unknown): T {
  return zipLeaves(name("where"), [x, y], (a, b) => tensors.where(condition, a, b));
}

/**
 * Every leaf repeated along new first axes, as `optax.tree.batch_shape`.
 *
 * @throws {RangeError} If the shape is none.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.batchShape({ a: tensor([1, 2]) }, [3]).a.shape, [3, 2]);
 * ```
 */
export function batchShape<T>(x: T, shape: tensors.Shape): T {
  return mapLeaves(x, (leaf) => tensors.broadcastTo(leaf, [...shape, ...leaf.shape]));
}

/** A number, or a tensor in the dtype of a leaf, so that a scalar does not widen it. */
function like(factor: TensorLike, leaf: Tensor): TensorLike {
  return factor instanceof tensors.Tensor ? tensors.cast(factor, leaf.dtype) : factor;
}
