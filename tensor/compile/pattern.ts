/**
 * Structures of arguments: by a key that is the same for the same structure, and by a pattern to compare with.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { isTracedNumber } from "../host.ts";
import { equalShapes, type Shape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";

/** What an argument has to look like. */
export type Pattern =
  | { readonly kind: "tensor"; readonly dtype: DType; readonly shape: Shape }
  | { readonly kind: "number" }
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "array"; readonly children: readonly Pattern[] }
  | { readonly kind: "object"; readonly keys: readonly string[]; readonly children: readonly Pattern[] };

/** The pattern of an argument; a fixed one counts by its value or identity as a whole. */
export function patternOf(value: unknown, fixed: boolean): Pattern {
  if (fixed) return { kind: "value", value };
  if (value instanceof Tensor) return { kind: "tensor", dtype: value.dtype, shape: value.shape };
  if (typeof value === "number") return { kind: "number" };
  if (Array.isArray(value)) return { kind: "array", children: value.map((child) => patternOf(child, false)) };
  if (!tree.isNode(value)) return { kind: "value", value };
  const keys = Object.keys(value);
  const children = keys.map((key) => patternOf((value as Record<string, unknown>)[key], false));
  return { kind: "object", keys, children };
}

/** Whether arguments have these patterns; their leaves are added to the lists on the way. */
export function matchesAll(
  patterns: readonly Pattern[],
  args: readonly unknown[],
  tensors: Tensor[],
  numbers: number[],
): boolean {
  if (patterns.length !== args.length) return false;
  for (let i = 0; i < patterns.length; i++) {
    if (!matches(patterns[i], args[i], tensors, numbers)) return false;
  }
  return true;
}

function matches(pattern: Pattern, value: unknown, tensors: Tensor[], numbers: number[]): boolean {
  switch (pattern.kind) {
    case "tensor":
      if (!(value instanceof Tensor) || value.dtype !== pattern.dtype || value.node !== null) return false;
      if (value.shape !== pattern.shape && !equalShapes(value.shape, pattern.shape)) return false;
      tensors.push(value);
      return true;
    case "number":
      if (typeof value !== "number") return false;
      numbers.push(value);
      return true;
    case "value":
      return Object.is(value, pattern.value);
    case "array": {
      const { children } = pattern;
      if (!Array.isArray(value) || value.length !== children.length) return false;
      for (let i = 0; i < children.length; i++) {
        if (!matches(children[i], value[i], tensors, numbers)) return false;
      }
      return true;
    }
    case "object": {
      if (!tree.isNode(value) || Array.isArray(value)) return false;
      const { keys, children } = pattern;
      const node = value as Readonly<Record<string, unknown>>;
      let i = 0;
      for (const key in node) {
        if (key !== keys[i]) return matchesByName(pattern, i, node, tensors, numbers);
        if (!matches(children[i], node[key], tensors, numbers)) return false;
        i++;
      }
      return i === keys.length;
    }
  }
}

/** Whether an object has the keys of the pattern from the one at `begin` in some order. */
function matchesByName(
  { keys, children }: Pattern & { readonly kind: "object" },
  begin: number,
  node: Readonly<Record<string, unknown>>,
  tensors: Tensor[],
  numbers: number[],
): boolean {
  if (Object.keys(node).length !== keys.length) return false;
  for (let i = begin; i < keys.length; i++) {
    if (!Object.hasOwn(node, keys[i]) || !matches(children[i], node[keys[i]], tensors, numbers)) return false;
  }
  return true;
}

/** Adds the leaves of an argument that has this pattern, or is fixed, to the lists. */
export function collect(pattern: Pattern, value: unknown, tensors: Tensor[], numbers: number[]): void {
  switch (pattern.kind) {
    case "tensor":
      tensors.push(value as Tensor);
      break;
    case "number":
      numbers.push(value as number);
      break;
    case "value":
      break;
    case "array":
      pattern.children.forEach((child, i) =>
        collect(child, (value as readonly unknown[])[i], tensors, numbers)
      );
      break;
    case "object":
      pattern.keys.forEach((key, i) =>
        collect(pattern.children[i], (value as Readonly<Record<string, unknown>>)[key], tensors, numbers)
      );
  }
}

/** Makes keys for arguments; null where something in them is traced. */
export function keys(fixed: readonly number[]): (args: readonly unknown[]) => string | null {
  const identities = new WeakMap<object, number>();
  let identified = 0;
  const identify = (value: unknown): string => {
    if (typeof value === "string") return JSON.stringify(value);
    if (value === null || (typeof value !== "object" && typeof value !== "function")) {
      return `${typeof value}:${Object.is(value, -0) ? "-0" : String(value)}`;
    }
    // A literal such as { training: true } is a new object at each call, so plain trees count by their leaves.
    if (Array.isArray(value)) return `(${value.map(identify)})`;
    if (tree.isNode(value)) {
      return `{${Object.entries(value).map(([key, child]) => `${JSON.stringify(key)}:${identify(child)}`)}}`;
    }
    let id = identities.get(value);
    if (id === undefined) identities.set(value, id = identified++);
    return `#${id}`;
  };
  return (args) => {
    let traced = false;
    const visit = (value: unknown): string => {
      if (value instanceof Tensor) {
        if (value.node !== null) traced = true;
        return `${value.dtype}[${value.shape}]`;
      }
      if (typeof value === "number") return "n";
      if (isTracedNumber(value)) traced = true;
      if (Array.isArray(value)) return `(${value.map(visit)})`;
      if (!tree.isNode(value)) return identify(value);
      // What is returned may have its keys in another order than what came in.
      const entries = Object.keys(value).sort().map((key) =>
        `${JSON.stringify(key)}:${visit((value as Record<string, unknown>)[key])}`
      );
      return `{${entries}}`;
    };
    const key = args.map((arg, i) => fixed.includes(i) ? `static ${identify(arg)}` : visit(arg)).join(";");
    return traced ? null : key;
  };
}
