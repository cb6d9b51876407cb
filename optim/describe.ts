/**
 * A table of what an optimizer does to which params.
 *
 * @module
 */

import { Tensor, tree } from "../tensor/mod.ts";
import { itemSize } from "../tensor/dtype.ts";
import { type DescriptionRow, formatRows } from "./description_table.ts";
import { findHyperparameters, hyperparameterPaths } from "./hyperparameters.ts";
import type { AnyTransform, Options, Part } from "./transform_type.ts";

export type { DescriptionRow } from "./description_table.ts";

/** What {@linkcode describe} returns: it prints as a table. */
export interface Description {
  /** The rows of the table. */
  readonly rows: readonly DescriptionRow[];
  /** The table. */
  toString(): string;
}

/**
 * A table of the transforms of an optimizer, group by group: leaves, elements, bytes of state, learning rate,
 * the other hyperparameters, and the options that do not change with the steps. `console.log` prints it, and `rows`
 * has the same as data.
 *
 * @param state The state, for the hyperparameters of the last step; by default those of the first one.
 *
 * @example
 * ```ts
 * import { zeros } from "@weft/weft";
 * import { describe, groups, rest, adam, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = groups([
 *   { name: "head", select: "head/**", transform: adam({ learningRate: 1e-3 }) },
 *   { name: "others", select: rest, transform: sgd({ learningRate: 0.1 }) },
 * ]);
 * const table = describe(optimizer, { stem: zeros([4, 4]), head: { kernel: zeros([4, 2]) } });
 * console.log(table);
 * assertEquals(table.rows.map((row) => [row.group, row.elements, row.stateBytes]), [
 *   ["head", 8, 64],
 *   ["others", 16, 0],
 * ]);
 * ```
 */
export function describe(transform: AnyTransform, params: unknown, state?: unknown): Description {
  if (typeof (transform as Partial<AnyTransform> | undefined)?.init !== "function") {
    throw new TypeError(`describe expects a transform but got ${tree.describe(transform)}`);
  }
  const known = state ?? transform.init(params as never);
  const rows = rowsOf({ key: "", group: null, transform, params }, known, "");
  const text = (): string => formatRows(rows);
  const description: Description = { rows, toString: text };
  for (const symbol of [Symbol.for("Deno.customInspect"), Symbol.for("nodejs.util.inspect.custom")]) {
    Object.defineProperty(description, symbol, { value: text });
  }
  return description;
}

function rowsOf(part: Part, state: unknown, around: string): DescriptionRow[] {
  const { transform, params } = part;
  const group = part.group === null ? around : around === "" ? part.group : `${around}/${part.group}`;
  if (!isDivided(part)) return [rowOf(part, state, group, labelOf(part))];
  const inside = transform.parts!(params);
  const states = state as Readonly<Record<string, unknown>>;
  const rows = inside.flatMap((inner) => rowsOf(inner, states[inner.key], group));
  if (!isWrapper(inside)) return rows;
  // What is put around groups has a row of its own, for what is its own.
  const own = Object.entries(states).filter(([key]) => inside.every((inner) => inner.key !== key));
  const { parts: _, ...alone } = transform;
  return [rowOf({ ...part, transform: alone }, Object.fromEntries(own), group, transform.name), ...rows];
}

function rowOf(part: Part, state: unknown, group: string, label: string): DescriptionRow {
  const found = findHyperparameters(state);
  const paths = hyperparameterPaths(found);
  const given = optionsOf(part, []);
  const isScheduled = (index: number): boolean => {
    const { keys, name } = found[index];
    const option = given.find((one) => one.name === name && one.keys.join("/") === keys.join("/"));
    return typeof option?.value === "function";
  };
  const others = given.filter(({ keys, name }) =>
    !found.some((one) => one.name === name && one.keys.join("/") === keys.join("/"))
  );
  const unique = ({ keys, name }: GivenOption): string =>
    others.filter((one) => one.name === name).length === 1 ? name : [...keys, name].join("/");
  return {
    group,
    transform: label,
    ...extent(seenBy(part)),
    stateBytes: bytesOf(state),
    hyperparameters: Object.fromEntries(found.map(({ value }, i) => [paths[i], value])),
    scheduled: paths.filter((_, i) => isScheduled(i)),
    options: Object.fromEntries(
      others.flatMap((one) => typeof one.value === "function" ? [] : [[unique(one), one.value]]),
    ),
  };
}

interface GivenOption {
  readonly keys: readonly string[];
  readonly name: string;
  readonly value: Options[string];
}

/** The options of a transform and of those inside, with the keys of their states. */
function optionsOf({ transform, params }: Part, keys: readonly string[]): GivenOption[] {
  const own = Object.entries(transform.options ?? {}).map(([name, value]) => ({ keys, name, value }));
  const inside = transform.parts?.(params) ?? [];
  return [...own, ...inside.flatMap((part) => optionsOf(part, [...keys, part.key]))];
}

/** Whether parts are what a wrapper is put around, rather than members of a chain or groups. */
function isWrapper(parts: readonly Part[]): boolean {
  return parts.length > 0 && parts.every(({ key }) => ["inner", "optimizer", "adversary"].includes(key));
}

/**
 * Whether a part gets a row for each of its own parts: groups, what is put around them, and chains of what works on
 * some leaves only.
 */
function isDivided({ transform, params }: Part): boolean {
  if (transform.name === "groups" || transform.name === "partition") return true;
  const inside = transform.parts?.(params) ?? [];
  if (transform.name !== "chain" && !isWrapper(inside)) return false;
  return inside.some((part) =>
    isDivided(part) || (transform.name === "chain" && part.transform.name === "masked")
  );
}

function labelOf({ transform, params }: Part): string {
  const inside = transform.parts?.(params) ?? [];
  if (transform.name !== "chain" && !isWrapper(inside)) return transform.name;
  return `${transform.name}(${inside.map(labelOf).join(", ")})`;
}

/** The params that a part works on: those that a mask lets through. */
function seenBy({ transform, params }: Part): unknown {
  return transform.name === "masked" ? transform.parts?.(params)[0].params : params;
}

function tensorsOf(value: unknown): Tensor[] {
  return tree.leaves(value).filter((leaf) => leaf instanceof Tensor);
}

function extent(params: unknown): { readonly leaves: number; readonly elements: number } {
  const tensors = tensorsOf(params);
  return { leaves: tensors.length, elements: tensors.reduce((total, { size }) => total + size, 0) };
}

function bytesOf(state: unknown): number {
  return tensorsOf(state).reduce((total, { size, dtype }) => total + size * itemSize(dtype), 0);
}
