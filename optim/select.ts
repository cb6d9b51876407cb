/**
 * Selecting leaves of a tree: by patterns, by a predicate, or by a tree of booleans.
 *
 * @module
 */

import { type Tensor, tree } from "../tensor/mod.ts";
import { matchPath } from "./pattern.ts";

/** A tree of booleans, in which one boolean may stand for a whole subtree. */
export type MaskTree = boolean | readonly MaskTree[] | { readonly [key: string]: MaskTree };

/**
 * Which leaves of a tree are meant: a pattern of paths or several of them (see {@linkcode matchPath}), a
 * predicate of path and leaf, or a tree of booleans. A predicate may look at shapes and dtypes, not at values.
 */
export type Selector =
  | string
  | readonly string[]
  | ((path: string, leaf: Tensor) => boolean)
  | MaskTree;

/** A selector made ready: a tree like `params` with a boolean at each leaf. */
export type Selection = <P>(params: P) => P;

/**
 * Makes a selector ready for use.
 *
 * @throws {TypeError} If it is none of the kinds, and when used, if a mask does not fit the tree.
 * @throws {SyntaxError} If a pattern is malformed.
 */
export function selection(operation: string, selector: Selector): Selection {
  if (typeof selector === "function") {
    return (params) =>
      tree.map(params, (leaf, path) => {
        const selected: unknown = selector(path, leaf as Tensor);
        if (typeof selected === "boolean") return selected;
        throw new TypeError(
          `${operation} expects its predicate to return a boolean but got ${typeof selected} for ${path}`,
        );
      });
  }
  if (isPatterns(selector)) {
    const tests = (typeof selector === "string" ? [selector] : selector).map(matchPath);
    return (params) => tree.map(params, (_, path) => tests.some((test) => test(path)));
  }
  return (params) => followMask(operation, params, selector, "") as typeof params;
}

function isPatterns(selector: Exclude<Selector, (path: string, leaf: Tensor) => boolean>): selector is
  | string
  | readonly string[] {
  if (typeof selector === "string") return true;
  return Array.isArray(selector) && selector.length > 0 &&
    selector.every((part) => typeof part === "string");
}

function followMask(operation: string, params: unknown, mask: unknown, path: string): unknown {
  if (params === null || params === undefined) return params;
  if (typeof mask === "boolean") return tree.map(params, () => mask);
  const at = path || "the root";
  if (!tree.isNode(mask)) {
    throw new TypeError(`${operation} expects a mask of booleans but got ${tree.describe(mask)} at ${at}`);
  }
  const same = tree.isNode(params) && Array.isArray(params) === Array.isArray(mask) &&
    Object.keys(params).length === Object.keys(mask).length &&
    Object.keys(params).every((key) => Object.hasOwn(mask, key));
  if (!same) {
    throw new TypeError(
      `${operation} expects a mask of the params' structure but got ${tree.describe(mask)} for ${
        tree.describe(params)
      } at ${at}`,
    );
  }
  const children = Object.entries(params).map(([key, child]) => {
    const below = (mask as Readonly<Record<string, unknown>>)[key];
    return [key, followMask(operation, child, below, path === "" ? key : `${path}/${key}`)] as const;
  });
  return Array.isArray(params) ? children.map(([_, child]) => child) : Object.fromEntries(children);
}

/**
 * A selector of the leaves that another one does not select.
 *
 * @throws {SyntaxError} If a pattern is malformed.
 */
export function inverted(selector: Selector): Selector {
  if (typeof selector === "function") return (path, leaf) => !selector(path, leaf);
  if (isPatterns(selector)) {
    const tests = (typeof selector === "string" ? [selector] : selector).map(matchPath);
    return (path) => !tests.some((test) => test(path));
  }
  return tree.map(selector, (selected) => typeof selected === "boolean" ? !selected : selected);
}

/** A tree with holes for the leaves that are not selected. */
export function keep<T>(operation: string, values: T, selected: unknown): T {
  return tree.zip(operation, [values, selected], ([leaf, isSelected]) => isSelected === true ? leaf : null);
}

/** The paths of the leaves that are selected. */
export function selectedPaths(selected: unknown): string[] {
  return tree.entries(selected).filter(({ value }) => value === true).map(({ path }) => path);
}
