/**
 * Tests of the safetensors format against the bytes of its own library.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import type { ArrayRecord } from "../../../tensor/io/array_record.ts";
import { formatSafetensors, parseSafetensors } from "../../../tensor/io/safetensors.ts";
import { arbitraryRecords } from "./arbitrary.ts";
import { assertGolden, goldenFiles, readGolden } from "./golden.ts";

const encoder = new TextEncoder();
const one: ArrayRecord = { dtype: "int32", shape: [1], data: new Int32Array([7]) };

/** A file with this header and as many bytes of data. */
function safetensors(header: string, dataLength = 0): Uint8Array {
  const text = encoder.encode(header);
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}

for (const [name, { arrays, metadata }] of goldenFiles("safetensors")) {
  Deno.test(`parseSafetensors() reads ${name}`, () => {
    const parsed = parseSafetensors(readGolden(name), { select: (key) => key !== "int64" });
    const expected = Object.keys(arrays!).filter((key) => key !== "int64");
    assertEquals(Object.keys(parsed.tensors).sort(), expected.sort());
    for (const key of expected) assertGolden(parsed.tensors[key], arrays![key]);
    assertEquals(parsed.metadata, metadata ?? {});
  });
}

Deno.test("parseSafetensors() names the tensor and the 64-bit integer that does not fit", () => {
  assertThrows(
    () => parseSafetensors(readGolden("all.safetensors")),
    RangeError,
    'parseSafetensors of "int64" expects 64-bit integers that fit int32 but got 1099511627776 at index 2',
  );
});

Deno.test("formatSafetensors() writes the bytes of the safetensors library", () => {
  for (const name of ["metadata", "empty", "only_metadata"]) {
    const bytes = readGolden(`${name}.safetensors`);
    const { tensors, metadata } = parseSafetensors(bytes);
    assertEquals(formatSafetensors(tensors, metadata), bytes);
  }
});

Deno.test("parseSafetensors() is the inverse of formatSafetensors()", () => {
  const metadata = fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }));
  fc.assert(fc.property(arbitraryRecords, metadata, (records, texts) => {
    const bytes = formatSafetensors(records, texts);
    const parsed = parseSafetensors(bytes);
    const byName = (pairs: [string, unknown][]) => pairs.sort(([a], [b]) => a < b ? -1 : 1);
    assertEquals(byName(Object.entries(parsed.tensors)), byName(Object.entries(records)));
    assertEquals(Object.entries(parsed.metadata), Object.entries(texts));
    assertEquals(formatSafetensors(parsed.tensors, parsed.metadata), bytes);
  }));
});

Deno.test("formatSafetensors() aligns every tensor to its element size", () => {
  const float64: ArrayRecord = { dtype: "float64", shape: [], data: new Float64Array(1) };
  const bool: ArrayRecord = { dtype: "bool", shape: [3], data: new Uint8Array(3) };
  const bytes = formatSafetensors({ bool, float64, one });
  const header = new TextDecoder().decode(bytes.subarray(8, -15));
  assertEquals(
    header.trimEnd(),
    '{"float64":{"dtype":"F64","shape":[],"data_offsets":[0,8]},' +
      '"one":{"dtype":"I32","shape":[1],"data_offsets":[8,12]},' +
      '"bool":{"dtype":"BOOL","shape":[3],"data_offsets":[12,15]}}',
  );
  assertEquals(header.length % 8, 0);
});

Deno.test("parseSafetensors() reads from any offset and keeps nothing of the bytes", () => {
  const file = formatSafetensors({ one });
  for (let offset = 0; offset < 8; offset++) {
    const bytes = new Uint8Array(file.length + offset).subarray(offset);
    bytes.set(file);
    const { tensors } = parseSafetensors(bytes);
    bytes.fill(0);
    assertEquals(tensors, { one });
  }
});

Deno.test("parseSafetensors() reads data that its header leaves unaligned", () => {
  const bytes = safetensors('{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}} ', 8);
  assertEquals((bytes.length - 8) % 8 === 0, false);
  assertEquals(parseSafetensors(bytes).tensors.x.data, new Float64Array([0]));
});

Deno.test("parseSafetensors() refuses every truncation, and every extension", () => {
  for (const name of ["metadata", "half", "empty", "only_metadata"]) {
    const bytes = readGolden(`${name}.safetensors`);
    for (let length = 0; length < bytes.length; length++) {
      assertThrows(
        () => parseSafetensors(bytes.subarray(0, length)),
        SyntaxError,
        "parseSafetensors expects",
      );
    }
    assertThrows(
      () => parseSafetensors(new Uint8Array([...bytes, 0])),
      SyntaxError,
      "parseSafetensors expects",
    );
  }
});

