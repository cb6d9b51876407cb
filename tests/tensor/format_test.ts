/**
 * Tests of `formatTensor`, with the text that it prints.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import type { DType } from "../../tensor/dtype.ts";
import { formatTensor } from "../../tensor/format.ts";

const float32 = (shape: readonly number[], ...data: number[]): string =>
  formatTensor({ dtype: "float32", shape, data: Float32Array.from(data) });

const counting = (dtype: DType, shape: readonly number[]) => ({
  dtype,
  shape,
  data: (index: number) => index,
});

Deno.test("formatTensor() prints scalars, vectors and empty arrays on one line", () => {
  assertEquals(float32([], 2.5), "float32[] 2.5");
  assertEquals(float32([3], 1, 2, 3), "float32[3] [1, 2, 3]");
  assertEquals(float32([0, 3]), "float32[0, 3] []");
  assertEquals(float32([0]), "float32[0] []");
  assertEquals(formatTensor({ dtype: "int32", shape: [1, 2], data: [-7, 12] }), "int32[1, 2] [[-7, 12]]");
});

Deno.test("formatTensor() aligns the columns of a matrix", () => {
  assertEquals(
    float32([2, 3], 1, 20, 300, -4, 5, 6),
    `
float32[2, 3]
[[  1,  20, 300],
 [ -4,   5,   6]]`.trim(),
  );
});

Deno.test("formatTensor() sets matrices apart by empty lines", () => {
  assertEquals(
    formatTensor(counting("uint8", [2, 1, 2, 2])),
    `
uint8[2, 1, 2, 2]
[[[[0, 1],
   [2, 3]]],


 [[[4, 5],
   [6, 7]]]]`.trim(),
  );
});

Deno.test("formatTensor() gives all numbers the digits that the longest needs", () => {
  assertEquals(float32([3], 1.5, -2, 0.25), "float32[3] [ 1.50, -2.00,  0.25]");
  assertEquals(float32([3], 0.1, 0.2, 1 / 3), "float32[3] [0.1000, 0.2000, 0.3333]");
  assertEquals(
    formatTensor({ dtype: "float64", shape: [2], data: [Math.PI, 1] }, { precision: 8 }),
    "float64[2] [3.14159265, 1.00000000]",
  );
  assertEquals(formatTensor({ dtype: "float64", shape: [], data: [2.7] }, { precision: 0 }), "float64[] 3");
});

Deno.test("formatTensor() chooses scientific notation for all numbers together", () => {
  assertEquals(float32([3], 1e-7, 0.2, -1e12), "float32[3] [ 1e-07,  2e-01, -1e+12]");
  assertEquals(float32([2], 1.5, 5000), "float32[2] [1.5e+00, 5.0e+03]");
  assertEquals(float32([2], 0, 0.00001), "float32[2] [0e+00, 1e-05]");
  assertEquals(float32([2], 123456789, 1), "float32[2] [1.2346e+08, 1.0000e+00]");
  assertEquals(
    formatTensor({ dtype: "float64", shape: [2], data: [1e300, 1.25e-7] }),
    "float64[2] [1.00e+300,  1.25e-07]",
  );
  assertEquals(float32([1], 1e-45), "float32[1] [1.4013e-45]");
});

Deno.test("formatTensor() keeps whole numbers in fixed notation", () => {
  assertEquals(float32([2], 1, 5000000), "float32[2] [      1, 5000000]");
});

Deno.test("formatTensor() prints NaN, infinities and negative zero", () => {
  assertEquals(
    float32([2, 3], 1.5, NaN, -Infinity, Infinity, -0, 0),
    `
float32[2, 3]
[[      1.5,       NaN, -Infinity],
 [ Infinity,      -0.0,       0.0]]`.trim(),
  );
  assertEquals(float32([2], NaN, -0), "float32[2] [NaN,  -0]");
});

Deno.test("formatTensor() prints booleans as words and keys without their bits", () => {
  assertEquals(
    formatTensor({ dtype: "bool", shape: [2, 2], data: [0, 1, 1, 1] }),
    `
bool[2, 2]
[[false,  true],
 [ true,  true]]`.trim(),
  );
  assertEquals(formatTensor({ dtype: "key", shape: [], data: [1, 2] }), "key[] <key>");
  assertEquals(formatTensor({ dtype: "key", shape: [2], data: [1, 2, 3, 4] }), "key[2] [<key>, <key>]");
});

Deno.test("formatTensor() breaks long rows at 100 characters", () => {
  assertEquals(
    formatTensor({ dtype: "int32", shape: [2, 20], data: (index) => index * 1000 }),
    `
int32[2, 20]
[[    0,  1000,  2000,  3000,  4000,  5000,  6000,  7000,  8000,  9000, 10000, 11000, 12000, 13000,
  14000, 15000, 16000, 17000, 18000, 19000],
 [20000, 21000, 22000, 23000, 24000, 25000, 26000, 27000, 28000, 29000, 30000, 31000, 32000, 33000,
  34000, 35000, 36000, 37000, 38000, 39000]]`.trim(),
  );
  const vector = formatTensor({ dtype: "float32", shape: [30], data: (index) => index / 8 });
  assertEquals(
    vector,
    `
float32[30]
[0.000, 0.125, 0.250, 0.375, 0.500, 0.625, 0.750, 0.875, 1.000, 1.125, 1.250, 1.375, 1.500, 1.625,
 1.750, 1.875, 2.000, 2.125, 2.250, 2.375, 2.500, 2.625, 2.750, 2.875, 3.000, 3.125, 3.250, 3.375,
 3.500, 3.625]`.trim(),
  );
});

Deno.test("formatTensor() leaves out the middle of long axes", () => {
  assertEquals(
    formatTensor(counting("int32", [1000, 1000])),
    `
int32[1000, 1000]
[[     0,      1,      2, ...,    997,    998,    999],
 [  1000,   1001,   1002, ...,   1997,   1998,   1999],
 [  2000,   2001,   2002, ...,   2997,   2998,   2999],
 ...,
 [997000, 997001, 997002, ..., 997997, 997998, 997999],
 [998000, 998001, 998002, ..., 998997, 998998, 998999],
 [999000, 999001, 999002, ..., 999997, 999998, 999999]]`.trim(),
  );
  assertEquals(
    formatTensor(counting("int32", [1001])),
    "int32[1001] [   0,    1,    2, ...,  998,  999, 1000]",
  );
  assertEquals(formatTensor(counting("int32", [1000])).includes("..."), false);
});

Deno.test("formatTensor() takes edgeItems and threshold", () => {
  const options = { edgeItems: 1, threshold: 5 };
  assertEquals(formatTensor(counting("int32", [6]), options), "int32[6] [0, ..., 5]");
  assertEquals(formatTensor(counting("int32", [5]), options), "int32[5] [0, 1, 2, 3, 4]");
  assertEquals(
    formatTensor(counting("int32", [3, 2, 3]), options),
    `
int32[3, 2, 3]
[[[ 0, ...,  2],
  [ 3, ...,  5]],

 ...,

 [[12, ..., 14],
  [15, ..., 17]]]`.trim(),
  );
  const everything = formatTensor(counting("int32", [2000]), { threshold: Infinity });
  assertEquals(
    everything.match(/\d+/g)!.slice(2).map(Number),
    Array.from({ length: 2000 }, (_, index) => index),
  );
});

Deno.test("formatTensor() shows the first entry of outer axes when there are many short ones", () => {
  const text = formatTensor(counting("int32", Array(20).fill(2)));
  assertEquals(text.length < 20_000, true);
  assertEquals(text.match(/\d+/g)!.length < 1100, true);
});

Deno.test("formatTensor() reads only the elements that it shows", () => {
  let reads = 0;
  formatTensor({ dtype: "float32", shape: [10000, 10000], data: () => ++reads });
  assertEquals(reads, 36);
});

Deno.test("formatTensor() shows every element in lines of up to 100 characters", () => {
  const shape = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 });
  const value = fc.oneof(
    fc.double({ min: -1e300, max: 1e300 }),
    fc.double({ min: -10, max: 10 }),
    fc.integer(),
    fc.constantFrom(Infinity, -Infinity),
  );
  const source = shape.chain((shape) => {
    const length = shape.reduce((product, size) => product * size, 1);
    return fc.record({
      dtype: fc.constant("float64" as const),
      shape: fc.constant(shape),
      data: fc.array(value, { minLength: length, maxLength: length }),
    });
  });
  fc.assert(fc.property(source, (source) => {
    const text = formatTensor(source);
    const body = text.slice(text.indexOf("]") + 1);
    const cells = body.match(/ *-?(?:[\d.]+(?:e[+-]\d+)?|NaN|Infinity)/g)!;
    assertEquals(cells.length, source.data.length);
    assertEquals(text.split("\n").every((line) => line.length <= 100 && line === line.trimEnd()), true);
    for (const [index, cell] of cells.entries()) {
      const [read, expected] = [Number(cell), source.data[index]];
      const close = Object.is(read, expected) ||
        Math.abs(read - expected) <= Math.max(1e-4, 1e-4 * Math.abs(expected));
      assertEquals(close, true, `${cell} for ${expected}`);
    }
  }));
});

Deno.test("formatTensor() throws for options out of range", () => {
  const source = counting("int32", [2]);
  assertThrows(
    () => formatTensor(source, { edgeItems: 0 }),
    RangeError,
    "formatTensor expects edgeItems to be an integer from 1 to 9007199254740991 but got 0",
  );
  assertThrows(
    () => formatTensor(source, { precision: 21 }),
    RangeError,
    "precision to be an integer from 0 to 20",
  );
  assertThrows(() => formatTensor(source, { threshold: NaN }), RangeError, "but got NaN");
});
