/**
 * Comparing a tree that was read with one that it should be like.
 *
 * @module
 */

import { formatShape } from "../shape.ts";
import { describe as describeTensor, Tensor } from "../tensor.ts";
import { describe, isNode } from "../tree.ts";

/**
 * Checks that a tree has the structure, the shapes and the dtypes of another, and plain values of the same types.
 *
 * @param operation What to name in an error.
 * @param value The tree.
 * @param like What it should be like.
 * @returns The tree, with the keys of its objects in the order that `like` has them.
 * @throws {TypeError} If a structure, a dtype or the type of a plain value differs, naming the first path.
 * @throws {RangeError} If a shape differs, naming the first path.
 */
export function matchLike(operation: string, value: unknown, like: unknown): unknown {
  const visit = (value: unknown, like: unknown, path: string): unknown => {
    const differ = (Kind: new (message: string) => Error, expected: string, got: string): Error =>
      new Kind(`${operation} expects ${expected} but got ${got} at ${path || "the root"}`);
    if (like instanceof Tensor && value instanceof Tensor) {
      if (like.dtype === value.dtype && formatShape(like.shape) === formatShape(value.shape)) return value;
      throw differ(
        like.dtype === value.dtype ? RangeError : TypeError,
        describeTensor(like),
        describeTensor(value),
      );
    }
    if (Array.isArray(like) && Array.isArray(value) && like.length === value.length) {
      return like.map((item, index) => visit(value[index], item, join(path, index)));
    }
    if (isObject(like) && isObject(value)) {
      const expected = Object.keys(like);
      const odd = expected.find((key) => !Object.hasOwn(value, key)) ??
        Object.keys(value).find((key) => !Object.hasOwn(like, key));
      if (odd === undefined) {
        return Object.fromEntries(
          expected.map((key) => [key, visit(value[key], like[key], join(path, key))]),
        );
      }
      const [wanted, found] = [like, value].map((side) =>
        Object.hasOwn(side, odd) ? kindOf(side[odd]) : "nothing"
      );
      throw new TypeError(`${operation} expects ${wanted} but got ${found} at ${join(path, odd)}`);
    }
    const isPlain = typeof like !== "object" && typeof like === typeof value;
    if (isPlain || (like === null && value === null)) return value;
    throw differ(TypeError, kindOf(like), kindOf(value));
  };
  return visit(value, like, "");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isNode(value) && !Array.isArray(value);
}

function join(path: string, key: string | number): string {
  return path === "" ? `${key}` : `${path}/${key}`;
}

function kindOf(value: unknown): string {
  if (value instanceof Tensor) return describeTensor(value);
  return value === null || value === undefined ? `${value}` : describe(value);
}
