/**
 * The IDX format of the MNIST files.
 *
 * @module
 */

import { gunzipSync } from "fflate";
import type { Tensor } from "../tensor.ts";
import { tensorFromData } from "../make_tensor.ts";
import { checkBytes } from "./array_record.ts";
import { type FilePath, readBytes } from "./files.ts";
import type { DType, TypedArray } from "../dtype.ts";

/** How elements of a type code are read, big end first. */
interface ElementType {
  readonly size: number;
  readonly dtype: DType;
  readonly array: (length: number) => TypedArray;
  readonly read: (view: DataView, at: number) => number;
}

const TYPES: Readonly<Record<number, ElementType>> = {
  0x08: { size: 1, dtype: "uint8", array: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  0x09: { size: 1, dtype: "int32", array: (n) => new Int32Array(n), read: (view, at) => view.getInt8(at) },
  0x0b: { size: 2, dtype: "int32", array: (n) => new Int32Array(n), read: (view, at) => view.getInt16(at) },
  0x0c: { size: 4, dtype: "int32", array: (n) => new Int32Array(n), read: (view, at) => view.getInt32(at) },
  0x0d: {
    size: 4,
    dtype: "float32",
    array: (n) => new Float32Array(n),
    read: (view, at) => view.getFloat32(at),
  },
  0x0e: {
    size: 8,
    dtype: "float64",
    array: (n) => new Float64Array(n),
    read: (view, at) => view.getFloat64(at),
  },
};

/**
 * The tensor of an IDX file, plain or compressed with gzip: bytes as uint8, other integers as int32, floats as they
 * are.
 *
 * @throws {SyntaxError} If the bytes are no IDX file, or some are missing or left over.
 *
 * @example
 * ```ts
 * import { decodeIdx } from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(decodeIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9)).toArray(), [7, 9]);
 * ```
 */
export function decodeIdx(bytes: Uint8Array): Tensor {
  checkBytes("decodeIdx", bytes);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return decodeIdx(unpack(bytes));
  const type = TYPES[bytes[2]];
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || type === undefined) {
    throw new SyntaxError(
      `decodeIdx expects two zeros, a type and a rank at the start but got ${
        [...bytes.subarray(0, 4)].join(" ")
      }`,
    );
  }
  const rank = bytes[3];
  const start = 4 + 4 * rank;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < start) {
    throw new SyntaxError(
      `decodeIdx expects ${rank} extents of four bytes but got ${bytes.length - 4} bytes`,
    );
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (bytes.length !== start + type.size * count) {
    throw new SyntaxError(
      `decodeIdx expects ${type.size * count} bytes of elements for [${shape.join(", ")}] but got ${
        bytes.length - start
      }`,
    );
  }
  const data = type.array(count);
  if (type.dtype === "uint8") (data as Uint8Array).set(bytes.subarray(start));
  else for (let i = 0; i < count; i++) data[i] = type.read(view, start + type.size * i);
  return tensorFromData(type.dtype, shape, data);
}

function unpack(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new SyntaxError(`decodeIdx expects whole gzip data but got ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * `decodeIdx` of a file.
 *
 * @throws {SyntaxError} If the file is no IDX file, or damaged; the errors of Deno where it cannot be read.
 *
 * @example
 * ```ts
 * import { loadIdx } from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeFile(path, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 5));
 * assertEquals((await loadIdx(path)).toArray(), [5]);
 * await Deno.remove(path);
 * ```
 */
export async function loadIdx(path: FilePath): Promise<Tensor> {
  return decodeIdx(await readBytes("loadIdx", path));
}
