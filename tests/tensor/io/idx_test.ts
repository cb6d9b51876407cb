import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { gzipSync } from "fflate";
import { decodeIdx } from "../../../tensor/io/mod.ts";

/** An IDX file of a type code, a shape and the bytes of elements. */
function idx(code: number, shape: readonly number[], elements: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(
    0,
    0,
    code,
    shape.length,
    ...shape.flatMap((extent) => [0, 0, extent >> 8, extent & 255]),
    ...elements,
  );
}

Deno.test("decodeIdx() reads every type, plain and packed", () => {
  const bytes = decodeIdx(idx(8, [2, 2], [1, 2, 3, 255]));
  assertEquals([bytes.dtype, bytes.toArray()], ["uint8", [[1, 2], [3, 255]]]);
  assertEquals(decodeIdx(idx(9, [2], [255, 1])).toArray(), [-1, 1]);
  assertEquals(decodeIdx(idx(0x0b, [1], [255, 254])).toArray(), [-2]);
  assertEquals(decodeIdx(idx(0x0c, [1], [0, 1, 0, 0])).toArray(), [65536]);
  assertEquals(decodeIdx(idx(0x0d, [1], [0x3f, 0x80, 0, 0])).toArray(), [1]);
  const double = decodeIdx(idx(0x0e, [1], [0x40, 0, 0, 0, 0, 0, 0, 0]));
  assertEquals([double.dtype, double.toArray()], ["float64", [2]]);
  assertEquals(decodeIdx(gzipSync(idx(8, [3], [1, 2, 3]))).toArray(), [1, 2, 3]);
});

Deno.test("decodeIdx() refuses what is damaged", () => {
  const good = idx(8, [2, 2], [1, 2, 3, 4]);
  assertThrows(() => decodeIdx(good.slice(0, -1)), SyntaxError, "4 bytes of elements for [2, 2] but got 3");
  assertThrows(() => decodeIdx(Uint8Array.of(...good, 0)), SyntaxError, "but got 5");
  assertThrows(() => decodeIdx(good.slice(0, 6)), SyntaxError, "2 extents of four bytes");
  assertThrows(() => decodeIdx(idx(7, [1], [1])), SyntaxError, "0 0 7 1");
  assertThrows(() => decodeIdx(gzipSync(good).slice(0, 12)), SyntaxError, "gzip");
  assertThrows(() => decodeIdx(new Uint8Array(0)), SyntaxError);
});
