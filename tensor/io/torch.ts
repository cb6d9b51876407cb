/**
 * Files of torch.save.
 *
 * @module
 */

import type { Tensor } from "../tensor.ts";
import { tensorFromData, viewTensor } from "../make_tensor.ts";
import { setOwn } from "../tree.ts";
import { checkBytes } from "./array_record.ts";
import { type FilePath, readBytes, readBytesSync } from "./files.ts";
import { PickleDict } from "./pickle.ts";
import { tensorOfRecord } from "./tensor_record.ts";
import { isContainer, readTorchArchive, type StridedRecord, type TorchArchive } from "./torch_archive.ts";
import { TorchStorage, TorchView } from "./torch_globals.ts";
import { within } from "./within.ts";

const DEEPEST = 1000;

/**
 * Reads the bytes of a .pt file, as `torch.save` has written it since torch 1.6: the zip archive, and in it a pickle of
 * protocol 2 to 5. A pickle is a program; nothing that it says is run. It may hold tensors and parameters, dicts, lists,
 * tuples, sets, numbers, texts, bytes, None, `torch.Size`, dtypes and devices; any other name in it, such as that of a
 * class, is an error that tells the name. The file is read whole or not at all.
 *
 * Lists and tuples become arrays; dicts become objects, whose keys are texts or whole numbers, and Maps if they have
 * other keys or both; a dtype or device becomes its text, None null, a whole number beyond 2^53 a bigint. Tensors have
 * memory of their own, whatever they shared in torch. Types that tensors do not have are converted where that is exact:
 * small integers to int32 and uint32, and 64-bit integers where every value fits.
 *
 * @param bytes The whole file.
 * @throws {SyntaxError} If the file is damaged.
 * @throws {TypeError} If it is no archive of torch, or has anything else in it than the above, such as a function, a
 * class, a sparse or a complex tensor.
 * @throws {RangeError} If a 64-bit integer does not fit, or data contains itself or is deeper than 1000 levels.
 *
 * @example
 * ```ts
 * import * as io from "@weft/weft/io";
 * import { assertThrows } from "@std/assert/throws";
 *
 * // What torch.save({"weight": torch.ones(2)}, "model.pt") writes, io.decodeTorch(bytes) gives as { weight: Tensor }.
 * assertThrows(() => io.decodeTorch(new Uint8Array(9)), SyntaxError, "expects a zip archive");
 * ```
 */
export function decodeTorch<T = unknown>(bytes: Uint8Array): T {
  return decode("decodeTorch", bytes) as T;
}

/**
 * Reads a .pt file; see {@linkcode decodeTorch} for what it may hold and the errors. Needs the permission to read the
 * file.
 *
 * @throws {Deno.errors.NotFound} If there is no file.
 *
 * @example
 * ```ts
 * import * as io from "@weft/weft/io";
 *
 * // python: torch.save({"model": net.state_dict(), "optimizer": optimizer.state_dict()}, "run.pt")
 * const load = () => io.loadTorch<{ readonly model: Record<string, unknown> }>("run.pt");
 * console.assert(typeof load === "function");
 * ```
 */
export async function loadTorch<T = unknown>(path: FilePath): Promise<T> {
  return decode(`loadTorch of ${path}`, await readBytes("loadTorch", path)) as T;
}

/**
 * {@linkcode loadTorch} without a promise.
 *
 * @throws {Deno.errors.NotFound} If there is no file.
 *
 * @example
 * ```ts
 * import * as io from "@weft/weft/io";
 *
 * const load = () => io.loadTorchSync("run.pt");
 * console.assert(typeof load === "function");
 * ```
 */
export function loadTorchSync<T = unknown>(path: FilePath): T {
  return decode(`loadTorchSync of ${path}`, readBytesSync("loadTorchSync", path)) as T;
}

function decode(where: string, bytes: Uint8Array): unknown {
  return within(where, () => {
    checkBytes("parseTorch", bytes);
    const archive = readTorchArchive("parseTorch", bytes);
    // All elements are read before the first tensor is made, so that an error leaves none behind.
    const records = new Map<TorchView, StridedRecord>();
    plain(archive, (view) => records.set(view, archive.elements(view)));
    const tensors = new Map<TorchView, Tensor>();
    return plain(archive, (view) => {
      const tensor = tensors.get(view) ?? tensorOf(records.get(view)!);
      tensors.set(view, tensor);
      return tensor;
    });
  });
}

function tensorOf({ dtype, shape, strides, data }: StridedRecord): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count <= data.length) return tensorOfRecord({ dtype, shape, data });
  return viewTensor(tensorFromData(dtype, [data.length], data), { shape, strides, offset: 0 });
}

/** The value of an archive in plain data, with something else for tensors. Parts that are shared stay shared. */
function plain({ value }: TorchArchive, tensorFor: (view: TorchView) => unknown): unknown {
  const done = new Map<unknown, unknown>();
  const open = new Set<unknown>();
  const visit = (part: unknown): unknown => {
    if (part instanceof TorchView) return tensorFor(part);
    if (part instanceof TorchStorage) {
      throw new TypeError("parseTorch expects tensors but got a storage without one");
    }
    if (!isContainer(part)) return isNamed(part) ? part.name : part;
    if (done.has(part)) return done.get(part);
    if (open.has(part)) {
      throw new RangeError("parseTorch expects data that ends but got data that contains itself");
    }
    if (open.size >= DEEPEST) {
      throw new RangeError(`parseTorch expects at most ${DEEPEST} levels but got more`);
    }
    open.add(part);
    const result = part instanceof PickleDict
      ? objectOf(part, visit)
      : part instanceof Set
      ? new Set([...part].map(visit))
      : part.map(visit);
    open.delete(part);
    done.set(part, result);
    return result;
  };
  return visit(value);
}

function objectOf({ items }: PickleDict, visit: (part: unknown) => unknown): unknown {
  const keys = [...items.keys()];
  const isObject = keys.every((key) => typeof key === "string") ||
    keys.every((key) => typeof key === "number" && Number.isInteger(key));
  if (!isObject) return new Map([...items].map(([key, value]) => [visit(key), visit(value)]));
  const result: Record<string, unknown> = {};
  for (const [key, value] of items) setOwn(result, String(key), visit(value));
  return result;
}

/** A dtype, which is a name by itself. */
function isNamed(value: unknown): value is { readonly name: string } {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array) && "name" in value;
}
