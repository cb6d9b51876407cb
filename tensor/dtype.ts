/**
 * Element types, their storage and how they combine.
 *
 * @module
 */
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "./kernels/scalar/half.ts";

/**
 * The type of a tensor's elements. `float16` and `bfloat16` are types of storage: their arithmetic is in float32, each
 * result rounded to the nearest, halves to even. `key` is a random key: two uint32 words that no arithmetic accepts.
 */
export type DType =
  | "float32"
  | "float64"
  | "float16"
  | "bfloat16"
  | "int32"
  | "uint32"
  | "uint8"
  | "bool"
  | "key";

/** The typed arrays that hold elements in JavaScript. A `bool` is a byte of 0 or 1, a `key` two words. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** Every dtype, in the order of their documentation. */
export const DTYPES: readonly DType[] = [
  "float32",
  "float64",
  "float16",
  "bfloat16",
  "int32",
  "uint32",
  "uint8",
  "bool",
  "key",
];

const ITEM_SIZES: Readonly<Record<DType, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int32: 4,
  uint32: 4,
  uint8: 1,
  bool: 1,
  key: 8,
};

/** Bytes of one element. */
export function itemSize(dtype: DType): number {
  return ITEM_SIZES[dtype];
}

/** Whether gradients flow through elements of this type. */
export function isFloating(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64" || isHalf(dtype);
}

/** Whether elements are stored in 16 bits and computed with in float32. */
export function isHalf(dtype: DType): dtype is "float16" | "bfloat16" {
  return dtype === "float16" || dtype === "bfloat16";
}

/** Whether the elements are whole numbers; `bool` and `key` are not. */
export function isInteger(dtype: DType): boolean {
  return dtype === "int32" || dtype === "uint32" || dtype === "uint8";
}

/** A fresh typed array for `length` elements of `dtype`, float16 and bfloat16 as float32; a key takes two words. */
export function typedArray(dtype: DType, length: number): TypedArray {
  switch (dtype) {
    case "float32":
    case "float16":
    case "bfloat16":
      return new Float32Array(length);
    case "float64":
      return new Float64Array(length);
    case "int32":
      return new Int32Array(length);
    case "uint32":
      return new Uint32Array(length);
    case "key":
      return new Uint32Array(2 * length);
    default:
      return new Uint8Array(length);
  }
}

/** The dtype that a typed array's elements have. */
export function dtypeOf(array: TypedArray): DType {
  if (array instanceof Float32Array) return "float32";
  if (array instanceof Float64Array) return "float64";
  if (array instanceof Int32Array) return "int32";
  if (array instanceof Uint32Array) return "uint32";
  return "uint8";
}

/**
 * The value that an element of `dtype` holds when a JavaScript number is stored in it, as JAX casts:
 * floats round to nearest, integers truncate and saturate, NaN is 0, and `bool` is whether it is non-zero.
 */
export function roundTo(dtype: DType, value: number): number {
  switch (dtype) {
    case "float32":
      return Math.fround(value);
    case "float64":
      return value;
    case "float16":
      return fromFloat16(toFloat16(value));
    case "bfloat16":
      return fromBfloat16(toBfloat16(value));
    case "int32":
      return value !== value ? 0 : Math.trunc(Math.min(2147483647, Math.max(-2147483648, value))) + 0;
    case "uint32":
      return value !== value ? 0 : Math.trunc(Math.min(4294967295, Math.max(0, value))) + 0;
    case "uint8":
      return value !== value ? 0 : Math.trunc(Math.min(255, Math.max(0, value))) + 0;
    case "bool":
      return value !== 0 ? 1 : 0;
    case "key":
      throw new TypeError("Expected a number type but got key");
  }
}

/** The least value of a number type; -Infinity for floats. */
export function leastOf(dtype: DType): number {
  return isFloating(dtype) ? -Infinity : dtype === "int32" ? -2147483648 : 0;
}

/** The greatest value of a number type; Infinity for floats. */
export function greatestOf(dtype: DType): number {
  return isFloating(dtype)
    ? Infinity
    : dtype === "int32"
    ? 2147483647
    : dtype === "uint32"
    ? 4294967295
    : dtype === "uint8"
    ? 255
    : 1;
}

const RANK: Readonly<Record<DType, number>> = {
  bool: 0,
  uint8: 1,
  uint32: 2,
  int32: 3,
  float16: 4,
  bfloat16: 4,
  float32: 5,
  float64: 6,
  key: 7,
};

/**
 * The type that two operands meet at, by JAX's table: bool < uint8 < uint32 < int32 < float16, bfloat16 < float32 <
 * float64. As in JAX with 64-bit integers off, uint32 with int32 is int32; float16 with bfloat16 is float32.
 */
export function promote(a: DType, b: DType): DType {
  if (RANK[a] === undefined || RANK[b] === undefined) {
    throw new TypeError(`promote expects dtypes out of ${DTYPES.join(", ")} but got ${a} and ${b}`);
  }
  if (a !== b && isHalf(a) && isHalf(b)) return "float32";
  return RANK[a] >= RANK[b] ? a : b;
}

/** Whether arithmetic takes elements of a dtype: bools and random keys are none. */
export function isNumber(dtype: string): boolean {
  return dtype !== "bool" && dtype !== "key";
}
