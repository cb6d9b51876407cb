/**
 * Tests of the .npz format against the bytes of NumPy, and against hostile archives.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { type Zippable, zipSync } from "fflate";
import type { ArrayRecord } from "../../../tensor/io/array_record.ts";
import { formatNpy } from "../../../tensor/io/npy.ts";
import { formatNpz, parseNpz } from "../../../tensor/io/npz.ts";
import { arbitraryRecords } from "./arbitrary.ts";
import { assertGolden, goldenFiles, readGolden } from "./golden.ts";

const one: ArrayRecord = { dtype: "int32", shape: [1], data: new Int32Array([7]) };
const zeros: ArrayRecord = { dtype: "float32", shape: [1000], data: new Float32Array(1000) };

/** A file with the 32-bit field at `field` of its first entry in the directory changed. */
function withDirectoryField(bytes: Uint8Array, field: number, value: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  const view = new DataView(copy.buffer);
  const directory = view.getUint32(copy.length - 6, true);
  view.setUint32(directory + field, value, true);
  return copy;
}

for (const [name, { arrays }] of goldenFiles("npz")) {
  Deno.test(`parseNpz() reads ${name}`, () => {
    const records = parseNpz(readGolden(name));
    assertEquals(Object.keys(records), Object.keys(arrays!));
    for (const key of Object.keys(records)) assertGolden(records[key], arrays![key]);
  });
}

Deno.test("parseNpz() is the inverse of formatNpz()", () => {
  fc.assert(fc.property(arbitraryRecords, fc.boolean(), (records, compress) => {
    const parsed = parseNpz(formatNpz(records, { compress }));
    assertEquals(Object.entries(parsed), Object.entries(records));
    assertEquals(Object.getPrototypeOf(parsed), Object.prototype);
  }));
});

Deno.test("formatNpz() gives the same bytes for the same arrays, and fewer when it compresses", () => {
  assertEquals(formatNpz({ zeros }), formatNpz({ zeros }));
  assertEquals(formatNpz({ zeros }, { compress: true }).length < formatNpz({ zeros }).length / 10, true);
});

Deno.test("parseNpz() reads only the arrays that are selected", () => {
  const bytes = withDirectoryField(formatNpz({ one, zeros }), 16, 0); // the CRC-32 of `one`
  assertEquals(parseNpz(bytes, { select: (name) => name === "zeros" }), { zeros });
  assertThrows(() => parseNpz(bytes), SyntaxError, "CRC-32");
});

Deno.test("parseNpz() refuses every truncation, and every extension", () => {
  for (const compress of [false, true]) {
    const bytes = formatNpz({ one, "a/b": one }, { compress });
    for (let length = 0; length < bytes.length; length++) {
      assertThrows(() => parseNpz(bytes.subarray(0, length)), SyntaxError, "parseNpz expects");
    }
    assertThrows(() => parseNpz(new Uint8Array([...bytes, 0])), SyntaxError, "parseNpz expects");
  }
});

Deno.test("parseNpz() gives the same records or an error of its own whatever byte changes", () => {
  for (
    const file of [formatNpz({ one }), formatNpz({ one }, { compress: true }), readGolden("positional.npz")]
  ) {
    const records = Object.values(parseNpz(file));
    for (let position = 0; position < file.length; position++) {
      for (const change of [1, 0x80, 0xff]) {
        try {
          assertEquals(Object.values(parseNpz(file.with(position, file[position] ^ change))), records);
        } catch (error) {
          assertEquals(/^parseNpz( of .+)? expects /.test((error as Error).message), true, String(error));
        }
      }
    }
  }
});

Deno.test("parseNpz() takes no more memory than the bytes can fill", () => {
  for (const compress of [false, true]) {
    const bytes = withDirectoryField(formatNpz({ one }, { compress }), 24, 0xfffffff0);
    assertThrows(() => parseNpz(bytes), RangeError, "1032 times its");
  }
});

Deno.test("parseNpz() refuses sizes that do not fit, longer or shorter", () => {
  const size = formatNpy(zeros).length;
  for (const compress of [false, true]) {
    for (const lie of [size - 1, size + 1]) {
      const bytes = withDirectoryField(formatNpz({ zeros }, { compress }), 24, lie);
      assertThrows(
        () => parseNpz(bytes),
        SyntaxError,
        `parseNpz expects ${lie} bytes in "zeros.npy" but got`,
      );
    }
  }
});

Deno.test("parseNpz() refuses entries that overlap, repeat, are zip64 or are no arrays", () => {
  const zip = (files: Zippable): Uint8Array => zipSync(files, { level: 0 });
  const twice = formatNpz({ aa: one, ab: one });
  const directory = new DataView(twice.buffer).getUint32(twice.length - 6, true);
  const overlapping = twice.slice();
  // Both entries of the directory point at the first file, under its name.
  overlapping.copyWithin(directory + 46 + 6, directory, directory + 46 + 6);
  assertThrows(
    () => parseNpz(overlapping),
    SyntaxError,
    `expects entries one after another but got "aa.npy"`,
  );
  const repeated = zip({ "a.npy": formatNpy(one), a: formatNpy(one) });
  assertThrows(() => parseNpz(repeated), SyntaxError, `parseNpz expects each name once but got "a" twice`);
  const text = zip({ "readme.txt": new TextEncoder().encode("not an array") });
  assertThrows(() => parseNpz(text), SyntaxError, `parseNpz of "readme.txt" expects the magic bytes`);
  const zip64 = formatNpz({ one });
  zip64.fill(0xff, zip64.length - 6, zip64.length - 2);
  assertThrows(() => parseNpz(zip64), RangeError, "got zip64");
});

Deno.test("parseNpz() refuses encryption and other compressions", () => {
  const encrypted = withDirectoryField(formatNpz({ one }), 8, 1);
  assertThrows(() => parseNpz(encrypted), TypeError, `entries without encryption but got "one.npy"`);
  const bzip2 = withDirectoryField(formatNpz({ one }), 10, 12);
  assertThrows(() => parseNpz(bzip2), TypeError, `stored or deflated but got method 12 for "one.npy"`);
});

Deno.test("formatNpz() throws for names and records that cannot be written", () => {
  assertThrows(
    () => formatNpz({ "\ud800": one }),
    RangeError,
    `formatNpz of "\\ud800" expects well-formed Unicode text but got "\\ud800"`,
  );
  assertThrows(
    () => formatNpz({ ["a".repeat(65532)]: one }),
    RangeError,
    "names of at most 65531 bytes but got 65532",
  );
  assertThrows(
    () => formatNpz({ a: { ...one, shape: [2] } }),
    RangeError,
    `formatNpz of "a" expects 2 elements`,
  );
});
