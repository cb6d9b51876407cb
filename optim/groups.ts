/**
 * Groups of params, each with a transform of its own.
 *
 * @module
 */

import { tree } from "../tensor/mod.ts";
import { keep, selectedPaths, type Selection, selection, type Selector } from "./select.ts";
import { frozenLeaves } from "./frozen.ts";
import { assemble, erase } from "./assemble.ts";
import type { AnyTransform, ExtraOf, ParamsOf, StateOf, Transform } from "./transform_type.ts";

/** Selects the leaves that no other group of {@linkcode groups} selects. */
export const rest: unique symbol = Symbol("rest");

/** A group of {@linkcode groups}. */
export interface Group<Name extends string = string, T extends AnyTransform = AnyTransform> {
  /** The name, which stands in states and tables. */
  readonly name: Name;
  /** The leaves, by patterns, a predicate or a tree of booleans; `rest` for all that are left. */
  readonly select: Selector | typeof rest;
  /** What they go through; any option of it is the group's own. */
  readonly transform: T;
}

/** The state of {@linkcode groups}: that of each group under its name. */
export type GroupsState<G extends readonly Group[]> =
  & { readonly kind: "groups" }
  & { readonly [K in G[number] as K["name"]]: StateOf<K["transform"]> };

/**
 * Applies to each group of leaves a transform of its own. Every leaf is in one group: leaves that are in two, or
 * in none, are an error that lists them, and so is a group without leaves unless it is the rest. A transform
 * sees the leaves of its group only, so that a norm is the norm of the group.
 *
 * @throws {TypeError} If a group is not made as it should be, or a mask does not fit the params.
 * @throws {RangeError} If names repeat, there are two rests, or the params do not fall into the groups.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { groups, rest, setToZero, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = groups([
 *   { name: "frozen", select: "stem/**", transform: setToZero() },
 *   { name: "head", select: "head/**", transform: sgd({ learningRate: 1 }) },
 *   { name: "others", select: rest, transform: sgd({ learningRate: 0.5 }) },
 * ]);
 * const params = { stem: { bias: tensor(1) }, head: { bias: tensor(1) }, scale: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), params, params);
 * assertEquals([next.stem.bias.item(), next.head.bias.item(), next.scale.item()], [1, 0, 0.5]);
 * ```
 */
export function groups<const G extends readonly Group[]>(
  list: G,
): Transform<ParamsOf<G[number]["transform"]>, GroupsState<G>, ExtraOf<G[number]["transform"]>> {
  return groupsOf("groups", list);
}

/** {@linkcode groups} whose errors are in the name of another function. */
export function groupsOf<const G extends readonly Group[]>(
  operation: string,
  list: G,
): Transform<ParamsOf<G[number]["transform"]>, GroupsState<G>, ExtraOf<G[number]["transform"]>> {
  checkGroups(operation, list);
  const members = list.map(({ name, select, transform }) => ({
    name,
    select: select === rest ? null : selection(`${operation} (${name})`, select),
    transform: erase(operation, transform),
  }));
  type States = Readonly<Record<string, unknown>>;
  const assembled = assemble<States, unknown>({
    name: "groups",
    takesSparse: true,
    frozen: (params) => {
      let frozen: unknown = params;
      divide(operation, members, params).forEach((selected, i) => {
        const inside = frozenLeaves(members[i].transform, keep(operation, params, selected));
        frozen = tree.zip(
          operation,
          [frozen, selected, inside],
          ([before, isSelected, isFrozen]) => isSelected === true ? isFrozen : before,
        );
      });
      return frozen;
    },
    parts(params) {
      const selected = divide(operation, members, params);
      return list.map(({ name, transform }, i) => ({
        key: name,
        group: name,
        transform,
        params: keep(operation, params, selected[i]),
      }));
    },
    init(params) {
      const states: Record<string, unknown> = { kind: "groups" };
      divide(operation, members, params).forEach((selected, i) => {
        states[members[i].name] = members[i].transform.init(keep(operation, params, selected));
      });
      return states;
    },
    update(state, grads, params, extra) {
      const states: Record<string, unknown> = { kind: "groups" };
      let updates = grads;
      divide(operation, members, params).forEach((selected, i) => {
        const { name, transform } = members[i];
        const updated = transform.update(
          state[name],
          keep(operation, grads, selected),
          keep(operation, params, selected),
          extra,
        );
        states[name] = updated.state;
        updates = tree.zip(
          operation,
          [updates, selected, updated.updates],
          ([before, isSelected, update]) => isSelected === true ? update : before,
        );
      });
      return { state: states, updates };
    },
  });
  return assembled as unknown as Transform<
    ParamsOf<G[number]["transform"]>,
    GroupsState<G>,
    ExtraOf<G[number]["transform"]>
  >;
}

function checkGroups(operation: string, list: readonly Group[]): void {
  if (!Array.isArray(list)) {
    throw new TypeError(`${operation} expects a list of groups but got ${tree.describe(list)}`);
  }
  if (list.length === 0) throw new RangeError(`${operation} expects at least one group but got none`);
  const names = new Set<string>();
  let rests = 0;
  for (const { name, select } of list as readonly Group[]) {
    if (typeof name !== "string") {
      throw new TypeError(`${operation} expects the name of a group to be a string but got ${typeof name}`);
    }
    if (name === "" || name === "kind" || name.includes("/")) {
      throw new RangeError(
        `${operation} expects a name that is not empty, not "kind" and without "/" but got "${name}"`,
      );
    }
    if (names.has(name)) throw new RangeError(`${operation} expects each name once but got ${name} twice`);
    names.add(name);
    if (select === rest && ++rests > 1) {
      throw new RangeError(`${operation} expects one group at most to select the rest but got two`);
    }
  }
}

/** For each group a tree like the params with a boolean at each leaf, true in one of them. */
function divide(
  operation: string,
  members: readonly { readonly name: string; readonly select: Selection | null }[],
  params: unknown,
): unknown[] {
  const owners = new Map<string, string[]>();
  const selections = members.map(({ name, select }) => {
    if (select === null) return null;
    const selected = select(params);
    const paths = selectedPaths(selected);
    for (const path of paths) owners.set(path, [...owners.get(path) ?? [], name]);
    if (paths.length === 0 && tree.leaves(params).length > 0) {
      throw new RangeError(
        `${operation} expects ${name} to select a leaf but got none of ${listPaths(params)}`,
      );
    }
    return selected;
  });
  const shared = [...owners].filter(([_, names]) => names.length > 1);
  if (shared.length > 0) {
    const list = shared.map(([path, names]) => `${path} in ${names.join(" and ")}`).join(", ");
    throw new RangeError(`${operation} expects every leaf in one group but got ${list}`);
  }
  const left = tree.map(params, (_, path) => !owners.has(path));
  const unmatched = selectedPaths(left);
  if (unmatched.length > 0 && !selections.includes(null)) {
    throw new RangeError(
      `${operation} expects every leaf in one group but got ${unmatched.join(", ")} in none`,
    );
  }
  return selections.map((selected) => selected ?? left);
}

function listPaths(params: unknown): string {
  return tree.entries(params).map(({ path }) => path || "the root").join(", ");
}
