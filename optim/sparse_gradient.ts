/**
 * Gradients of a few rows of a table.
 *
 * @module
 */

import { cast, greater, ones, reshape, scatterAdd, type Shape, Tensor, tree } from "../tensor/mod.ts";
import { isInteger } from "../tensor/dtype.ts";
import { formatShape } from "../tensor/shape.ts";
import { describe, knownValue } from "../tensor/tensor.ts";
import type { ExtraArguments, Stepped, Updated } from "./transform_type.ts";

/**
 * A gradient that is zero but for some rows, such as that of an embedding: plain data, which stands in a tree of
 * gradients where the params have the table. Row i of the values belongs to row `indices[i]`, and rows that are named
 * more than once add up.
 */
export interface SparseGradient {
  /** Which rows, of shape [rows], of an integer dtype. */
  readonly indices: Tensor;
  /** The rows, of shape [rows, ...the shape of a row]. */
  readonly values: Tensor;
  /** The shape of the table. */
  readonly shape: Shape;
}

/** Gradients of params where each may be a sparse one. */
export type SparseGrads<P> = P extends Tensor ? P | SparseGradient
  : P extends object ? { readonly [K in keyof P]: SparseGrads<P[K]> }
  : P;

/** What a transform is besides whose gradients may be sparse ones. */
export interface TakesSparse<S, Extra = unknown> {
  /** The updates for these gradients, and the next state. */
  update<Q>(
    state: S,
    grads: SparseGrads<NoInfer<Q>>,
    params: Q,
    ...extra: ExtraArguments<Extra>
  ): Updated<S, Q>;
  /** `update`, then the updates added to the params. */
  step<Q>(
    state: S,
    grads: SparseGrads<NoInfer<Q>>,
    params: Q,
    ...extra: ExtraArguments<Extra>
  ): Stepped<S, Q>;
}

/**
 * Makes a sparse gradient, whose parts fit each other.
 *
 * @throws {TypeError} If indices and values are not tensors, or the indices not integers.
 * @throws {RangeError} If the shapes do not fit each other, or an index is outside of the table.
 *
 * @example
 * ```ts
 * import { ones, tensor, zeros } from "@weft/weft";
 * import { sparseGradient, torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.SGD({ lr: 1 });
 * const params = { table: zeros([3, 2]) };
 * const rows = sparseGradient({
 *   indices: tensor([2, 0, 2], { dtype: "int32" }),
 *   values: ones([3, 2]),
 *   shape: [3, 2],
 * });
 * const { params: next } = optimizer.step(optimizer.init(params), { table: rows }, params);
 * assertEquals(next.table.toArray(), [[-1, -1], [0, 0], [-2, -2]]);
 * ```
 */
export function sparseGradient({ indices, values, shape }: SparseGradient): SparseGradient {
  for (const [name, value] of Object.entries({ indices, values })) {
    if (value instanceof Tensor) continue;
    throw new TypeError(`sparseGradient expects ${name} to be a tensor but got ${tree.describe(value)}`);
  }
  checkRows("sparseGradient", { indices, values }, shape, "");
  const extent = shape[0];
  const known = knownValue(indices) === null ? [] : Array.from(indices.data(), Number);
  const outside = known.find((index) => index < 0 || index >= extent);
  if (outside !== undefined) {
    throw new RangeError(`sparseGradient expects indices of ${extent} rows but got ${outside}`);
  }
  return { indices, values, shape };
}

/** Throws unless rows fit a table. */
export function checkRows(
  operation: string,
  { indices, values }: Pick<SparseGradient, "indices" | "values">,
  shape: Shape,
  at: string,
): void {
  if (!isInteger(indices.dtype) || indices.rank !== 1) {
    throw new TypeError(
      `${operation} expects indices to be a vector of integers but got ${describe(indices)}${at}`,
    );
  }
  const expected = [indices.size, ...shape.slice(1)];
  const fits = shape.length > 0 && values.rank === expected.length &&
    expected.every((extent, axis) => extent === values.shape[axis]);
  if (!fits) {
    throw new RangeError(
      `${operation} expects values of shape ${formatShape(expected)} for a table of ${
        formatShape(shape)
      } but got ${formatShape(values.shape)}${at}`,
    );
  }
}

/** A sparse gradient inside of a transform, where it is one leaf. */
export class SparseLeaf {
  /** Which rows. */
  readonly indices: Tensor;
  /** The rows. */
  readonly values: Tensor;

  /** Made where gradients enter a transform. */
  constructor({ indices, values }: Pick<SparseGradient, "indices" | "values">) {
    this.indices = indices;
    this.values = values;
  }

  /** The same places with other values. */
  withValues(values: Tensor): SparseLeaf {
    return new SparseLeaf({ indices: this.indices, values });
  }

  /** The whole gradient of a table. */
  dense({ shape, dtype }: Tensor): Tensor {
    return scatterAdd(cast(this.values, dtype), this.indices, { extent: shape[0] });
  }

  /** Which rows of a table there are, of a shape that broadcasts to the table's. */
  touched({ shape }: Tensor): Tensor {
    const counts = scatterAdd(ones([this.indices.size]), this.indices, { extent: shape[0] });
    return greater(reshape(counts, [shape[0], ...shape.slice(1).map(() => 1)]), 0);
  }
}

function isSparseGradient(value: unknown): value is SparseGradient {
  return tree.isNode(value) && !Array.isArray(value) && Object.keys(value).length === 3 &&
    "indices" in value && "shape" in value && "values" in value && value.indices instanceof Tensor &&
    value.values instanceof Tensor;
}

/** The gradients with each sparse one as a leaf; the same tree where there is none. */
export function sealSparse(grads: unknown, params: unknown): unknown {
  if (params instanceof Tensor) return isSparseGradient(grads) ? new SparseLeaf(grads) : grads;
  if (!tree.isNode(grads) || !tree.isNode(params)) return grads;
  const children = Object.entries(grads);
  const below = params as Readonly<Record<string, unknown>>;
  const sealed = children.map(([key, child]) => [key, sealSparse(child, below[key])] as const);
  if (sealed.every(([_, child], i) => child === children[i][1])) return grads;
  return Array.isArray(grads) ? sealed.map(([_, child]) => child) : Object.fromEntries(sealed);
}

/** Updates with each sparse leaf as plain data again, so that its tensors can leave a scope; else the same tree. */
export function unsealSparse(updates: unknown, params: unknown): unknown {
  if (updates instanceof SparseLeaf) {
    const { indices, values } = updates;
    return { indices, values, shape: (params as Tensor).shape };
  }
  if (!tree.isNode(updates) || !tree.isNode(params)) return updates;
  const children = Object.entries(updates);
  const below = params as Readonly<Record<string, unknown>>;
  const plain = children.map(([key, child]) => [key, unsealSparse(child, below[key])] as const);
  if (plain.every(([_, child], i) => child === children[i][1])) return updates;
  return Array.isArray(updates) ? plain.map(([_, child]) => child) : Object.fromEntries(plain);
}