Deno.test("parseSafetensors() gives records or an error of its own whatever byte changes", () => {
  const file = readGolden("metadata.safetensors");
  fc.assert(fc.property(fc.nat(file.length - 1), fc.nat(255), (position, byte) => {
    try {
      for (const { shape, data } of Object.values(parseSafetensors(file.with(position, byte)).tensors)) {
        assertEquals(shape.reduce((product, size) => product * size, 1), data.length);
      }
    } catch (error) {
      assertEquals(/^parseSafetensors( of .+)? expects /.test((error as Error).message), true, String(error));
    }
  }));
});

Deno.test("parseSafetensors() reads over types that it does not know, unless they are selected", () => {
  const bytes = safetensors(
    '{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"I32","shape":[1],"data_offsets":[4,8]}}',
    8,
  );
  assertEquals(Object.keys(parseSafetensors(bytes, { select: (name) => name === "b" }).tensors), ["b"]);
  assertThrows(
    () => parseSafetensors(bytes),
    TypeError,
    'parseSafetensors of "a" expects bool, integers or real numbers of up to 8 bytes but got F8_E4M3',
  );
});

Deno.test("parseSafetensors() refuses damaged headers", () => {
  const entry = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
  const headers: [string, new (message: string) => Error, string][] = [
    [" {}", SyntaxError, "expects a header that is an object"],
    ["\ufeff{}", SyntaxError, "expects a header in JSON"],
    ["null", SyntaxError, 'expects a header that is an object but got "null"'],
    ['{"x":1}', SyntaxError, 'expects dtype, shape and two data_offsets for "x" but got 1'],
    ['{"x":{}}', SyntaxError, "expects dtype, shape and two data_offsets"],
    [
      `{"x":${entry.replace("[1]", "[1.5]")}}`,
      SyntaxError,
      'expects whole numbers for "x" but got shape [1.5]',
    ],
    [`{"x":${entry.replace("[1]", '["1"]')}}`, SyntaxError, "expects whole numbers"],
    [`{"x":${entry.replace("[0,4]", "[4,0]")}}`, SyntaxError, "expects whole numbers"],
    [`{"x":${entry.replace("[1]", "[9007199254740991,9]")}}`, RangeError, "product below 2^53"],
    [`{"x":${entry},"\\u0078":${entry}}`, SyntaxError, 'expects each name once but got "x" twice'],
    [`{"x":${entry.replace("{", '{"dtype":"F32",')}}`, SyntaxError, 'each name once but got "dtype" twice'],
    [`{"__metadata__":{"a":"1","a":"2"}}`, SyntaxError, 'each name once but got "a" twice'],
    [`{"__metadata__":["a"]}`, SyntaxError, "expects __metadata__ to be an object of texts"],
    [`{"__metadata__":"a"}`, SyntaxError, "expects __metadata__ to be an object of texts"],
  ];
  for (const [header, type, message] of headers) {
    assertThrows(() => parseSafetensors(safetensors(header, 4)), type, message);
  }
});

Deno.test("parseSafetensors() takes a name in several objects and in texts for what it is", () => {
  const header = '{"__metadata__":{"x":"{\\"x\\":1,\\"x\\":1}","dtype":"x"},' +
    '"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"y":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}';
  const { tensors, metadata } = parseSafetensors(safetensors(header, 2));
  assertEquals(Object.keys(tensors), ["x", "y"]);
  assertEquals(metadata, { x: '{"x":1,"x":1}', dtype: "x" });
});

Deno.test("formatSafetensors() throws for names and texts that cannot be written", () => {
  assertThrows(
    () => formatSafetensors({ __metadata__: one }),
    RangeError,
    "formatSafetensors expects no tensor named __metadata__",
  );
  assertThrows(() => formatSafetensors({ "\udfff": one }), RangeError, "well-formed Unicode text");
  assertThrows(
    () => formatSafetensors({}, { step: 12 as unknown as string }),
    TypeError,
    'formatSafetensors expects metadata "step" to be text but got number',
  );
  assertThrows(
    () => formatSafetensors({ a: { ...one, shape: [2] } }),
    RangeError,
    'of "a" expects 2 elements',
  );
});
