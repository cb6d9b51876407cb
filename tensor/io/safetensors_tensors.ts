/**
 * Tensors in safetensors files.
 *
 * @module
 */

import { checkOptionNames } from "../check_option_names.ts";
import type { Tensor } from "../tensor.ts";
import { SELECT_OPTIONS, type SelectOptions } from "./array_record.ts";
import { type FilePath, readBytes, replaceFile } from "./files.ts";
import { formatSafetensors, parseSafetensors } from "./safetensors.ts";
import { recordsOfTensors, tensorsOfRecords } from "./tensor_record.ts";
import { within } from "./within.ts";

/** What a safetensors file holds. */
export interface TensorsWithMetadata {
  /** The tensors by name. */
  readonly tensors: Record<string, Tensor>;
  /** Free text by name; empty if the file has none. */
  readonly metadata: Record<string, string>;
}

function decode(where: string, bytes: Uint8Array, options: SelectOptions): TensorsWithMetadata {
  const { tensors, metadata } = within(where, () => parseSafetensors(bytes, options));
  return { tensors: tensorsOfRecords(tensors), metadata };
}

/**
 * Reads the bytes of a safetensors file. Types that tensors do not have are converted where that is exact: I8 and
 * I16 to int32, U16 to uint32, and I64 and U64 to int32 and uint32 where every value fits.
 *
 * @param bytes The whole file.
 * @param options Which tensors to read; all of them by default.
 * @throws {SyntaxError} If the file is damaged.
 * @throws {TypeError} If a tensor that is read has elements without a dtype (complex, or of fewer than 8 bits).
 * @throws {RangeError} If a 64-bit integer does not fit, or a shape is impossible.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const bytes = io.encodeSafetensors({ weight: tensor([1, 2]) }, { note: "a test" });
 * const { tensors, metadata } = io.decodeSafetensors(bytes);
 * assertEquals([tensors.weight.toArray(), metadata], [[1, 2], { note: "a test" }]);
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array, options: SelectOptions = {}): TensorsWithMetadata {
  checkOptionNames("decodeSafetensors", options, SELECT_OPTIONS);
  return decode("decodeSafetensors", bytes, options);
}

/**
 * The bytes of a safetensors file, tensors in the order of the safetensors library: wide elements first, then by
 * name.
 *
 * @param tensors The tensors by name.
 * @param metadata Free text by name; none by default.
 * @throws {TypeError} If a tensor has no value yet or holds random keys, or metadata is not text.
 * @throws {RangeError} If a tensor was freed, or a name is `__metadata__` or not well-formed Unicode.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 *
 * const bytes = io.encodeSafetensors({ weight: tensor([1, 2]), bias: tensor(0) });
 * console.assert(bytes.length % 4 === 0);
 * ```
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const records = recordsOfTensors("encodeSafetensors", tensors);
  return within("encodeSafetensors", () => formatSafetensors(records, metadata));
}

/**
 * Reads a safetensors file; needs the permission to read it. See {@linkcode decodeSafetensors} for the options and
 * the errors.
 *
 * @throws {Deno.errors.NotFound} If there is no file.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const path = `${await Deno.makeTempDir()}/model.safetensors`;
 * await io.saveSafetensors(path, { weight: tensor([1, 2]) });
 * const { tensors } = await io.loadSafetensors(path);
 * assertEquals(tensors.weight.toArray(), [1, 2]);
 * ```
 */
export async function loadSafetensors(
  path: FilePath,
  options: SelectOptions = {},
): Promise<TensorsWithMetadata> {
  checkOptionNames("loadSafetensors", options, SELECT_OPTIONS);
  return decode(`loadSafetensors of ${path}`, await readBytes("loadSafetensors", path), options);
}

/**
 * Writes a safetensors file; needs the permissions to read and write the folder. An old file is replaced as a whole.
 * The tensors are read before the first wait. See {@linkcode encodeSafetensors} for the errors.
 *
 * @throws {Deno.errors.NotFound} If the folder is missing.
 *
 * @example
 * ```ts
 * import { ones } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 *
 * const path = `${await Deno.makeTempDir()}/model.safetensors`;
 * await io.saveSafetensors(path, { weight: ones([2, 3]) }, { license: "CC0" });
 * ```
 */
export async function saveSafetensors(
  path: FilePath,
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const operation = `saveSafetensors of ${path}`;
  const records = recordsOfTensors(operation, tensors);
  await replaceFile("saveSafetensors", path, within(operation, () => formatSafetensors(records, metadata)));
}
