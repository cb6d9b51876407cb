/**
 * Files that numpy and safetensors wrote, and what is in them.
 *
 * @module
 */

import { fromStored } from "../../../tensor/kernels/kernel.ts";
import { assertEquals } from "@std/assert/equals";
import type { ArrayRecord, RecordDType } from "../../../tensor/io/array_record.ts";

/** An array as the list of contents describes it. */
export interface GoldenArray {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data?: readonly (number | string | boolean)[];
  readonly arange?: number;
  readonly tile?: readonly [GoldenArray, number];
}

/** A file as the list of contents describes it. */
export interface GoldenFile {
  readonly format: "npy" | "npz" | "safetensors";
  readonly array?: GoldenArray;
  readonly arrays?: Readonly<Record<string, GoldenArray>>;
  readonly metadata?: Readonly<Record<string, string>> | null;
}

const folder = new URL("../../golden/io/", import.meta.url);

/** The list of contents. */
export const contents = JSON.parse(Deno.readTextFileSync(new URL("contents.json", folder))) as {
  readonly files: Readonly<Record<string, GoldenFile>>;
  readonly broken: Readonly<Record<string, { readonly wrong: string }>>;
};

/** The bytes of one file. */
export function readGolden(name: string): Uint8Array {
  return Deno.readFileSync(new URL(name, folder));
}

/** The files of one format, with their names. */
export function goldenFiles(format: GoldenFile["format"]): (readonly [string, GoldenFile])[] {
  return Object.entries(contents.files).filter(([, file]) => file.format === format);
}

const NEAREST: Readonly<Record<string, RecordDType>> = {
  int8: "int32",
  int16: "int32",
};

/** Compares bit for bit, but for the payload of NaN. */
export function assertGolden(actual: ArrayRecord, expected: GoldenArray): void {
  assertEquals(actual.dtype, NEAREST[expected.dtype] ?? expected.dtype);
  assertEquals(actual.shape, expected.shape);
  const values = expandGolden(expected);
  const data = actual.dtype === "float32" ? values.map(Math.fround) : values;
  const found = Array.from(actual.data, (stored) => fromStored(actual.dtype, stored));
  assertEquals(found, data);
  // Equality does not see the sign of zero.
  assertEquals(found.map((value) => 1 / value), data.map((value) => 1 / value));
}

function expandGolden({ data = [], arange, tile }: GoldenArray): number[] {
  if (tile) return Array.from({ length: tile[1] }, () => expandGolden(tile[0])).flat();
  if (arange) return Array.from({ length: arange }, (_, index) => index);
  return data.map(Number);
}
