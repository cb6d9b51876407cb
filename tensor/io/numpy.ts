/**
 * Tensors in the .npy and .npz files of NumPy.
 *
 * @module
 */

import { checkOptionNames } from "../check_option_names.ts";
import type { Tensor } from "../tensor.ts";
import { SELECT_OPTIONS, type SelectOptions } from "./array_record.ts";
import { type FilePath, readBytes, replaceFile } from "./files.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { FORMAT_NPZ_OPTIONS, formatNpz, type FormatNpzOptions, parseNpz } from "./npz.ts";
import { recordOfTensor, recordsOfTensors, tensorOfRecord, tensorsOfRecords } from "./tensor_record.ts";
import { within } from "./within.ts";

/**
 * Reads the bytes of a .npy file of version 1, 2 or 3, in C or Fortran order and either byte order. Types that
 * tensors do not have are converted where that is exact: int8 and int16 to int32, uint16 to uint32, and int64 and uint64 to int32 and uint32 where every value fits.
 *
 * @throws {SyntaxError} If the file is damaged.
 * @throws {TypeError} If its elements are objects, records, text, complex or of another type without a dtype.
 * @throws {RangeError} If a 64-bit integer does not fit, or the shape is impossible.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const bytes = io.encodeNpy(tensor([[1, 2], [3, 4]]));
 * assertEquals(io.decodeNpy(bytes).toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function decodeNpy(bytes: Uint8Array): Tensor {
  return tensorOfRecord(readNpy("decodeNpy", bytes));
}

/**
 * The bytes of a .npy file, as `numpy.save` writes it.
 *
 * @throws {TypeError} If the tensor has no value yet, or holds random keys: save what `random.keyData` gives.
 * @throws {RangeError} If it was freed, or has more than 64 axes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * // 128 bytes of header, then 4 for each element.
 * assertEquals(io.encodeNpy(tensor([1, 2, 3])).length, 140);
 * ```
 */
export function encodeNpy(tensor: Tensor): Uint8Array<ArrayBuffer> {
  return writeNpy("encodeNpy", recordOfTensor("encodeNpy", tensor));
}

/**
 * Reads a .npy file; needs the permission to read it. See {@linkcode decodeNpy} for the types and the errors.
 *
 * @throws {Deno.errors.NotFound} If there is no file.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const path = `${await Deno.makeTempDir()}/x.npy`;
 * await io.saveNpy(path, tensor([1, 2]));
 * assertEquals((await io.loadNpy(path)).toArray(), [1, 2]);
 * ```
 */
export async function loadNpy(path: FilePath): Promise<Tensor> {
  const bytes = await readBytes("loadNpy", path);
  return tensorOfRecord(readNpy(`loadNpy of ${path}`, bytes));
}

/**
 * Writes a .npy file, as `numpy.save` does; needs the permissions to read and write the folder. An old file is
 * replaced as a whole. The tensor is read before the first wait. See {@linkcode encodeNpy} for the errors.
 *
 * @throws {Deno.errors.NotFound} If the folder is missing.
 *
 * @example
 * ```ts
 * import { eye } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 *
 * await io.saveNpy(`${await Deno.makeTempDir()}/eye.npy`, eye(3));
 * ```
 */
export async function saveNpy(path: FilePath, tensor: Tensor): Promise<void> {
  const operation = `saveNpy of ${path}`;
  await replaceFile("saveNpy", path, writeNpy(operation, recordOfTensor(operation, tensor)));
}

/**
 * Reads the bytes of a .npz file, as `numpy.savez` or `numpy.savez_compressed` writes it, checking every CRC-32.
 * Types are converted as {@linkcode decodeNpy} does.
 *
 * @param bytes The whole file.
 * @param options Which arrays to read; all of them by default.
 * @returns The tensors by name, without the ending .npy.
 * @throws {SyntaxError} If the archive or an array in it is damaged, or a name appears twice.
 * @throws {TypeError} If an array has elements without a dtype, or an entry is encrypted.
 * @throws {RangeError} If a 64-bit integer does not fit, or a size is impossible.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const bytes = io.encodeNpz({ x: tensor([1, 2]), y: tensor(3) });
 * const { y } = io.decodeNpz(bytes, { select: (name) => name === "y" });
 * assertEquals(y.item(), 3);
 * ```
 */
export function decodeNpz(bytes: Uint8Array, options: SelectOptions = {}): Record<string, Tensor> {
  checkOptionNames("decodeNpz", options, SELECT_OPTIONS);
  return tensorsOfRecords(within("decodeNpz", () => parseNpz(bytes, options)));
}

/**
 * The bytes of a .npz file that `numpy.load` reads. The same tensors give the same bytes.
 *
 * @param tensors The tensors by name.
 * @param options Whether to compress; false by default.
 * @throws {TypeError} If a tensor has no value yet, or holds random keys: save what `random.keyData` gives.
 * @throws {RangeError} If a tensor was freed, a name is not well-formed Unicode, or the file would need zip64: 4 GiB
 * or 65535 arrays.
 *
 * @example
 * ```ts
 * import { zeros } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 *
 * const tensors = { x: zeros([1000]) };
 * console.assert(io.encodeNpz(tensors, { compress: true }).length < io.encodeNpz(tensors).length);
 * ```
 */
export function encodeNpz(
  tensors: Readonly<Record<string, Tensor>>,
  options: FormatNpzOptions = {},
): Uint8Array<ArrayBuffer> {
  checkOptionNames("encodeNpz", options, FORMAT_NPZ_OPTIONS);
  const records = recordsOfTensors("encodeNpz", tensors);
  return within("encodeNpz", () => formatNpz(records, options));
}

/**
 * Reads a .npz file; needs the permission to read it. See {@linkcode decodeNpz} for the options and the errors.
 *
 * @throws {Deno.errors.NotFound} If there is no file.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const path = `${await Deno.makeTempDir()}/data.npz`;
 * await io.saveNpz(path, { images: tensor([[1, 2], [3, 4]]), labels: tensor([0, 1]) });
 * const { images, labels } = await io.loadNpz(path);
 * assertEquals([images.shape, labels.shape], [[2, 2], [2]]);
 * ```
 */
export async function loadNpz(path: FilePath, options: SelectOptions = {}): Promise<Record<string, Tensor>> {
  checkOptionNames("loadNpz", options, SELECT_OPTIONS);
  const bytes = await readBytes("loadNpz", path);
  return tensorsOfRecords(within(`loadNpz of ${path}`, () => parseNpz(bytes, options)));
}

/**
 * Writes a .npz file that `numpy.load` reads; needs the permissions to read and write the folder. An old file is
 * replaced as a whole. The tensors are read before the first wait. See {@linkcode encodeNpz} for the options and the
 * errors.
 *
 * @throws {Deno.errors.NotFound} If the folder is missing.
 *
 * @example
 * ```ts
 * import { eye, ones } from "@weft/weft";
 * import * as io from "@weft/weft/io";
 *
 * const path = `${await Deno.makeTempDir()}/data.npz`;
 * await io.saveNpz(path, { eye: eye(3), ones: ones([2]) }, { compress: true });
 * ```
 */
export async function saveNpz(
  path: FilePath,
  tensors: Readonly<Record<string, Tensor>>,
  options: FormatNpzOptions = {},
): Promise<void> {
  checkOptionNames("saveNpz", options, FORMAT_NPZ_OPTIONS);
  const operation = `saveNpz of ${path}`;
  const records = recordsOfTensors(operation, tensors);
  await replaceFile("saveNpz", path, within(operation, () => formatNpz(records, options)));
}
