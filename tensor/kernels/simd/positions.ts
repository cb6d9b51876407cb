/**
 * Reading positions that a tensor holds.
 *
 * @module
 */
import { type DType, itemSize } from "../../dtype.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { i32 } from "./scalar.ts";
import { i32x4, v128 } from "./vector.ts";

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

/** Positions that are read together. */
export const POSITIONS = 4;

/** Four positions of an axis, as bytes from its start, and whether all of them are inside. */
export interface FourPositions {
  /** Reads those at byte `at` on. */
  readonly read: (at: Word) => void;
  /** Whether all are inside of the axis. */
  readonly inside: Local<"i32">;
  /** How far one of them is from the start. */
  readonly offset: (which: number) => Word;
}

/** Reads four positions at a time, of int32 or uint32; `stride` is the bytes of the axis from one to the next. */
export function fourPositions(
  f: FunctionBuilder,
  dtype: DType,
  extent: Word,
  stride: Word,
): FourPositions {
  const [extents, strides] = [f.local("v128", i32x4.splat(extent)), f.local("v128", i32x4.splat(stride))];
  const [list, inside] = [f.local("v128"), f.local("i32")];
  return {
    read(at) {
      f.set(list, v128.load(at));
      if (dtype === "int32") f.set(list, i32x4.add(list, v128.and(extents, i32x4.shrS(list, 31))));
      f.set(inside, i32.eqz(v128.anyTrue(i32x4.geU(list, extents))));
      f.set(list, i32x4.mul(list, strides));
    },
    inside,
    offset: (which) => i32x4.extractLane(list, which),
  };
}
