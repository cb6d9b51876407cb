/**
 * Transforms by label.
 *
 * @module
 */

import { type Tensor, tree } from "../tensor/mod.ts";
import { type Group, groups } from "./groups.ts";
import { matchPath } from "./pattern.ts";
import { assemble, erase } from "./assemble.ts";
import type { AnyTransform, ExtraOf, ParamsOf, StateOf, Transform } from "./transform_type.ts";

/** A tree of labels, in which one label may stand for a whole subtree. */
export type LabelTree = string | readonly LabelTree[] | { readonly [key: string]: LabelTree };

/** The label of each leaf: a tree of them, or a function of the params that gives one. */
export type Labels = LabelTree | ((params: unknown) => unknown);

/** The state of {@linkcode partition}: that of each label under it. */
export type PartitionState<T extends Readonly<Record<string, AnyTransform>>> =
  & { readonly kind: "partition" }
  & { readonly [K in keyof T]: StateOf<T[K]> };

/**
 * Labels by path: the first rule whose pattern matches gives a leaf its label.
 *
 * @param rules Pairs of a pattern, as {@linkcode matchPath} has them, and a label.
 * @throws {SyntaxError} If a pattern is malformed.
 * @throws {RangeError} When used, if leaves match no pattern, listing them.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { labelsByPath } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = labelsByPath([["head/bias", "plain"], ["**", "decayed"]]);
 * assertEquals(labels({ head: { bias: tensor(1), kernel: tensor(1) } }), {
 *   head: { bias: "plain", kernel: "decayed" },
 * } as unknown);
 * ```
 */
export function labelsByPath(
  rules: readonly (readonly [pattern: string, label: string])[],
): (params: unknown) => unknown {
  if (!Array.isArray(rules)) {
    throw new TypeError(
      `labelsByPath expects a list of patterns with labels but got ${tree.describe(rules)}`,
    );
  }
  const tests = rules.map(([pattern, label]) => ({ matches: matchPath(pattern), label }));
  return (params) => {
    const unmatched: string[] = [];
    const labels = tree.map(params, (_, path) => {
      const rule = tests.find(({ matches }) => matches(path));
      if (rule === undefined) unmatched.push(path || "the root");
      return rule?.label;
    });
    if (unmatched.length === 0) return labels;
    throw new RangeError(
      `labelsByPath expects a pattern for every leaf but got none for ${unmatched.join(", ")}`,
    );
  };
}

/**
 * Applies to each leaf the transform of its label, as `optax.partition` (`multi_transform`). A transform sees the
 * leaves of its label only, so that a norm is the norm of those. A label that no leaf has is no error; a leaf
 * whose label has no transform is one. It is `groups` with the groups said leaf by leaf.
 *
 * @param transforms The transform of each label.
 * @param labels The label of each leaf: a tree, in which one label may stand for a subtree, or a function of the
 * params that gives one, such as {@linkcode labelsByPath}.
 * @throws {TypeError} If a transform is none, or when used, if the labels do not fit the params.
 * @throws {RangeError} When used, if labels have no transform, listing the leaves.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { partition, setToZero, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = partition(
 *   { fast: sgd({ learningRate: 1 }), frozen: setToZero() },
 *   { stem: "frozen", head: { kernel: "fast", bias: "fast" } },
 * );
 * const params = { stem: [tensor(1), tensor(2)], head: { kernel: tensor(3), bias: tensor(4) } };
 * const { params: next } = optimizer.step(optimizer.init(params), params, params);
 * assertEquals([next.stem[0].item(), next.head.kernel.item()], [1, 0]);
 * ```
 */
export function partition<const T extends Readonly<Record<string, AnyTransform>>>(
  transforms: T,
  labels: Labels,
): Transform<ParamsOf<T[keyof T]>, PartitionState<T>, ExtraOf<T[keyof T]>> {
  if (!tree.isNode(transforms) || Array.isArray(transforms) || Object.keys(transforms).length === 0) {
    throw new TypeError(
      `partition expects a transform for each label but got ${tree.describe(transforms)}`,
    );
  }
  for (const transform of Object.values(transforms)) erase("partition", transform);
  /** The groups of labels that leaves have. */
  const grouped = (params: unknown): ReturnType<typeof groups<readonly Group[]>> => {
    const labelOf = labelPaths(params, labels, Object.keys(transforms));
    const given = new Set(labelOf.values());
    // Where all leaves are holes, as behind a mask, no label has one, and all may as well be there.
    const used = Object.keys(transforms).filter((label) => given.size === 0 || given.has(label));
    return groups(used.map((label): Group => ({
      name: label,
      select: (path: string, _: Tensor) => labelOf.get(path) === label,
      transform: transforms[label],
    })));
  };
  type States = Readonly<Record<string, unknown>>;
  const holes = (params: unknown): unknown => tree.map(params, () => null);
  const assembled = assemble<States, unknown>({
    name: "partition",
    takesSparse: true,
    frozen: (params) => grouped(params).frozen!(params),
    parts: (params) => {
      const used = grouped(params).parts!(params);
      return Object.entries(transforms).map(([label, transform]) =>
        used.find(({ key }) => key === label) ??
          { key: label, group: label, transform, params: holes(params) }
      );
    },
    init(params) {
      const used: States = grouped(params).init(params as never);
      const states: Record<string, unknown> = { kind: "partition" };
      for (const [label, transform] of Object.entries(transforms)) {
        states[label] = used[label] ?? erase("partition", transform).init(holes(params));
      }
      return states;
    },
    update(state, grads, params, extra) {
      const inner = grouped(params);
      const { state: used, updates } = erase("partition", inner).update(
        { ...state, kind: "groups" },
        grads,
        params,
        extra,
      );
      return { state: { ...state, ...used as States, kind: "partition" }, updates };
    },
  });
  return assembled as unknown as Transform<ParamsOf<T[keyof T]>, PartitionState<T>, ExtraOf<T[keyof T]>>;
}

/** The label of each path. */
function labelPaths(params: unknown, labels: Labels, known: readonly string[]): Map<string, string> {
  const given: unknown = typeof labels === "function" ? labels(params) : labels;
  const found = new Map<string, string>();
  const visit = (value: unknown, label: unknown, path: string): void => {
    if (value === null || value === undefined) return;
    if (typeof label === "string") {
      for (const below of tree.entries(value)) {
        found.set([path, below.path].filter((part) => part !== "").join("/"), label);
      }
      return;
    }
    const at = path || "the root";
    const same = tree.isNode(value) && tree.isNode(label) && Array.isArray(value) === Array.isArray(label) &&
      Object.keys(value).every((key) => Object.hasOwn(label, key)) &&
      Object.keys(label).length === Object.keys(value).length;
    if (!same) {
      throw new TypeError(
        `partition expects labels of the params' structure but got ${tree.describe(label)} for ${
          tree.describe(value)
        } at ${at}`,
      );
    }
    for (const [key, child] of Object.entries(value)) {
      const next = (label as Readonly<Record<string, unknown>>)[key];
      visit(child, next, path === "" ? key : `${path}/${key}`);
    }
  };
  visit(params, given, "");
  const unknown = [...found].filter(([_, label]) => !known.includes(label));
  if (unknown.length > 0) {
    const list = unknown.map(([path, label]) => `${label} for ${path || "the root"}`).join(", ");
    throw new RangeError(`partition expects the labels ${known.join(", ")} but got ${list}`);
  }
  return found;
}
