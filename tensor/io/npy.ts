/**
 * The .npy format of NumPy: a magic number, a header written as a Python dict, and the elements.
 *
 * The format is specified in the documentation of `numpy.lib.format`. Pickled objects are never read.
 *
 * @module
 */

import {
  type ArrayRecord,
  bytesOf,
  checkBytes,
  checkRecord,
  countElements,
  type RecordDType,
} from "./array_record.ts";
import { decodeElements, type Elements, SOURCE_SIZES, type SourceType } from "./elements.ts";
import { parsePythonLiteral, type PythonLiteral } from "./python_literal.ts";

const MAGIC: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // "\x93NUMPY"

// NumPy refuses longer headers too, unless the file is trusted.
const LONGEST_HEADER = 10_000;

// NumPy has no arrays with more.
const MOST_AXES = 64;

const SOURCES: Readonly<Record<string, SourceType>> = {
  b1: "bool",
  u1: "uint8",
  i1: "int8",
  i2: "int16",
  u2: "uint16",
  f2: "float16",
  i4: "int32",
  u4: "uint32",
  f4: "float32",
  i8: "int64",
  u8: "uint64",
  f8: "float64",
};

const DESCRIPTIONS: Readonly<Record<Exclude<RecordDType, "bfloat16">, string>> = {
  float32: "<f4",
  float64: "<f8",
  float16: "<f2",
  int32: "<i4",
  uint32: "<u4",
  uint8: "|u1",
  bool: "|b1",
};

/**
 * Reads a .npy file of version 1, 2 or 3, in C or Fortran order and either byte order. Types that tensors do not
 * have are converted where that is exact: int8 and int16 to int32, uint16 to uint32, and
 * int64 and uint64 to int32 and uint32 where every value fits.
 *
 * @param bytes The whole file, and nothing after it (NumPy ignores what follows).
 * @returns The array, in memory of its own and in row-major order.
 * @throws {SyntaxError} If the file is damaged.
 * @throws {TypeError} If its elements are objects, records, text, complex or of another type without a dtype.
 * @throws {RangeError} If a 64-bit integer does not fit, or the shape is impossible.
 */
export function parseNpy(bytes: Uint8Array): ArrayRecord {
  return readNpy("parseNpy", bytes);
}

/** {@linkcode parseNpy} with the name of the operation for errors. */
export function readNpy(operation: string, bytes: Uint8Array): ArrayRecord {
  checkBytes(operation, bytes);
  const { text, dataStart } = readHeader(operation, bytes);
  const { source, bigEndian, fortranOrder, shape } = interpretHeader(operation, text);
  const count = countElements(operation, shape);
  const expected = count * SOURCE_SIZES[source];
  const data = bytes.subarray(dataStart);
  if (data.length !== expected) {
    throw new SyntaxError(
      `${operation} expects ${expected} bytes for ${source} elements of shape [${shape.join(", ")}] ` +
        `but got ${data.length}`,
    );
  }
  const elements = decodeElements(operation, data, source, bigEndian);
  return { dtype: elements.dtype, shape, data: fortranOrder ? toRowMajor(elements, shape) : elements.data };
}

/**
 * Writes a .npy file of version 1, byte for byte as `numpy.save` does.
 *
 * @param record The array.
 * @returns The bytes of the file.
 * @throws {TypeError} If the data is not in the typed array of the dtype.
 * @throws {RangeError} If the shape does not fit the number of elements.
 */
export function formatNpy(record: ArrayRecord): Uint8Array<ArrayBuffer> {
  return writeNpy("formatNpy", record);
}

