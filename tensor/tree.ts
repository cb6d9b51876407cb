/**
 * Trees: plain arrays and objects nested at will, with anything else as leaves. A leaf's path is its keys
 * joined by "/", such as `conv/kernel` or `layers/0/bias`. `null` and `undefined` are holes, not leaves.
 *
 * @module
 */

/** A leaf with its path. */
export interface Leaf<T> {
  /** Keys from the root, joined by "/"; empty for a tree that is a leaf itself. */
  readonly path: string;
  /** The leaf. */
  readonly value: T;
}

/** Whether a value is an inner node of a tree: an array, or an object without a class. */
export function isNode(value: unknown): value is Readonly<Record<string, unknown>> | readonly unknown[] {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function join(path: string, key: string | number): string {
  return path === "" ? String(key) : `${path}/${key}`;
}

/**
 * Every leaf with its path, depth first, in the order of the keys.
 *
 * @example Paths of a tree
 * ```ts
 * import { tree } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const paths = tree.entries({ conv: { kernel: 1, bias: 2 }, head: [3] }).map((leaf) => leaf.path);
 * assertEquals(paths, ["conv/kernel", "conv/bias", "head/0"]);
 * ```
 */
export function entries(tree: unknown): Leaf<unknown>[] {
  const found: Leaf<unknown>[] = [];
  const visit = (value: unknown, path: string): void => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) value.forEach((child, i) => visit(child, join(path, i)));
    else if (isNode(value)) {
      for (const key of Object.keys(value)) visit((value as Record<string, unknown>)[key], join(path, key));
    } else found.push({ path, value });
  };
  visit(tree, "");
  return found;
}

/** Every leaf, in the order of `entries`. */
export function leaves(tree: unknown): unknown[] {
  const found: unknown[] = [];
  const visit = (value: unknown): void => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) { for (const child of value) visit(child); }
    else if (isNode(value)) {
      for (const key of Object.keys(value)) visit((value as Record<string, unknown>)[key]);
    } else found.push(value);
  };
  visit(tree);
  return found;
}

/**
 * A tree of the same structure whose leaves are `f(leaf, path)`; holes stay holes.
 *
 * @example Doubling every leaf
 * ```ts
 * import { tree } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(tree.map({ a: 1, b: [2, 3] }, (x) => 2 * (x as number)), { a: 2, b: [4, 6] });
 * ```
 */
export function map<T>(tree: T, f: (leaf: unknown, path: string) => unknown): T {
  if (typeof f !== "function") throw new TypeError(`map expects a function but got ${describe(f)}`);
  const visit = (value: unknown, path: string): unknown => {
    if (value === null || value === undefined) return value;
    if (Array.isArray(value)) return value.map((child, i) => visit(child, join(path, i)));
    if (isNode(value)) {
      const result: Record<string, unknown> = {};
      for (const key of Object.keys(value)) {
        setOwn(result, key, visit((value as Record<string, unknown>)[key], join(path, key)));
      }
      return result;
    }
    return f(value, path);
  };
  return visit(tree, "") as T;
}

/**
 * A tree of the structure of the first one, whose leaves are `f(leaves, path)` of the leaves that all trees have
 * there. A hole in the first tree stays a hole; the others may hold anything there.
 *
 * @throws {TypeError} If another tree lacks a leaf or has a node where the first has a leaf.
 */
export function zip<T>(
  operation: string,
  trees: readonly [T, ...unknown[]],
  f: (leaves: readonly unknown[], path: string) => unknown,
): T {
  if (!Array.isArray(trees) || trees.length === 0) {
    throw new TypeError(`${operation} expects an array of trees but got ${describe(trees)}`);
  }
  const visit = (values: readonly unknown[], path: string): unknown => {
    const first = values[0];
    if (first === null || first === undefined) return first;
    if (!isNode(first)) {
      for (const other of values) {
        if (other === undefined || isNode(other)) {
          throw new TypeError(
            `${operation} expects trees of one structure but got ${
              describe(other)
            } where the first has a leaf, at ${path || "the root"}`,
          );
        }
      }
      return f(values, path);
    }
    for (const other of values) {
      const same = isNode(other) && Array.isArray(other) === Array.isArray(first) &&
        Object.keys(other).length === Object.keys(first).length &&
        Object.keys(first).every((key) => Object.hasOwn(other, key));
      if (!same) {
        throw new TypeError(
          `${operation} expects trees of one structure but got ${describe(first)} and ${describe(other)} at ${
            path || "the root"
          }`,
        );
      }
    }
    const at = (key: string | number) =>
      values.map((value) => (value as Record<string | number, unknown>)[key]);
    if (Array.isArray(first)) return first.map((_, i) => visit(at(i), join(path, i)));
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(first)) setOwn(result, key, visit(at(key), join(path, key)));
    return result;
  };
  return visit(trees, "") as T;
}

/** How a part of a tree reads in an error: its keys, its length, or its type. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "a hole";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isNode(value)) return `{ ${Object.keys(value).join(", ")} }`;
  return typeof value === "object" ? value.constructor?.name ?? "an object" : `a ${typeof value}`;
}

/** Leaves of a tree and what is needed to build a tree like it. */
export interface Flattened {
  /** The leaves, in the order of `entries`. */
  readonly leaves: readonly unknown[];
  /** The tree with each leaf replaced by its index, which `unflatten` takes. */
  readonly structure: Structure;
}

/** A tree without its leaves. */
export type Structure =
  | { readonly kind: "leaf"; readonly index: number }
  | { readonly kind: "hole"; readonly value: null | undefined }
  | { readonly kind: "array"; readonly children: readonly Structure[] }
  | { readonly kind: "object"; readonly keys: readonly string[]; readonly children: readonly Structure[] };

/** Takes a tree apart into leaves and structure. */
export function flatten(tree: unknown): Flattened {
  const found: unknown[] = [];
  const visit = (value: unknown): Structure => {
    if (value === null || value === undefined) return { kind: "hole", value };
    if (Array.isArray(value)) return { kind: "array", children: value.map(visit) };
    if (isNode(value)) {
      const keys = Object.keys(value);
      return {
        kind: "object",
        keys,
        children: keys.map((key) => visit((value as Record<string, unknown>)[key])),
      };
    }
    found.push(value);
    return { kind: "leaf", index: found.length - 1 };
  };
  const structure = visit(tree);
  return { leaves: found, structure };
}

/** Builds the tree that `flatten` took apart, with other leaves. */
export function unflatten(structure: Structure, leaves: readonly unknown[]): unknown {
  switch (structure.kind) {
    case "leaf":
      return leaves[structure.index];
    case "hole":
      return structure.value;
    case "array":
      return structure.children.map((child) => unflatten(child, leaves));
    case "object": {
      const result: Record<string, unknown> = {};
      structure.keys.forEach((key, i) => setOwn(result, key, unflatten(structure.children[i], leaves)));
      return result;
    }
  }
}

/** Sets a property of an object's own, whatever its name: assignment to "__proto__" would change the prototype. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else target[key] = value;
}
