/**
 * The safetensors format: the length of a header, the header in JSON, and the elements of all tensors.
 *
 * The format is specified in the README of the safetensors library. Like that library, the reader refuses holes,
 * overlaps and trailing bytes; unlike it, also a name that appears twice.
 *
 * @module
 */

import {
  type ArrayRecord,
  bytesOf,
  checkBytes,
  checkName,
  checkRecord,
  type RecordDType,
  type SelectOptions,
} from "./array_record.ts";
import { decodeElements } from "./elements.ts";
import { METADATA_KEY, readSafetensorsHeader, type SafetensorsEntry } from "./safetensors_header.ts";

/** What a safetensors file holds. */
export interface Safetensors {
  /** The tensors by name. */
  readonly tensors: Record<string, ArrayRecord>;
  /** Free text by name; empty if the file has none. */
  readonly metadata: Record<string, string>;
}

// The order in which the safetensors library writes, so that every tensor is aligned to its own element size.
const WRITTEN: readonly (readonly [RecordDType, string])[] = [
  ["float64", "F64"],
  ["float32", "F32"],
  ["uint32", "U32"],
  ["int32", "I32"],
  ["bfloat16", "BF16"],
  ["float16", "F16"],
  ["uint8", "U8"],
  ["bool", "BOOL"],
];

/**
 * Reads a safetensors file. Types that tensors do not have are converted where that is exact: I8 and I16 to
 * int32, U16 to uint32, and I64 and U64 to int32 and uint32 where every value fits.
 *
 * @param bytes The whole file.
 * @param options Which tensors to read; the layout of the others is checked all the same.
 * @returns The tensors, each in memory of its own, and the metadata.
 * @throws {SyntaxError} If the file is damaged.
 * @throws {TypeError} If a tensor that is read has elements without a dtype (complex, or of 8 bits or fewer).
 * @throws {RangeError} If a 64-bit integer does not fit, or a shape is impossible.
 */
export function parseSafetensors(bytes: Uint8Array, options: SelectOptions = {}): Safetensors {
  checkBytes("parseSafetensors", bytes);
  const { select = () => true } = options;
  const { entries, metadata, dataStart } = readSafetensorsHeader("parseSafetensors", bytes);
  const tensors = entries.filter(({ name }) => select(name)).map((entry) => {
    const stored = bytes.subarray(dataStart + entry.begin, dataStart + entry.end);
    return [entry.name, decodeEntry("parseSafetensors", entry, stored)] as const;
  });
  // Own properties by definition, not by assignment: a name may be "__proto__".
  return { tensors: Object.fromEntries(tensors), metadata: Object.fromEntries(metadata) };
}

/**
 * The array of one tensor of the header, out of its bytes.
 *
 * @throws {TypeError} If its elements have no dtype here.
 * @throws {RangeError} If a 64-bit integer does not fit.
 */
export function decodeEntry(parser: string, entry: SafetensorsEntry, stored: Uint8Array): ArrayRecord {
  const { name, source, type, shape } = entry;
  const operation = `${parser} of ${JSON.stringify(name)}`;
  if (source === undefined) {
    throw new TypeError(
      `${operation} expects bool, integers or real numbers of up to 8 bytes but got ${type}`,
    );
  }
  const { dtype, data } = decodeElements(operation, stored, source, false);
  return { dtype, shape, data };
}

/**
 * Writes a safetensors file, tensors in the order of the safetensors library: wide elements first, then by name.
 *
 * @param tensors The tensors by name.
 * @param metadata Free text by name; left out if empty.
 * @returns The bytes of the file.
 * @throws {TypeError} If data is not in the typed array of its dtype, or metadata is not text.
 * @throws {RangeError} If a shape does not fit its number of elements, or a name is `__metadata__` or not
 * well-formed.
 */
export function formatSafetensors(
  tensors: Readonly<Record<string, ArrayRecord>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const rank = (dtype: RecordDType): number => WRITTEN.findIndex(([written]) => written === dtype);
  const ordered = Object.entries(tensors).sort(([nameA, a], [nameB, b]) =>
    rank(a.dtype) - rank(b.dtype) || (nameA < nameB ? -1 : 1)
  );
  const fields = formatMetadata(metadata);
  let length = 0;
  for (const [name, record] of ordered) {
    const operation = `formatSafetensors of ${JSON.stringify(name)}`;
    checkRecord(operation, record);
    checkName(operation, name);
    if (name === METADATA_KEY) {
      throw new RangeError(`formatSafetensors expects no tensor named ${METADATA_KEY}`);
    }
    const offsets = [length, length += record.data.byteLength];
    const entry = { dtype: WRITTEN[rank(record.dtype)][1], shape: record.shape, data_offsets: offsets };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  }
  const header = new TextEncoder().encode(`{${fields.join(",")}}`);
  const headerLength = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength).set(header, 8);
  let at = 8 + headerLength;
  for (const [, { data }] of ordered) {
    bytes.set(bytesOf(data), at);
    at += data.byteLength;
  }
  return bytes;
}

function formatMetadata(metadata: Readonly<Record<string, string>>): string[] {
  const pairs = Object.entries(metadata).map(([name, text]) => {
    if (typeof text !== "string") {
      throw new TypeError(
        `formatSafetensors expects metadata ${JSON.stringify(name)} to be text but got ${typeof text}`,
      );
    }
    checkName("formatSafetensors", name);
    checkName("formatSafetensors", text);
    return `${JSON.stringify(name)}:${JSON.stringify(text)}`;
  });
  return pairs.length === 0 ? [] : [`"${METADATA_KEY}":{${pairs.join(",")}}`];
}