/** {@linkcode formatNpy} with the name of the operation for errors. */
export function writeNpy(operation: string, record: ArrayRecord): Uint8Array<ArrayBuffer> {
  checkRecord(operation, record);
  const { dtype, shape, data } = record;
  if (dtype === "bfloat16") {
    throw new TypeError(`${operation} expects a dtype that NumPy has but got bfloat16: cast it to float32`);
  }
  if (shape.length > MOST_AXES) {
    throw new RangeError(`${operation} expects at most ${MOST_AXES} axes but got ${shape.length}`);
  }
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dict = `{'descr': '${DESCRIPTIONS[dtype]}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // NumPy leaves room for the first axis to grow to 21 digits, then at least one space up to a multiple of 64.
  const room = shape.length === 0 ? 0 : 21 - String(shape[0]).length;
  const unpadded = 10 + dict.length + room + 1;
  const length = unpadded + 64 - (unpadded % 64);
  const bytes = new Uint8Array(length + data.byteLength);
  bytes.set([...MAGIC, 1, 0, (length - 10) & 255, (length - 10) >> 8]);
  new TextEncoder().encodeInto(dict.padEnd(length - 11) + "\n", bytes.subarray(10));
  bytes.set(bytesOf(data), length);
  return bytes;
}

function readHeader(operation: string, bytes: Uint8Array): { text: string; dataStart: number } {
  if (bytes.length < 10) {
    throw new SyntaxError(`${operation} expects a .npy file of at least 10 bytes but got ${bytes.length}`);
  }
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) {
    const got = Array.from(bytes.subarray(0, 6), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new SyntaxError(
      `${operation} expects the magic bytes 93 4e 55 4d 50 59 of a .npy file but got ${got}`,
    );
  }
  const [major, minor] = bytes.subarray(6, 8);
  if (major < 1 || major > 3 || minor !== 0) {
    throw new SyntaxError(`${operation} expects .npy version 1.0, 2.0 or 3.0 but got ${major}.${minor}`);
  }
  const lengthSize = major === 1 ? 2 : 4;
  let length = 0;
  for (let index = lengthSize - 1; index >= 0; index--) length = length * 256 + (bytes[8 + index] ?? 0);
  const textStart = 8 + lengthSize;
  const dataStart = textStart + length;
  if (length > LONGEST_HEADER || dataStart > bytes.length) {
    const limit = Math.min(LONGEST_HEADER, Math.max(0, bytes.length - textStart));
    throw new SyntaxError(
      `${operation} expects a header of at most ${limit} bytes but got a length of ${length}`,
    );
  }
  // A copy, because browsers decode no shared memory.
  const header = new Uint8Array(bytes.subarray(textStart, dataStart));
  try {
    return {
      text: new TextDecoder(major === 3 ? "utf-8" : "latin1", { fatal: true }).decode(header),
      dataStart,
    };
  } catch {
    throw new SyntaxError(`${operation} expects a header in UTF-8 but got other bytes`);
  }
}

const NO_ENTRIES: ReadonlyMap<string, PythonLiteral> = new Map();

interface Header {
  readonly source: SourceType;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

function interpretHeader(operation: string, text: string): Header {
  const literal = parsePythonLiteral(operation, text);
  const dict = typeof literal === "object" && literal?.kind === "dict" ? literal.entries : NO_ENTRIES;
  const keys = [...dict.keys()].sort().join(", ");
  if (keys !== "descr, fortran_order, shape") {
    throw new SyntaxError(
      `${operation} expects a header with the keys descr, fortran_order and shape but got ${keys || "none"}`,
    );
  }
  const description = dict.get("descr");
  const match = typeof description === "string" ? /^([<>|=]?)([a-zA-Z]\d+)$/.exec(description) : null;
  const source = match && Object.hasOwn(SOURCES, match[2]) ? SOURCES[match[2]] : undefined;
  if (match === null || source === undefined) {
    const got = typeof description === "string" ? `'${description}'` : "a structured type";
    throw new TypeError(
      `${operation} expects elements that are bool, integers or real numbers of up to 8 bytes but got ${got}`,
    );
  }
  const fortranOrder = dict.get("fortran_order");
  if (typeof fortranOrder !== "boolean") {
    throw new SyntaxError(
      `${operation} expects fortran_order to be True or False but got ${JSON.stringify(fortranOrder)}`,
    );
  }
  const shape = dict.get("shape");
  const sizes = typeof shape === "object" && shape?.kind === "tuple" ? shape.items : undefined;
  if (!sizes?.every((size) => typeof size === "number")) {
    throw new SyntaxError(
      `${operation} expects shape to be a tuple of integers but got ${JSON.stringify(shape)}`,
    );
  }
  if (sizes.length > MOST_AXES) {
    throw new RangeError(`${operation} expects at most ${MOST_AXES} axes but got ${sizes.length}`);
  }
  return { source, bigEndian: match[1] === ">", fortranOrder, shape: sizes };
}

// In Fortran order the first axis changes fastest. Counts through row-major indices and jumps in the source.
function toRowMajor({ data }: Elements, shape: readonly number[]): ArrayRecord["data"] {
  const result = data.slice();
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const index = shape.map(() => 0);
  for (let target = 0, source = 0; target < data.length; target++) {
    result[target] = data[source];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis];
      if (++index[axis] < shape[axis]) break;
      source -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}
