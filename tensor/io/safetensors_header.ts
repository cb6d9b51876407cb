/**
 * The header of a safetensors file, checked against the file.
 *
 * @module
 */

import { countElements } from "./array_record.ts";
import { SOURCE_SIZES, type SourceType } from "./elements.ts";
import { findRepeatedKey } from "./json_keys.ts";

/** The name in the header that is no tensor. */
export const METADATA_KEY = "__metadata__";

/** One tensor of the header. */
export interface SafetensorsEntry {
  /** Its name. */
  readonly name: string;
  /** The type as the file names it. */
  readonly type: string;
  /** The type to read it as, or undefined if there is none. */
  readonly source: SourceType | undefined;
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** Where its bytes begin, counted from the end of the header. */
  readonly begin: number;
  /** Where they end. */
  readonly end: number;
}

/** The header of a file. */
export interface SafetensorsHeader {
  /** The tensors in the order of their names in the header. */
  readonly entries: readonly SafetensorsEntry[];
  /** Names and texts. */
  readonly metadata: readonly (readonly [string, string])[];
  /** Where the data begins in the file. */
  readonly dataStart: number;
}

// The limit of the safetensors library.
const LONGEST_HEADER = 100_000_000;

const SOURCES: Readonly<Record<string, SourceType>> = {
  BOOL: "bool",
  U8: "uint8",
  I8: "int8",
  I16: "int16",
  U16: "uint16",
  F16: "float16",
  BF16: "bfloat16",
  I32: "int32",
  U32: "uint32",
  F32: "float32",
  I64: "int64",
  U64: "uint64",
  F64: "float64",
};

// Known to the format and without a dtype here: they may stand in a file as long as they are not read.
const OTHER_BITS: Readonly<Record<string, number>> = {
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E5M2FNUZ: 8,
  F8_E4M3FNUZ: 8,
  C64: 64,
};

/**
 * Reads and checks the header: the tensors must cover the data exactly, without holes and overlaps.
 *
 * @param bytes The file, or its beginning with the whole header.
 * @param fileLength The length of the whole file.
 * @throws {SyntaxError} If the header is damaged or does not fit the file.
 * @throws {TypeError} If the format has no such element type.
 * @throws {RangeError} If a shape is impossible.
 */
export function readSafetensorsHeader(
  operation: string,
  bytes: Uint8Array,
  fileLength: number = bytes.length,
): SafetensorsHeader {
  const dataStart = 8 + readHeaderLength(operation, bytes, fileLength);
  const { [METADATA_KEY]: texts, ...described } = parseHeader(operation, bytes.subarray(8, dataStart));
  const metadata = readMetadata(operation, texts);
  const entries = Object.entries(described).map(([name, entry]) => readEntry(operation, name, entry));
  let covered = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      throw new SyntaxError(
        `${operation} expects data without holes and overlaps but got ${JSON.stringify(name)} ` +
          `at offset ${begin} instead of ${covered}`,
      );
    }
    covered = end;
  }
  if (covered !== fileLength - dataStart) {
    throw new SyntaxError(`${operation} expects ${covered} bytes of data but got ${fileLength - dataStart}`);
  }
  return { entries, metadata, dataStart };
}

/**
 * The length of the header, which the first 8 bytes tell.
 *
 * @throws {SyntaxError} If the file is too short for it.
 */
export function readHeaderLength(operation: string, bytes: Uint8Array, fileLength: number): number {
  if (bytes.length < 8) {
    throw new SyntaxError(`${operation} expects a file of at least 8 bytes but got ${bytes.length}`);
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const limit = Math.min(LONGEST_HEADER, fileLength - 8);
  if (length > limit) {
    throw new SyntaxError(
      `${operation} expects a header of at most ${limit} bytes but got a length of ${length}`,
    );
  }
  return length;
}

// For messages: a damaged header may be long.
function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseHeader(operation: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let text = "";
  try {
    // A copy, because browsers decode no shared memory.
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
  } catch {
    throw new SyntaxError(`${operation} expects a header in UTF-8 but got other bytes`);
  }
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new SyntaxError(
      `${operation} expects a header in JSON but got ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
  if (!isObject(header) || !text.startsWith("{")) {
    throw new SyntaxError(
      `${operation} expects a header that is an object but got ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
  const repeated = findRepeatedKey(text);
  if (repeated !== undefined) {
    throw new SyntaxError(`${operation} expects each name once but got ${JSON.stringify(repeated)} twice`);
  }
  return header;
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
}

function readEntry(operation: string, name: string, entry: unknown): SafetensorsEntry {
  const label = JSON.stringify(name);
  const { dtype: type, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  if (typeof type !== "string" || !Array.isArray(shape) || !Array.isArray(offsets) || offsets.length !== 2) {
    throw new SyntaxError(
      `${operation} expects dtype, shape and two data_offsets for ${label} but got ${show(entry)}`,
    );
  }
  const source = Object.hasOwn(SOURCES, type) ? SOURCES[type] : undefined;
  if (source === undefined && !Object.hasOwn(OTHER_BITS, type)) {
    throw new TypeError(`${operation} expects a known dtype for ${label} but got ${JSON.stringify(type)}`);
  }
  const [begin, end] = offsets;
  if (!shape.every(isWhole) || !isWhole(begin) || !isWhole(end) || end < begin) {
    throw new SyntaxError(
      `${operation} expects whole numbers for ${label} but got shape ${show(shape)} ` +
        `and data_offsets ${show(offsets)}`,
    );
  }
  const bits = source === undefined ? OTHER_BITS[type] : 8 * SOURCE_SIZES[source];
  const expected = countElements(`${operation} of ${label}`, shape) * bits / 8;
  if (end - begin !== expected) {
    throw new SyntaxError(
      `${operation} expects ${expected} bytes for ${label} of ${type} and shape [${shape.join(", ")}] ` +
        `but got ${end - begin}`,
    );
  }
  return { name, type, source, shape, begin, end };
}

function readMetadata(operation: string, metadata: unknown): readonly (readonly [string, string])[] {
  if (metadata === undefined) return [];
  const pairs = isObject(metadata) ? Object.entries(metadata) : [];
  if (!isObject(metadata) || !pairs.every((pair): pair is [string, string] => typeof pair[1] === "string")) {
    throw new SyntaxError(
      `${operation} expects ${METADATA_KEY} to be an object of texts but got ${show(metadata)}`,
    );
  }
  return pairs;
}
