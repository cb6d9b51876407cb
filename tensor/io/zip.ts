/**
 * Reading zip archives that are not trusted: every size is checked against the file before memory is taken, and
 * every entry against its CRC-32.
 *
 * @module
 */

import { inflateSync, ZipPassThrough } from "fflate";

/** One file in an archive. */
export interface ZipEntry {
  /** The path of the file in the archive. */
  readonly name: string;
  /** Decompresses the content and checks its size and CRC-32. */
  readonly read: () => Uint8Array;
}

interface DirectoryEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly localOffset: number;
}

const END_SIGNATURE = 0x06054b50;
const DIRECTORY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_SIZE = 20;
const STORED = 0;
const DEFLATED = 8;

// Deflate spends at least two bits on 258 bytes.
const HIGHEST_RATIO = 1032;

/**
 * The files of a zip archive, stored or deflated, in the order of its directory. The archive must end where the
 * bytes end, and its entries must not overlap; zip64 and encryption are not supported.
 *
 * @param operation What to name in an error.
 * @param bytes The whole archive.
 * @throws {SyntaxError} If the archive is damaged.
 * @throws {TypeError} If an entry is encrypted or compressed in another way.
 * @throws {RangeError} If it is a zip64 archive, or an entry claims more bytes than deflate can give.
 */
export function readZip(operation: string, bytes: Uint8Array): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(operation, view);
  const directory = readDirectory(operation, bytes, view, end);
  let previousEnd = 0;
  const contents = new Map<DirectoryEntry, Uint8Array>();
  for (const entry of directory.toSorted((a, b) => a.localOffset - b.localOffset)) {
    const start = findContent(operation, bytes, view, entry);
    if (entry.localOffset < previousEnd || start + entry.compressedSize > view.getUint32(end + 16, true)) {
      throw new SyntaxError(
        `${operation} expects entries one after another but got ${JSON.stringify(entry.name)} ` +
          `at bytes ${entry.localOffset} to ${start + entry.compressedSize}`,
      );
    }
    previousEnd = start + entry.compressedSize;
    contents.set(entry, bytes.subarray(start, previousEnd));
  }
  return directory.map((entry) => ({
    name: entry.name,
    read: () => extract(operation, contents.get(entry)!, entry),
  }));
}

/** The CRC-32 of zip and gzip, computed by fflate. */
export function crc32(bytes: Uint8Array): number {
  const counter = new ZipPassThrough("");
  counter.ondata = () => {};
  counter.push(bytes, true);
  return counter.crc >>> 0;
}

// The record at the end has a comment of up to 65,535 bytes, so it is searched from the back.
function findEnd(operation: string, view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 0xffff); at--) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + 22 + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  throw new SyntaxError(
    `${operation} expects a zip archive, which ends with a directory, but got ${view.byteLength} bytes without one`,
  );
}

function readDirectory(
  operation: string,
  bytes: Uint8Array,
  view: DataView,
  end: number,
): readonly DirectoryEntry[] {
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || start === 0xffffffff) {
    throw new RangeError(`${operation} expects a zip archive below 4 GiB and 65535 entries but got zip64`);
  }
  const damaged = (what: string): SyntaxError =>
    new SyntaxError(`${operation} expects a whole directory of ${count} entries but got ${what}`);
  // Disk numbers are 0, and the directory lies right before its end record.
  if (view.getUint32(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) {
    throw damaged("several disks");
  }
  const directoryEnd = beforeZip64(view, end);
  if (start + view.getUint32(end + 12, true) !== directoryEnd) throw damaged("one of another size");
  const entries: DirectoryEntry[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    if (at + 46 > directoryEnd || view.getUint32(at, true) !== DIRECTORY_SIGNATURE) {
      throw damaged(`${index} of them`);
    }
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > directoryEnd) throw damaged(`${index} of them`);
    const name = decodeName(operation, bytes.subarray(at + 46, nameEnd));
    if (view.getUint16(at + 8, true) & 1) {
      throw new TypeError(`${operation} expects entries without encryption but got ${JSON.stringify(name)}`);
    }
    entries.push({
      name,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      compressedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      localOffset: view.getUint32(at + 42, true),
    });
    at = next;
  }
  if (at !== directoryEnd) throw damaged(`${directoryEnd - at} bytes more`);
  return entries;
}

// Some writers, torch's among them, put the records of zip64 before the end record though no number needs them.
function beforeZip64(view: DataView, end: number): number {
  const locator = end - ZIP64_LOCATOR_SIZE;
  if (locator < 0 || view.getUint32(locator, true) !== ZIP64_LOCATOR_SIGNATURE) return end;
  const record = Number(view.getBigUint64(locator + 8, true));
  const isRecord = record + 12 <= locator && view.getUint32(record, true) === ZIP64_END_SIGNATURE;
  return isRecord && record + 12 + Number(view.getBigUint64(record + 4, true)) === locator ? record : end;
}

// Sizes and CRC-32 are read from the directory only: a writer may leave them out before the content.
function findContent(operation: string, bytes: Uint8Array, view: DataView, entry: DirectoryEntry): number {
  const { name, localOffset: at } = entry;
  if (at + 30 <= view.byteLength && view.getUint32(at, true) === LOCAL_SIGNATURE) {
    const nameEnd = at + 30 + view.getUint16(at + 26, true);
    if (nameEnd <= view.byteLength && decodeName(operation, bytes.subarray(at + 30, nameEnd)) === name) {
      return nameEnd + view.getUint16(at + 28, true);
    }
  }
  throw new SyntaxError(`${operation} expects entry ${JSON.stringify(name)} at byte ${at} but got another`);
}

function decodeName(operation: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
  } catch {
    throw new SyntaxError(`${operation} expects entry names in UTF-8 but got other bytes`);
  }
}

function extract(operation: string, content: Uint8Array, entry: DirectoryEntry): Uint8Array {
  const { method, size, crc } = entry;
  const name = JSON.stringify(entry.name);
  if (method !== STORED && method !== DEFLATED) {
    throw new TypeError(
      `${operation} expects entries stored or deflated but got method ${method} for ${name}`,
    );
  }
  if (size > content.length * HIGHEST_RATIO) {
    throw new RangeError(
      `${operation} expects ${name} to hold at most ${HIGHEST_RATIO} times its ${content.length} bytes ` +
        `but got a size of ${size}`,
    );
  }
  const result = method === STORED ? content : inflate(operation, content, entry);
  if (result.length !== size) {
    throw new SyntaxError(`${operation} expects ${size} bytes in ${name} but got ${result.length}`);
  }
  const actual = crc32(result);
  if (actual !== crc) {
    const [expected, got] = [crc, actual].map((value) => value.toString(16).padStart(8, "0"));
    throw new SyntaxError(`${operation} expects CRC-32 ${expected} for ${name} but got ${got}`);
  }
  return result;
}

function inflate(operation: string, content: Uint8Array, { name, size }: DirectoryEntry): Uint8Array {
  try {
    // One byte more than claimed: fflate never writes past it, and a longer content shows.
    return inflateSync(content, { out: new Uint8Array(size + 1) });
  } catch (error) {
    throw new SyntaxError(
      `${operation} expects deflated bytes in ${JSON.stringify(name)} but got others: ${
        (error as Error).message
      }`,
    );
  }
}
