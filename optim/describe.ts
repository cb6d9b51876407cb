/**
 * A table of what an optimizer does to which params.
 *
 * @module
 */

import { Tensor, tree } from "../tensor/mod.ts";
import { itemSize } from "../tensor/dtype.ts";
import { hyperparameters } from "./hyperparameters.ts";
import type { AnyTransform, Part } from "./transform_type.ts";

/** A row of {@linkcode describe}: a transform and the leaves that it works on. */
export interface DescriptionRow {
  /** The group, with those around it before a "/"; empty outside of groups. */
  readonly group: string;
  /** The transform. */
  readonly transform: string;
  /** The number of leaves. */
  readonly leaves: number;
  /** The number of elements in all of them. */
  readonly elements: number;
  /** Bytes of the tensors in the state. */
  readonly stateBytes: number;
  /** Hyperparameters, as {@linkcode hyperparameters} reads them. */
  readonly hyperparameters: Readonly<Record<string, number>>;
}

/** What {@linkcode describe} returns: it prints as a table. */
export interface Description {
  /** The rows of the table. */
  readonly rows: readonly DescriptionRow[];
  /** The table. */
  toString(): string;
}

/**
 * A table of the transforms of an optimizer, group by group: leaves, elements, bytes of state, learning rate and
 * the other hyperparameters. `console.log` prints it, and `rows` has the same as data.
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
  if (isDivided(part)) {
    return transform.parts!(params).flatMap((inner) =>
      rowsOf(inner, (state as Readonly<Record<string, unknown>>)[inner.key], group)
    );
  }
  const { leaves, elements } = extent(seenBy(part));
  return [{
    group,
    transform: labelOf(part),
    leaves,
    elements,
    stateBytes: bytesOf(state),
    hyperparameters: hyperparameters(state),
  }];
}

/** Whether a part gets a row for each of its own parts: groups, and chains of what works on some leaves only. */
function isDivided({ transform, params }: Part): boolean {
  if (transform.name === "groups" || transform.name === "partition") return true;
  if (transform.name !== "chain" && transform.name !== "masked") return false;
  const inside = transform.parts?.(params) ?? [];
  return inside.some((part) =>
    isDivided(part) || (transform.name === "chain" && part.transform.name === "masked")
  );
}

function labelOf({ transform, params }: Part): string {
  if (transform.name !== "chain" && transform.name !== "masked") return transform.name;
  return `${transform.name}(${(transform.parts?.(params) ?? []).map(labelOf).join(", ")})`;
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

function formatRows(rows: readonly DescriptionRow[]): string {
  const withGroups = rows.some(({ group }) => group !== "");
  const count = (value: number): string => value.toLocaleString("en-US");
  const cells = rows.map((row) => {
    const { learningRate, ...others } = row.hyperparameters;
    return [
      ...(withGroups ? [row.group || "(all)"] : []),
      row.transform,
      count(row.leaves),
      count(row.elements),
      count(row.stateBytes),
      learningRate === undefined ? "" : formatNumber(learningRate),
      Object.entries(others).map(([name, value]) => `${name} ${formatNumber(value)}`).join(", "),
    ];
  });
  const headings = ["transform", "leaves", "elements", "state bytes", "learning rate", "others"];
  if (withGroups) headings.unshift("group");
  const table = [headings, ...cells];
  const widths = headings.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const numeric = ["leaves", "elements", "state bytes", "learning rate"];
  return table.map((row) =>
    row.map((cell, column) =>
      numeric.includes(headings[column]) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])
    ).join("  ").trimEnd()
  ).join("\n");
}

function formatNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
