/**
 * Tests of the .npy format against the bytes of NumPy.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import type { ArrayRecord } from "../../../tensor/io/array_record.ts";
import { formatNpy, parseNpy } from "../../../tensor/io/npy.ts";
import { arbitraryRecord } from "./arbitrary.ts";
import { assertGolden, goldenFiles, readGolden } from "./golden.ts";

const encoder = new TextEncoder();

/** A version 1 file with this header and data. */
function npy(header: string, data: readonly number[] = []): Uint8Array {
  const text = encoder.encode(header);
  return new Uint8Array([
    0x93,
    ...encoder.encode("NUMPY"),
    1,
    0,
    text.length & 255,
    text.length >> 8,
    ...text,
    ...data,
  ]);
}

const float32 = (shape: string): string => `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;

for (const [name, { array }] of goldenFiles("npy")) {
  if (name === "int64.npy") continue;
  Deno.test(`parseNpy() reads ${name}`, () => assertGolden(parseNpy(readGolden(name)), array!));
}

Deno.test("parseNpy() names the 64-bit integer that does not fit", () => {
  assertThrows(
    () => parseNpy(readGolden("int64.npy")),
    RangeError,
    "parseNpy expects 64-bit integers that fit int32 but got 1099511627776 at index 2",
  );
});

Deno.test("parseNpy() converts integers that fit", () => {
  const cases: [string, number[], ArrayRecord][] = [
    ["<i8", [255, 255, 255, 255, 255, 255, 255, 255], {
      dtype: "int32",
      shape: [1],
      data: new Int32Array([-1]),
    }],
    [">u8", [0, 0, 0, 0, 255, 255, 255, 255], {
      dtype: "uint32",
      shape: [1],
      data: new Uint32Array([2 ** 32 - 1]),
    }],
    ["<u2", [255, 255], { dtype: "uint32", shape: [1], data: new Uint32Array([65535]) }],
    [">i2", [255, 0], { dtype: "int32", shape: [1], data: new Int32Array([-256]) }],
    [">f2", [0x3e, 0], { dtype: "float16", shape: [1], data: new Uint16Array([0x3e00]) }],
    ["|b1", [7], { dtype: "bool", shape: [1], data: new Uint8Array([1]) }],
    ["=i4", [1, 0, 0, 0], { dtype: "int32", shape: [1], data: new Int32Array([1]) }],
  ];
  for (const [type, data, expected] of cases) {
    assertEquals(parseNpy(npy(float32("(1,)").replace("<f4", type), data)), expected);
  }
  const tooLarge = npy(float32("(1,)").replace("<f4", "<u8"), [0, 0, 0, 0, 1, 0, 0, 0]);
  assertThrows(() => parseNpy(tooLarge), RangeError, "fit uint32 but got 4294967296 at index 0");
});

Deno.test("formatNpy() writes the bytes of numpy.save", () => {
  const sameBytes = [
    "float32",
    "float64",
    "int32",
    "uint32",
    "uint8",
    "bool",
    "special",
    "scalar",
    "empty",
    "one",
  ];
  for (const name of [...sameBytes, "long_shape"]) {
    const bytes = readGolden(`${name}.npy`);
    assertEquals(formatNpy(parseNpy(bytes)), bytes);
  }
});

Deno.test("parseNpy() is the inverse of formatNpy()", () => {
  fc.assert(fc.property(arbitraryRecord, (record) => {
    const bytes = formatNpy(record);
    assertEquals(bytes.length - record.data.byteLength & 63, 0);
    assertEquals(parseNpy(bytes), record);
  }));
});

Deno.test("parseNpy() reads from any offset and keeps nothing of the bytes", () => {
  const record: ArrayRecord = { dtype: "float64", shape: [2], data: new Float64Array([1, -2]) };
  for (let offset = 0; offset < 8; offset++) {
    const file = formatNpy(record);
    const bytes = new Uint8Array(file.length + offset).subarray(offset);
    bytes.set(file);
    const parsed = parseNpy(bytes);
    bytes.fill(0);
    assertEquals(parsed, record);
  }
});

Deno.test("parseNpy() reads shared memory", () => {
  const file = readGolden("float32.npy");
  const shared = new Uint8Array(new SharedArrayBuffer(file.length));
  shared.set(file);
  assertEquals(parseNpy(shared), parseNpy(file));
});

Deno.test("parseNpy() refuses every truncation, and every extension", () => {
  for (const name of ["float32", "fortran3", "version2", "version3", "scalar", "empty"]) {
    const bytes = readGolden(`${name}.npy`);
    for (let length = 0; length < bytes.length; length++) {
      assertThrows(() => parseNpy(bytes.subarray(0, length)), SyntaxError, "parseNpy expects");
    }
    assertThrows(() => parseNpy(new Uint8Array([...bytes, 0])), SyntaxError, "parseNpy expects");
  }
});

Deno.test("parseNpy() gives a record or an error of its own whatever the bytes", () => {
  const file = readGolden("float32.npy");
  fc.assert(fc.property(fc.nat(79), fc.nat(255), (position, byte) => {
    const bytes = file.with(position, byte);
    try {
      const { shape, data } = parseNpy(bytes);
      assertEquals(shape.reduce((product, size) => product * size, 1), data.length);
    } catch (error) {
      assertEquals((error as Error).message.startsWith("parseNpy expects "), true, String(error));
    }
  }));
});

Deno.test("parseNpy() reads headers as other writers form them", () => {
  const data = [0, 0, 128, 63];
  const one = parseNpy(npy(float32("(1,)"), data));
  for (
    const header of [
      `{"shape":(1L,),"fortran_order":False,"descr":"<f4"}`,
      `{ 'fortran_order' : False , 'shape' : ( 1 , ) , 'descr' : 'f4' , } \n`,
    ]
  ) assertEquals(parseNpy(npy(header, data)), one);
});

Deno.test("parseNpy() refuses damaged headers", () => {
  const headers: [string, new (message: string) => Error, string][] = [
    ["", SyntaxError, "expects a Python literal in the header but got its end"],
    ["None", SyntaxError, "expects a header with the keys descr, fortran_order and shape but got none"],
    [float32("(1)"), SyntaxError, "expects shape to be a tuple of integers but got 1"],
    [float32("[1]"), SyntaxError, "expects shape to be a tuple of integers but got"],
    [float32("('a',)"), SyntaxError, "expects shape to be a tuple of integers but got"],
    [float32("(-1,)"), RangeError, "expects a shape of whole numbers with a product below 2^53 but got [-1]"],
    [float32("(99999999999999999999,)"), RangeError, "product below 2^53"],
    [float32("(4294967296, 4294967296, 0)"), RangeError, "product below 2^53"],
    [
      float32("(4294967296,)"),
      SyntaxError,
      "expects 17179869184 bytes for float32 elements of shape [4294967296]",
    ],
    [float32(`(${"1,".repeat(65)})`), RangeError, "expects at most 64 axes but got 65"],
    [float32("(1 2)"), SyntaxError, `expects , or ) in the header but got "2), }"`],
    [float32("(1,,)"), SyntaxError, `expects a Python literal in the header but got ",), }"`],
    [float32("(1,)") + " x", SyntaxError, `expects nothing after the literal in the header but got "x"`],
    [
      float32("(1,)").replace("False", "0"),
      SyntaxError,
      "expects fortran_order to be True or False but got 0",
    ],
    [float32("(1,)").replace("False", "open('x')"), SyntaxError, "expects a Python literal"],
    [float32("(1,), 'shape': (2,)"), SyntaxError, "expects a key that is a new text"],
    [float32("(1,), 'more': 1"), SyntaxError, "but got descr, fortran_order, more, shape"],
    [float32("(".repeat(20)), SyntaxError, "expects at most 16 levels"],
    [float32("(1,)").replace("<f4", "<M8[ns]"), TypeError, "but got '<M8[ns]'"],
    [float32("(1,)").replace("<f4", "<f16"), TypeError, "but got '<f16'"],
  ];
  for (const [header, type, message] of headers) assertThrows(() => parseNpy(npy(header)), type, message);
  assertThrows(() => parseNpy(npy(float32("()").padEnd(10001))), SyntaxError, "header of at most");
});

Deno.test("parseNpy() and formatNpy() throw for arguments of the wrong type", () => {
  assertThrows(
    () => parseNpy("x" as unknown as Uint8Array),
    TypeError,
    "parseNpy expects the bytes of a file as a Uint8Array but got String",
  );
  const data = new Float32Array(2);
  assertThrows(
    () => formatNpy({ dtype: "int32", shape: [2], data }),
    TypeError,
    "formatNpy expects int32 data in a Int32Array but got Float32Array",
  );
  assertThrows(
    () => formatNpy({ dtype: "float32", shape: [3], data }),
    RangeError,
    "formatNpy expects 3 elements for shape [3] but got 2",
  );
  assertThrows(
    () => formatNpy({ dtype: "key" as "bool", shape: [1], data: new Uint32Array(2) }),
    TypeError,
    "formatNpy expects a dtype of float32, float64, float16, bfloat16, int32, uint32, uint8, bool but got key",
  );
  assertThrows(
    () => formatNpy({ dtype: "bool", shape: [1], data: new Uint8Array([2]) }),
    RangeError,
    "formatNpy expects bool bytes of 0 or 1 but got 2",
  );
  assertThrows(
    () => formatNpy({ dtype: "float32", shape: [-1, -2], data }),
    RangeError,
    "shape of whole numbers",
  );
});
