/**
 * The .npz format of NumPy: a zip archive with one .npy file for each array.
 *
 * @module
 */

import { zipSync } from "fflate";
import { type ArrayRecord, checkBytes, checkName, type SelectOptions } from "./array_record.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { readZip } from "./zip.ts";

/** Options of {@linkcode formatNpz}. */
export interface FormatNpzOptions {
  /** Whether to deflate the arrays, as `numpy.savez_compressed`, or to store them. @default {false} */
  readonly compress?: boolean;
}

/** The names of `FormatNpzOptions`. */
export const FORMAT_NPZ_OPTIONS = { compress: true } as const;

/**
 * Reads a .npz file, as `numpy.savez` or `numpy.savez_compressed` writes it. Every entry's CRC-32 is checked, and
 * no more memory is taken than the compressed bytes can fill. Types are converted as `parseNpy` does.
 *
 * @param bytes The whole file.
 * @param options Which arrays to read.
 * @returns The arrays by name, without the ending .npy.
 * @throws {SyntaxError} If the archive or an array in it is damaged, or a name appears twice.
 * @throws {TypeError} If an array has elements without a dtype, or an entry is encrypted.
 * @throws {RangeError} If a 64-bit integer does not fit, or a size is impossible.
 */
export function parseNpz(bytes: Uint8Array, options: SelectOptions = {}): Record<string, ArrayRecord> {
  checkBytes("parseNpz", bytes);
  const { select = () => true } = options;
  const found = new Map<string, ArrayRecord | undefined>();
  for (const entry of readZip("parseNpz", bytes)) {
    const name = entry.name.replace(/\.npy$/, "");
    if (found.has(name)) {
      throw new SyntaxError(`parseNpz expects each name once but got ${JSON.stringify(name)} twice`);
    }
    const record = select(name) ? readNpy(`parseNpz of ${JSON.stringify(name)}`, entry.read()) : undefined;
    found.set(name, record);
  }
  // Own properties by definition, not by assignment: a name may be "__proto__".
  return Object.fromEntries(
    [...found].filter((pair): pair is [string, ArrayRecord] => pair[1] !== undefined),
  );
}

/**
 * Writes a .npz file that `numpy.load` reads. The same arrays give the same bytes at any time and place.
 *
 * @param records The arrays by name.
 * @param options Whether to compress.
 * @returns The bytes of the file.
 * @throws {TypeError} If data is not in the typed array of its dtype.
 * @throws {RangeError} If a shape does not fit its number of elements, a name is not well-formed, or the file
 * would need zip64: 4 GiB or 65535 arrays.
 */
export function formatNpz(
  records: Readonly<Record<string, ArrayRecord>>,
  options: FormatNpzOptions = {},
): Uint8Array<ArrayBuffer> {
  const names = Object.keys(records);
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  let size = 22;
  for (const name of names) {
    const operation = `formatNpz of ${JSON.stringify(name)}`;
    checkName(operation, name);
    const bytes = writeNpy(operation, records[name]);
    const nameBytes = new TextEncoder().encode(name).length + 4;
    if (nameBytes > 0xffff) {
      throw new RangeError(`formatNpz expects names of at most 65531 bytes but got ${nameBytes - 4}`);
    }
    size += bytes.length + 2 * nameBytes + 76;
    files[`${name}.npy`] = bytes;
  }
  if (size >= 0xffffffff || names.length >= 0xffff) {
    throw new RangeError(
      `formatNpz expects less than 4 GiB and 65535 arrays but got ${size} bytes and ${names.length} arrays`,
    );
  }
  // Local time, as zip keeps it, so the bytes do not depend on the time zone; NumPy writes this day too.
  return zipSync(files, { level: options.compress === true ? 6 : 0, mtime: new Date(1980, 0, 1) });
}
