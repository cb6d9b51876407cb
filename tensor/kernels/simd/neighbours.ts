/**
 * Loops over neighbouring elements: whole vectors, four of them at a time, then what is left.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { i32 } from "./scalar.ts";

/** Vectors that go along together. */
const TOGETHER = 4;

/**
 * Moves `pointers` over `left` bytes, a multiple of `size`. `vectors` writes what is done at some offsets in bytes,
 * each for 16 bytes; `element` for one element. `left` is 0 afterwards, or what is less than a vector of `size` 16.
 */
export function overNeighbours(
  f: FunctionBuilder,
  pointers: readonly Local<"i32">[],
  left: Local<"i32">,
  size: number,
  vectors: (offsets: readonly number[]) => void,
  element: () => void = () => {},
): void {
  const loop = (bytes: number, body: () => void): void =>
    f.while(i32.geU(left, bytes), () => {
      body();
      for (const pointer of pointers) f.advance(pointer, bytes);
      f.advance(left, -bytes);
    });
  loop(16 * TOGETHER, () => vectors(Array.from({ length: TOGETHER }, (_, i) => 16 * i)));
  loop(16, () => vectors([0]));
  if (size < 16) loop(size, element);
}

/** The bytes of `count` elements of `1 << shift` bytes. */
export function bytesOf(count: Expression<"i32">, shift: number): Expression<"i32"> {
  return shift === 0 ? count : i32.shl(count, shift);
}
