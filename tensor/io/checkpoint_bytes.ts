/**
 * Checkpoints as bytes.
 *
 * The file is a safetensors file, so that other tools can read the tensors, named by their paths. Its metadata holds
 * `format` ("weft-checkpoint"), `version`, the structure of the tree as JSON in `tree`, and the CRC-32 of that text
 * in `crc32`. A tensor of random keys is stored as uint32 with a last axis of 2. Each tensor's CRC-32 stands in the
 * tree, so that a damaged file is noticed, not used.
 *
 * @module
 */

import { formatShape } from "../shape.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { type ArrayRecord, bytesOf, checkBytes } from "./array_record.ts";
import { matchLike } from "./checkpoint_like.ts";
import { type Json, type StoredTensor, treeFromJson, treeToJson } from "./checkpoint_tree.ts";
import { formatSafetensors, parseSafetensors, type Safetensors } from "./safetensors.ts";
import { METADATA_KEY } from "./safetensors_header.ts";
import { keysOfRecord, recordOfKeys, recordOfTensor, tensorOfRecord } from "./tensor_record.ts";
import { crc32 } from "./zip.ts";

const FORMAT = "weft-checkpoint";
const VERSION = "1";

/** How to read a checkpoint. */
export interface CheckpointOptions<T> {
  /**
   * A tree that the checkpoint should be like: the same structure, shapes and dtypes, and plain values of the same
   * types. Objects come back with their keys in its order. Without it, anything is accepted.
   */
  readonly like?: T;
}

/** The names of `CheckpointOptions`. */
export const CHECKPOINT_OPTIONS = { like: true } as const;

function checksum(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, "0");
}

/**
 * The bytes of a checkpoint.
 *
 * @param operation What to name in an error.
 */
export function encode(operation: string, tree: unknown): Uint8Array<ArrayBuffer> {
  const records = new Map<string, ArrayRecord>();
  const store = (tensor: Tensor, path: string): StoredTensor => {
    const where = `${operation} at ${path || "the root"}`;
    const record = tensor.dtype === "key" ? recordOfKeys(where, tensor) : recordOfTensor(where, tensor);
    const name = freeName(path, records);
    records.set(name, record);
    return { name, dtype: tensor.dtype, shape: tensor.shape, crc32: checksum(bytesOf(record.data)) };
  };
  const text = JSON.stringify(treeToJson(operation, tree, store));
  return formatSafetensors(Object.fromEntries(records), {
    format: FORMAT,
    version: VERSION,
    tree: text,
    crc32: checksum(new TextEncoder().encode(text)),
  });
}

/** The path, or something like it where the path is empty, taken, reserved or not well-formed. */
function freeName(path: string, taken: ReadonlyMap<string, unknown>): string {
  const base = path.toWellFormed() || "tensor";
  let name = base;
  for (let count = 2; taken.has(name) || name === METADATA_KEY; count++) name = `${base}#${count}`;
  return name;
}

/**
 * The tree of a checkpoint.
 *
 * @param operation What to name in an error.
 */
export function decode<T>(operation: string, bytes: Uint8Array, { like }: CheckpointOptions<T>): T {
  checkBytes(operation, bytes);
  const { tensors, metadata } = parse(operation, bytes);
  const json = readJson(operation, metadata);
  const unread = new Set(Object.keys(tensors));
  const load = (stored: StoredTensor, path: string): Tensor => {
    const where = `${operation} at ${path || "the root"}`;
    if (!unread.delete(stored.name)) {
      throw new SyntaxError(
        `${where} expects a tensor of its own named ${JSON.stringify(stored.name)} but got none`,
      );
    }
    const record = tensors[stored.name];
    const actual = checksum(bytesOf(record.data));
    if (actual !== stored.crc32) {
      throw new SyntaxError(`${where} expects CRC-32 ${stored.crc32} but got ${actual}`);
    }
    const tensor = stored.dtype === "key" ? keysOfRecord(where, record) : tensorOfRecord(record);
    if (tensor.dtype !== stored.dtype || formatShape(tensor.shape) !== formatShape(stored.shape)) {
      throw new SyntaxError(
        `${where} expects ${stored.dtype}${formatShape(stored.shape)} ` +
          `but got ${tensor.dtype}${formatShape(tensor.shape)}`,
      );
    }
    return tensor;
  };
  // The scope frees the tensors of a checkpoint that turns out to be damaged or unlike what was asked for.
  return scope(() => {
    const tree = treeFromJson(operation, json, load);
    for (const name of unread) {
      throw new SyntaxError(`${operation} expects tensors of the tree only but got ${JSON.stringify(name)}`);
    }
    return (like === undefined ? tree : matchLike(operation, tree, like)) as T;
  }, { name: operation });
}

function parse(operation: string, bytes: Uint8Array): Safetensors {
  try {
    return parseSafetensors(bytes);
  } catch (error) {
    // Whatever the parser calls it, a checkpoint has none of it unless it is damaged.
    throw new SyntaxError(`${operation} expects a whole checkpoint: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function readJson(
  operation: string,
  metadata: Readonly<Record<string, string>>,
): Json {
  const { format, version, tree, crc32: expected } = metadata;
  if (format !== FORMAT) {
    throw new SyntaxError(
      `${operation} expects a checkpoint of format "${FORMAT}" but got ${
        JSON.stringify(format) ?? "no format"
      }`,
    );
  }
  if (version !== VERSION) {
    throw new SyntaxError(
      `${operation} expects a checkpoint of version ${VERSION} but got ${JSON.stringify(version) ?? "none"}`,
    );
  }
  if (tree === undefined || expected === undefined) {
    throw new SyntaxError(
      `${operation} expects metadata with tree and crc32 but got ${Object.keys(metadata).join(", ")}`,
    );
  }
  const actual = checksum(new TextEncoder().encode(tree));
  if (actual !== expected) {
    throw new SyntaxError(`${operation} expects CRC-32 ${expected} for the tree but got ${actual}`);
  }
  try {
    return JSON.parse(tree) as Json;
  } catch {
    throw new SyntaxError(`${operation} expects a tree in JSON but got ${JSON.stringify(tree.slice(0, 40))}`);
  }
}
