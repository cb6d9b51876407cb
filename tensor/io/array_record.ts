/**
 * An array as the file formats see it: a dtype, a shape and the elements in row-major order.
 *
 * @module
 */

import type { DType, TypedArray } from "../dtype.ts";

/** The dtypes that files hold: every {@linkcode DType} but random keys, which are saved by their words. */
export type RecordDType = Exclude<DType, "key">;

/** What a file holds for one array. */
export interface ArrayRecord {
  /** The type of the elements. */
  readonly dtype: RecordDType;
  /** The size of each axis; empty for a scalar. */
  readonly shape: readonly number[];
  /**
   * The elements in row-major order, in the typed array of `dtype`; a `bool` is a byte of 0 or 1, a `float16` or
   * `bfloat16` its 16 bits.
   */
  readonly data: TypedArray | Uint16Array;
}

/** Which arrays of a file with several to read. */
export interface SelectOptions {
  /** Whether to read the array of this name. The others are not converted. @default {() => true} */
  readonly select?: (name: string) => boolean;
}

/** The names of `SelectOptions`. */
export const SELECT_OPTIONS = { select: true } as const;

const CONSTRUCTORS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/**
 * The number of elements of an array with this shape.
 *
 * @throws {RangeError} If a size is not a whole number, 0 or above, or the product is 2^53 or more.
 */
export function countElements(operation: string, shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (!Number.isSafeInteger(size) || size < 0 || Object.is(size, -0) || !Number.isSafeInteger(count)) {
      throw new RangeError(
        `${operation} expects a shape of whole numbers with a product below 2^53 but got [${
          shape.join(", ")
        }]`,
      );
    }
  }
  return count;
}

/**
 * Checks that dtype, shape and data of a record agree.
 *
 * @throws {TypeError} If the dtype is not one of a file or the data not its typed array.
 * @throws {RangeError} If the shape does not fit the number of elements or a `bool` is neither 0 nor 1.
 */
export function checkRecord(operation: string, { dtype, shape, data }: ArrayRecord): void {
  if (!Object.hasOwn(CONSTRUCTORS, dtype)) {
    throw new TypeError(
      `${operation} expects a dtype of ${Object.keys(CONSTRUCTORS).join(", ")} but got ${dtype}`,
    );
  }
  if (!(data instanceof CONSTRUCTORS[dtype])) {
    const got = Object.prototype.toString.call(data).slice(8, -1);
    throw new TypeError(`${operation} expects ${dtype} data in a ${CONSTRUCTORS[dtype].name} but got ${got}`);
  }
  const count = countElements(operation, shape);
  if (count !== data.length) {
    throw new RangeError(
      `${operation} expects ${count} elements for shape [${shape.join(", ")}] but got ${data.length}`,
    );
  }
  const odd = dtype === "bool" ? (data as Uint8Array).find((value) => value > 1) : undefined;
  if (odd !== undefined) throw new RangeError(`${operation} expects bool bytes of 0 or 1 but got ${odd}`);
}

/** The bytes of a record's elements, without a copy. All platforms that run JavaScript are little-endian. */
export function bytesOf(data: ArrayRecord["data"]): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Throws a TypeError unless `bytes` is a Uint8Array. */
export function checkBytes(operation: string, bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) {
    const got = Object.prototype.toString.call(bytes).slice(8, -1);
    throw new TypeError(`${operation} expects the bytes of a file as a Uint8Array but got ${got}`);
  }
}

/** Throws a RangeError if `name` has half of a surrogate pair, which UTF-8 cannot write. */
export function checkName(operation: string, name: string): void {
  if (!name.isWellFormed()) {
    throw new RangeError(`${operation} expects well-formed Unicode text but got ${JSON.stringify(name)}`);
  }
}
