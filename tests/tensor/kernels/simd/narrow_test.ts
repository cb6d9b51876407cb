import { assertEquals } from "@std/assert/equals";
import {
  coveringPieces,
  NARROW,
  narrowSize,
  type Piece,
  piecesOf,
} from "../../../../tensor/kernels/simd/narrow.ts";

/** How often each byte is in a piece. */
function countsOf(bytes: number, pieces: readonly Piece[]): number[] {
  const counts = new Array<number>(bytes).fill(0);
  for (const { offset, bytes } of pieces) for (let i = 0; i < bytes; i++) counts[offset + i]++;
  return counts;
}

Deno.test("piecesOf() has each byte once, coveringPieces() each at least once and none beyond", () => {
  for (let bytes = 1; bytes <= NARROW; bytes++) {
    assertEquals(countsOf(bytes, piecesOf(bytes)), new Array(bytes).fill(1));
    const counts = countsOf(bytes, coveringPieces(bytes));
    assertEquals([counts.length, counts.every((count) => count > 0)], [bytes, true]);
    assertEquals(coveringPieces(bytes).length <= piecesOf(bytes).length, true);
  }
  assertEquals([piecesOf(0), coveringPieces(0)], [[], []]);
  const [words, doubles] = [NARROW / 4, NARROW / 8];
  assertEquals([narrowSize(words, 2), narrowSize(words + 1, 2), narrowSize(doubles, 3)], [words, 0, doubles]);
});
