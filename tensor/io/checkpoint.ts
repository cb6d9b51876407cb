/**
 * Checkpoints: trees of tensors and plain values in one file.
 *
 * @module
 */

import { checkOptionNames } from "../check_option_names.ts";
import { CHECKPOINT_OPTIONS, type CheckpointOptions, decode, encode } from "./checkpoint_bytes.ts";
import { type FilePath, readBytes, readBytesSync, replaceFile, replaceFileSync } from "./files.ts";

export type { CheckpointOptions } from "./checkpoint_bytes.ts";

/**
 * The bytes of a checkpoint: a tree of tensors of every dtype, random keys, numbers, strings, booleans, null and
 * undefined, in plain arrays and objects. Every bit comes back, also those of NaN elements and -0.
 *
 * @throws {TypeError} If a leaf is of another kind (a function, an instance of a class, a bigint, a traced number), a
 * tensor has no value yet, or the tree contains itself; the error names the path.
 * @throws {RangeError} If a tensor was freed, or the tree is deeper than 1000 levels.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const bytes = io.encodeCheckpoint({ params: { weight: tensor([1, 2]) }, step: 7, best: Infinity });
 * const { tensors } = io.decodeSafetensors(bytes);
 * assertEquals(Object.keys(tensors), ["params/weight"]);
 * ```
 */
export function encodeCheckpoint(tree: unknown): Uint8Array<ArrayBuffer> {
  return encode("encodeCheckpoint", tree);
}

/**
 * The tree of the bytes that {@linkcode encodeCheckpoint} gave.
 *
 * @param bytes The whole file.
 * @param options A tree to compare with.
 * @throws {SyntaxError} If the bytes are no checkpoint, one of another version, or damaged.
 * @throws {TypeError} If the structure, a dtype or the type of a plain value is not that of `like`, naming the path.
 * @throws {RangeError} If a shape is not that of `like`, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const bytes = io.encodeCheckpoint({ params: { weight: tensor([1, 2]) }, step: 7, best: Infinity });
 * const like = { step: 0, best: 0, params: { weight: tensor([0, 0]) } };
 * const { params, step, best } = io.decodeCheckpoint(bytes, { like });
 * assertEquals([params.weight.toArray(), step, best], [[1, 2], 7, Infinity]);
 * ```
 */
export function decodeCheckpoint<T = unknown>(bytes: Uint8Array, options: CheckpointOptions<T> = {}): T {
  checkOptionNames("decodeCheckpoint", options, CHECKPOINT_OPTIONS);
  return decode("decodeCheckpoint", bytes, options);
}

/**
 * Saves a tree of tensors and plain values; see {@linkcode encodeCheckpoint}. It is written beside the path, flushed
 * to the disk and renamed, so that at every moment the path holds the old checkpoint or the new one, whole. The tree
 * is read before the first wait, so training may go on. Needs the permissions to read and write the folder.
 *
 * @throws {Deno.errors.NotFound} If the folder is missing.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const path = `${await Deno.makeTempDir()}/train.safetensors`;
 * await io.saveCheckpoint(path, { params: { weight: tensor([1, 2]) }, step: 7 });
 * const like = { params: { weight: tensor([0, 0]) }, step: 0 };
 * const { params, step } = await io.loadCheckpoint(path, { like });
 * assertEquals([params.weight.toArray(), step], [[1, 2], 7]);
 * ```
 */
export async function saveCheckpoint(path: FilePath, tree: unknown): Promise<void> {
  await replaceFile("saveCheckpoint", path, encode(`saveCheckpoint of ${path}`, tree));
}

/**
 * {@linkcode saveCheckpoint} without a promise, as a signal handler or the end of a process needs it.
 *
 * @throws {Deno.errors.NotFound} If the folder is missing.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 *
 * const path = `${Deno.makeTempDirSync()}/train.safetensors`;
 * const train = { params: { weight: tensor([1, 2]) } };
 * const onSignal = () => io.saveCheckpointSync(path, train);
 * Deno.addSignalListener("SIGINT", onSignal);
 * Deno.removeSignalListener("SIGINT", onSignal);
 * ```
 */
export function saveCheckpointSync(path: FilePath, tree: unknown): void {
  replaceFileSync("saveCheckpointSync", path, encode(`saveCheckpointSync of ${path}`, tree));
}

/**
 * Reads a checkpoint; see {@linkcode decodeCheckpoint} for the options and the errors. Needs the permission to read
 * the file.
 *
 * @throws {Deno.errors.NotFound} If there is no file.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const path = `${await Deno.makeTempDir()}/train.safetensors`;
 * await io.saveCheckpoint(path, [tensor([1, 2]), "a note", null]);
 * const [x, note, hole] = await io.loadCheckpoint(path, { like: [tensor([0, 0]), "", null] as const });
 * assertEquals([x.toArray(), note as string, hole], [[1, 2], "a note", null]);
 * ```
 */
export async function loadCheckpoint<T = unknown>(
  path: FilePath,
  options: CheckpointOptions<T> = {},
): Promise<T> {
  checkOptionNames("loadCheckpoint", options, CHECKPOINT_OPTIONS);
  return decode(`loadCheckpoint of ${path}`, await readBytes("loadCheckpoint", path), options);
}

/**
 * {@linkcode loadCheckpoint} without a promise.
 *
 * @throws {Deno.errors.NotFound} If there is no file.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const path = `${Deno.makeTempDirSync()}/train.safetensors`;
 * io.saveCheckpointSync(path, { step: 7, weight: tensor([1, 2]) });
 * const { step } = io.loadCheckpointSync(path, { like: { step: 0, weight: tensor([0, 0]) } });
 * assertEquals(step, 7);
 * ```
 */
export function loadCheckpointSync<T = unknown>(path: FilePath, options: CheckpointOptions<T> = {}): T {
  checkOptionNames("loadCheckpointSync", options, CHECKPOINT_OPTIONS);
  return decode(`loadCheckpointSync of ${path}`, readBytesSync("loadCheckpointSync", path), options);
}
