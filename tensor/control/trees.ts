/**
 * Trees that control flow carries, taken apart into tensors and checked.
 *
 * @module
 */
import { isTracedNumber } from "../host.ts";
import { asTensor } from "../ops/convert.ts";
import { equalShapes } from "../shape.ts";
import { type Abstract, describe, Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";

/** A tree of tensors taken apart. */
export interface Flat {
  /** Its tensors; numbers became float32 scalars. */
  readonly tensors: readonly Tensor[];
  /** The tree with a tensor in place of every leaf. */
  readonly tree: unknown;
}

/** Takes a tree of tensors and numbers apart. */
export function flatten(operation: string, what: string, value: unknown): Flat {
  const tensors: Tensor[] = [];
  const whole = tree.map(value, (leaf, path) => {
    const tensor = tensorOf(operation, what, leaf, path);
    tensors.push(tensor);
    return tensor;
  });
  return { tensors, tree: whole };
}

function tensorOf(operation: string, what: string, leaf: unknown, path: string): Tensor {
  if (leaf instanceof Tensor) return leaf;
  if (typeof leaf === "number" || isTracedNumber(leaf)) {
    const scalar = asTensor(operation, leaf as number, "float64");
    return scalar.dtype === "float64" ? asFloat32(operation, leaf as number) : scalar;
  }
  throw new TypeError(
    `${operation} expects ${what} of tensors and numbers but got ${tree.describe(leaf)}${at(path)}`,
  );
}

/** A number has no dtype of its own, so it counts as float32 whether it is whole or not. */
function asFloat32(operation: string, value: number): Tensor {
  return asTensor(operation, value, "float32");
}

function at(path: string): string {
  return path === "" ? "" : ` at ${path}`;
}

/** A tree like `like` with other tensors. */
export function build(like: unknown, tensors: readonly Tensor[]): unknown {
  let next = 0;
  return tree.map(like, () => tensors[next++]);
}

/** The tensors of a tree that has to have the structure, shapes and dtypes of another; numbers take the dtype there. */
export function flattenLike(
  operation: string,
  what: string,
  like: unknown,
  value: unknown,
): readonly Tensor[] {
  const tensors: Tensor[] = [];
  tree.zip(operation, [like, value], ([first, leaf], path) => {
    const expected = first as Abstract;
    const tensor = typeof leaf === "number" && expected.shape.length === 0
      ? asTensor(operation, leaf, expected.dtype)
      : tensorOf(operation, what, leaf, path);
    if (tensor.dtype !== expected.dtype || !equalShapes(tensor.shape, expected.shape)) {
      throw new TypeError(
        `${operation} expects ${what} to keep ${describe(expected)} but got ${describe(tensor)}${at(path)}`,
      );
    }
    tensors.push(tensor);
    return null;
  });
  const count = tree.leaves(value).length;
  if (count !== tensors.length) {
    throw new TypeError(
      `${operation} expects ${what} to keep its ${tensors.length} tensors but got ${count}, where it had holes`,
    );
  }
  return tensors;
}
