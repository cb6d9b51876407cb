/**
 * Trees as JSON, with names in the place of tensors. Arrays, objects, strings, booleans, null and most numbers
 * stand for themselves; what JSON does not have is an object with one key that starts with "$":
 *
 * - `{"$tensor": {"name": ..., "dtype": ..., "shape": ..., "crc32": ...}}`
 * - `{"$number": "NaN"}`, `"Infinity"`, `"-Infinity"` or `"-0"`
 * - `{"$undefined": true}`
 * - `{"$object": {...}}` for an object with one key that starts with "$"
 *
 * @module
 */

import { type DType, DTYPES } from "../dtype.ts";
import { isTracedNumber } from "../host.ts";
import { Tensor } from "../tensor.ts";
import { describe, isNode } from "../tree.ts";

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A tensor in the JSON. */
export interface StoredTensor {
  /** Its name in the file. */
  readonly name: string;
  /** Its dtype; keys are stored by their words. */
  readonly dtype: DType;
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** The CRC-32 of its stored bytes, in hexadecimal. */
  readonly crc32: string;
}

// Trees of training are some ten levels deep; JavaScript's stack ends at some thousands.
const DEEPEST = 1000;

const NUMBERS: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity, "-0": -0 };

function at(keys: readonly (string | number)[]): string {
  return keys.length === 0 ? "the root" : keys.join("/");
}

/** Whether an object could be taken for one of the special ones. */
function isSpecial(keys: readonly string[]): boolean {
  return keys.length === 1 && keys[0].startsWith("$");
}

/**
 * The JSON of a tree, where `store` keeps the tensors.
 *
 * @throws {TypeError} If a leaf is neither a tensor nor plain, or the tree contains itself.
 * @throws {RangeError} If the tree is deeper than 1000 levels.
 */
export function treeToJson(
  operation: string,
  tree: unknown,
  store: (tensor: Tensor, path: string) => StoredTensor,
): Json {
  const keys: (string | number)[] = [];
  const around: unknown[] = [];
  const child = (key: string | number, value: unknown): Json => {
    keys.push(key);
    const json = visit(value);
    keys.pop();
    return json;
  };
  const visit = (value: unknown): Json => {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (value === undefined) return { $undefined: true };
    if (typeof value === "number") {
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? "-0" : `${value}` };
    }
    if (value instanceof Tensor) return { $tensor: { ...store(value, keys.join("/")) } };
    if (!isNode(value)) {
      const got = isTracedNumber(value) ? "a traced number" : describe(value);
      throw new TypeError(
        `${operation} expects tensors, numbers, strings, booleans and holes but got ${got} at ${at(keys)}`,
      );
    }
    if (around.includes(value)) {
      throw new TypeError(`${operation} expects a tree but got one that contains itself at ${at(keys)}`);
    }
    if (keys.length >= DEEPEST) {
      throw new RangeError(`${operation} expects at most ${DEEPEST} levels but got more below ${keys[0]}`);
    }
    around.push(value);
    let json: Json;
    if (Array.isArray(value)) json = Array.from(value, (item, index) => child(index, item));
    else {
      const pairs = Object.entries(value).map(([key, item]) => [key, child(key, item)] as const);
      json = Object.fromEntries(pairs);
      if (isSpecial(Object.keys(value))) json = { $object: json };
    }
    around.pop();
    return json;
  };
  return visit(tree);
}

/**
 * The tree of a JSON, where `load` gives the tensors.
 *
 * @throws {SyntaxError} If {@linkcode treeToJson} writes no such JSON.
 */
export function treeFromJson(
  operation: string,
  json: Json,
  load: (stored: StoredTensor, path: string) => Tensor,
): unknown {
  const keys: (string | number)[] = [];
  const child = (key: string | number, value: Json): unknown => {
    keys.push(key);
    const tree = visit(value);
    keys.pop();
    return tree;
  };
  const object = (value: { readonly [key: string]: Json }): unknown =>
    Object.fromEntries(Object.entries(value).map(([key, item]) => [key, child(key, item)]));
  const visit = (value: Json): unknown => {
    if (value === null || typeof value !== "object") return value;
    if (keys.length > DEEPEST) {
      throw new SyntaxError(`${operation} expects at most ${DEEPEST} levels but got more below ${keys[0]}`);
    }
    if (isArray(value)) return value.map((item, index) => child(index, item));
    const names = Object.keys(value);
    if (!isSpecial(names)) return object(value);
    const content = value[names[0]];
    if (names[0] === "$undefined" && content === true) return undefined;
    if (names[0] === "$number" && typeof content === "string" && Object.hasOwn(NUMBERS, content)) {
      return NUMBERS[content];
    }
    if (names[0] === "$tensor" && isStored(content)) return load(content, keys.join("/"));
    if (names[0] === "$object" && isObject(content) && isSpecial(Object.keys(content))) {
      return object(content);
    }
    throw new SyntaxError(
      `${operation} expects $tensor, $number, $undefined or $object with what belongs to it ` +
        `but got ${JSON.stringify(value).slice(0, 80)} at ${at(keys)}`,
    );
  };
  return visit(json);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !isArray(value);
}

function isStored(value: Json): value is Json & StoredTensor {
  return isObject(value) && typeof value.name === "string" && typeof value.crc32 === "string" &&
    DTYPES.includes(value.dtype as DType) && isArray(value.shape) &&
    value.shape.every((size) => typeof size === "number");
}
