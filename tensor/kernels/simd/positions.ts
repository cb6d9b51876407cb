/**
 * Reading positions that a tensor holds.
 *
 * @module
 */
import { type DType, itemSize } from "../../dtype.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { i32 } from "./scalar.ts";

type Word = Expression<"i32">;

/** The bits that an index is shifted by to count bytes; a random key is two words. */
export function shiftOf(dtype: DType): number {
  return dtype === "key" ? 2 : Math.log2(itemSize(dtype));
}

/** Reads the position at byte `at`, as an index of the axis that is not below `extent` where it is outside. */
export function position(
  f: FunctionBuilder,
  index: Local<"i32">,
  dtype: DType,
  at: Word,
  extent: Word,
): void {
  f.set(index, dtype === "uint8" ? i32.load8U(at) : i32.load(at));
  if (dtype === "int32") {
    f.advance(index, select(i32.ltS(index, 0), extent, constant("i32", 0)));
  }
}
