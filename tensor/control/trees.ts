/**
 * Trees that control flow carries, taken apart into tensors and checked.
 *
 * @module
 */
import { isTracedNumber } from "../host.ts";
import { hostValue } from "../host_value.ts";
import { asTensor } from "../ops/convert.ts";
import { equalShapes } from "../shape.ts";
import { describe, Tensor } from "../tensor.ts";
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
  if (isNumber(leaf)) {
    const scalar = asTensor(operation, leaf, "float64");
    // A number has no dtype of its own, so it counts as float32 whether it is whole or not.
    return scalar.dtype === "float64" ? asTensor(operation, leaf, "float32") : scalar;
  }
  throw new TypeError(
    `${operation} expects ${what} of tensors and numbers but got ${tree.describe(leaf)}${at(path)}`,
  );
}

function isNumber(leaf: unknown): leaf is number {
  return typeof leaf === "number" || isTracedNumber(leaf);
}

function at(path: string): string {
  return path === "" ? "" : ` at ${path}`;
}

/** A tree like `like` with other tensors. */
export function build(like: unknown, tensors: readonly Tensor[]): unknown {
  let next = 0;
  return tree.map(like, () => tensors[next++]);
}

/** A tree of tensors, plain numbers, and strings and booleans that never change, as control flow carries it. */
export interface Carry<T> {
  /** Its tensors; plain numbers are float64 scalars. */
  readonly tensors: readonly Tensor[];
  /** A tree like it of other tensors: where numbers were there are numbers, which may be traced. */
  open(tensors: readonly Tensor[]): T;
  /** The tensors of a tree that has to have its structure, shapes and dtypes. */
  close(what: string, value: unknown): readonly Tensor[];
}

/** Where a tensor comes in the place of a plain number. */
class TensorForNumber extends Error {
  readonly leaf: number;
  constructor(leaf: number) {
    super("Expected a number");
    this.leaf = leaf;
  }
}

/**
 * Runs what takes trees apart by `carryOf` in which plain numbers stay numbers; again where it turns out that one of
 * them becomes a tensor, which then is a float32 scalar from the start.
 */
export function withNumbers<R>(run: (asTensors: ReadonlySet<number>) => R): R {
  const asTensors = new Set<number>();
  for (;;) {
    try {
      return run(asTensors);
    } catch (error) {
      if (!(error instanceof TensorForNumber)) throw error;
      asTensors.add(error.leaf);
    }
  }
}

/** Takes a tree apart. The leaves in `asTensors` are tensors even if they are plain numbers. */
export function carryOf<T>(
  operation: string,
  what: string,
  value: T,
  asTensors: ReadonlySet<number>,
): Carry<T> {
  const tensors: Tensor[] = [];
  const kinds: ("tensor" | "number" | "value")[] = [];
  const like = tree.map(value, (leaf, path) => {
    const place = kinds.length;
    if (typeof leaf === "string" || typeof leaf === "boolean") {
      kinds.push("value");
      return leaf;
    }
    const isPlain = isNumber(leaf) && !asTensors.has(place);
    kinds.push(isPlain ? "number" : "tensor");
    const tensor = isPlain ? asTensor(operation, leaf, "float64") : tensorOf(operation, what, leaf, path);
    tensors.push(tensor);
    return tensor;
  });
  return {
    tensors,
    open(given) {
      let place = 0;
      let next = 0;
      return tree.map(like, (leaf) => {
        const kind = kinds[place++];
        if (kind === "value") return leaf;
        const tensor = given[next++];
        return kind === "number" ? hostValue(tensor) : tensor;
      }) as T;
    },
    close(role, given) {
      const found: Tensor[] = [];
      let place = 0;
      tree.zip(operation, [like, given], ([first, leaf], path) => {
        const kind = kinds[place];
        if (kind === "value") {
          if (leaf !== first) {
            throw new TypeError(
              `${operation} expects ${role} to keep ${String(first)} but got ${shown(leaf)}${at(path)}`,
            );
          }
        } else if (kind === "number") {
          if (leaf instanceof Tensor) throw new TensorForNumber(place);
          if (!isNumber(leaf)) {
            throw new TypeError(
              `${operation} expects ${role} to keep a number but got ${tree.describe(leaf)}${at(path)}`,
            );
          }
          found.push(asTensor(operation, leaf, "float64"));
        } else found.push(kept(operation, role, first as Tensor, leaf, path));
        place++;
        return null;
      });
      const count = tree.leaves(given).length;
      if (count !== place) {
        throw new TypeError(
          `${operation} expects ${role} to keep its ${place} leaves but got ${count}, where it had holes`,
        );
      }
      return found;
    },
  };
}

function shown(leaf: unknown): string {
  return typeof leaf === "string" || typeof leaf === "boolean" ? String(leaf) : tree.describe(leaf);
}

/** A leaf that has to have the shape and dtype of another; a number takes the dtype there. */
function kept(operation: string, what: string, expected: Tensor, leaf: unknown, path: string): Tensor {
  const tensor = typeof leaf === "number" && expected.shape.length === 0
    ? asTensor(operation, leaf, expected.dtype)
    : tensorOf(operation, what, leaf, path);
  if (tensor.dtype !== expected.dtype || !equalShapes(tensor.shape, expected.shape)) {
    throw new TypeError(
      `${operation} expects ${what} to keep ${describe(expected)} but got ${describe(tensor)}${at(path)}`,
    );
  }
  return tensor;
}
