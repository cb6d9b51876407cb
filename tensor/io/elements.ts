/**
 * Elements as files store them, converted to the dtypes that tensors have.
 *
 * @module
 */

import type { ArrayRecord, RecordDType } from "./array_record.ts";

/** The element types that can be read from a file. */
export type SourceType =
  | RecordDType
  | "int8"
  | "int16"
  | "int64"
  | "uint16"
  | "uint64";

/** Bytes of one stored element. */
export const SOURCE_SIZES: Readonly<Record<SourceType, number>> = {
  bool: 1,
  uint8: 1,
  int8: 1,
  int16: 2,
  uint16: 2,
  float16: 2,
  bfloat16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};

/** Decoded elements and the dtype that they became. */
export interface Elements {
  /** The dtype of `data`. */
  readonly dtype: RecordDType;
  /** The elements in the order of the file, in memory of their own. */
  readonly data: ArrayRecord["data"];
}

/**
 * Copies stored elements into a typed array, so that neither alignment nor later changes of `bytes` matter.
 * Every conversion is exact: int8 and int16 become int32, uint16 uint32; int64 and uint64 become int32 and uint32. A `bool` is 1 for every byte but 0.
 *
 * @param operation What to name in an error.
 * @param bytes A whole number of elements.
 * @param source Their type.
 * @param bigEndian Whether the high byte comes first.
 * @throws {RangeError} If an int64 does not fit int32 or a uint64 uint32.
 */
export function decodeElements(
  operation: string,
  bytes: Uint8Array,
  source: SourceType,
  bigEndian: boolean,
): Elements {
  const copy = new Uint8Array(bytes);
  if (bigEndian) swapBytes(copy, SOURCE_SIZES[source]);
  const { buffer } = copy;
  switch (source) {
    case "bool":
      return { dtype: "bool", data: copy.map((value) => value === 0 ? 0 : 1) };
    case "uint8":
      return { dtype: "uint8", data: copy };
    case "int8":
      return { dtype: "int32", data: new Int32Array(new Int8Array(buffer)) };
    case "int16":
      return { dtype: "int32", data: new Int32Array(new Int16Array(buffer)) };
    case "uint16":
      return { dtype: "uint32", data: new Uint32Array(new Uint16Array(buffer)) };
    case "float16":
    case "bfloat16":
      return { dtype: source, data: new Uint16Array(buffer) };
    case "int32":
      return { dtype: "int32", data: new Int32Array(buffer) };
    case "uint32":
      return { dtype: "uint32", data: new Uint32Array(buffer) };
    case "float32":
      return { dtype: "float32", data: new Float32Array(buffer) };
    case "float64":
      return { dtype: "float64", data: new Float64Array(buffer) };
    case "int64":
      return { dtype: "int32", data: narrow(operation, new BigInt64Array(buffer), "int32") };
    case "uint64":
      return { dtype: "uint32", data: narrow(operation, new BigUint64Array(buffer), "uint32") };
  }
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = byte;
    }
  }
}

function narrow(
  operation: string,
  wide: BigInt64Array | BigUint64Array,
  dtype: "int32" | "uint32",
): Int32Array | Uint32Array {
  const data = dtype === "int32" ? new Int32Array(wide.length) : new Uint32Array(wide.length);
  for (let index = 0; index < wide.length; index++) {
    data[index] = Number(wide[index]);
    if (BigInt(data[index]) !== wide[index]) {
      throw new RangeError(
        `${operation} expects 64-bit integers that fit ${dtype} but got ${wide[index]} at index ${index}`,
      );
    }
  }
  return data;
}
