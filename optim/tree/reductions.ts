/**
 * Numbers of whole trees: sums, extremes, norms, inner products.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import * as tensors from "../../tensor/mod.ts";
import { Tensor, tensor, tree } from "../../tensor/mod.ts";
import { innerProduct } from "../inner_product.ts";

/** Options of `norm`. */
export interface NormOptions {
  /** The order: the root of the sum of squares, the sum of absolute values, or the greatest of them. @default {2} */
  readonly order?: 1 | 2 | "infinity";
  /** Whether the square of the norm is returned. @default {false} */
  readonly squared?: boolean;
}

const NORM_OPTIONS = { order: true, squared: true } as const;

function leaves(operation: string, x: unknown): readonly Tensor[] {
  return tree.entries(x).map(({ path, value }) => {
    if (value instanceof Tensor) return value;
    throw new TypeError(`optimTree.${operation} expects tensors but got ${tree.describe(value)} at ${path}`);
  });
}

/** The numbers of all leaves as one; `empty` of none. */
function fold(
  parts: readonly Tensor[],
  combine: (a: Tensor, b: Tensor) => Tensor,
  empty: number,
): Tensor {
  return parts.length === 0 ? tensor(empty) : parts.reduce(combine);
}

/**
 * The sum of all elements, a scalar, as `optax.tree.sum`; 0 of nothing.
 *
 * @throws {TypeError} If a leaf is not a tensor.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.sum({ a: tensor([1, 2]), b: [tensor(3), null] }).item(), 6);
 * ```
 */
export function sum(x: unknown): Tensor {
  return fold(leaves("sum", x).map((leaf) => tensors.sum(leaf)), tensors.add, 0);
}

/**
 * The greatest element, a scalar, as `optax.tree.max`; -Infinity of nothing.
 *
 * @throws {TypeError} If a leaf is not a tensor.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.max({ a: tensor([1, 2]), b: tensor(-3) }).item(), 2);
 * ```
 */
export function max(x: unknown): Tensor {
  const full = leaves("max", x).filter((leaf) => leaf.size > 0);
  return fold(full.map((leaf) => tensors.max(leaf)), tensors.maximum, -Infinity);
}

/**
 * The least element, a scalar, as `optax.tree.min`; Infinity of nothing.
 *
 * @throws {TypeError} If a leaf is not a tensor.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.min({ a: tensor([1, 2]), b: tensor(-3) }).item(), -3);
 * ```
 */
export function min(x: unknown): Tensor {
  const full = leaves("min", x).filter((leaf) => leaf.size > 0);
  return fold(full.map((leaf) => tensors.min(leaf)), tensors.minimum, Infinity);
}

/**
 * How many elements a tree has, as `optax.tree.size`.
 *
 * @throws {TypeError} If a leaf is not a tensor.
 *
 * @example
 * ```ts
 * import { zeros } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.size({ kernel: zeros([2, 3]), bias: zeros([3]) }), 9);
 * ```
 */
export function size(x: unknown): number {
  return leaves("size", x).reduce((total, leaf) => total + leaf.size, 0);
}

/**
 * The inner product of two trees as vectors, a scalar, as `optax.tree.vdot`; 0 of nothing.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const product = optimTree.vdot({ a: tensor([1, 2]) }, { a: tensor([3, 4]) });
 * assertEquals(product.item(), 11);
 * ```
 */
export function vdot(x: unknown, y: unknown): Tensor {
  return innerProduct("optimTree.vdot", x, y);
}

/**
 * The norm of a tree as one vector, a scalar, as `optax.tree.norm`; 0 of nothing.
 *
 * @throws {TypeError} If a leaf is not a tensor.
 * @throws {RangeError} If the order is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = { a: tensor([3]), b: tensor([-4]) };
 * assertEquals(optimTree.norm(x).item(), 5);
 * assertEquals(optimTree.norm(x, { order: 1 }).item(), 7);
 * assertEquals(optimTree.norm(x, { order: "infinity", squared: true }).item(), 16);
 * ```
 */
export function norm(x: unknown, options: NormOptions = {}): Tensor {
  checkOptionNames("norm", options, NORM_OPTIONS);
  const { order = 2, squared = false } = options;
  const parts = leaves("norm", x);
  if (order === 2) {
    const squares = fold(parts.map((leaf) => tensors.sum(tensors.square(leaf))), tensors.add, 0);
    return squared ? squares : tensors.sqrt(squares);
  }
  if (order !== 1 && order !== "infinity") {
    throw new RangeError(`optimTree.norm expects order 1, 2 or "infinity" but got ${String(order)}`);
  }
  const value = order === 1
    ? fold(parts.map((leaf) => tensors.sum(tensors.abs(leaf))), tensors.add, 0)
    : fold(
      parts.filter((leaf) => leaf.size > 0).map((leaf) => tensors.max(tensors.abs(leaf))),
      tensors.maximum,
      0,
    );
  return squared ? tensors.square(value) : value;
}

/** Options of `allClose`. */
export interface AllCloseOptions {
  /** How far elements may be apart, relative to that of the second tree. @default {1e-5} */
  readonly relative?: number;
  /** How far elements may be apart whatever their size. @default {1e-8} */
  readonly absolute?: number;
}

const ALL_CLOSE_OPTIONS = { relative: true, absolute: true } as const;

/**
 * Whether `|x - y| <= absolute + relative |y|` for all elements, a scalar of dtype bool, as `optax.tree.allclose`. NaN
 * is close to nothing.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.allClose({ a: tensor([1]) }, { a: tensor([1.000001]) }).item(), 1);
 * ```
 */
export function allClose(x: unknown, y: unknown, options: AllCloseOptions = {}): Tensor {
  checkOptionNames("allClose", options, ALL_CLOSE_OPTIONS);
  const { relative = 1e-5, absolute = 1e-8 } = options;
  let close: Tensor = tensor(true);
  tree.zip("optimTree.allClose", [x, y], (pair) => {
    const [a, b] = pair as readonly Tensor[];
    const tolerance = tensors.add(tensors.multiply(tensors.abs(b), relative), absolute);
    const near = tensors.lessEqual(tensors.abs(tensors.subtract(a, b)), tolerance);
    close = tensors.logicalAnd(close, tensors.all(tensors.logicalOr(near, tensors.equal(a, b))));
    return null;
  });
  return close;
}
