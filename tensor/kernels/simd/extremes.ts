/**
 * The greatest or the least of float32 by comparisons of their bits as integers, which take an instruction each, where
 * `f32x4.max` takes eight for what NaN and zeros need.
 *
 * @module
 */
import type { FunctionBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";

type Vector = Expression<"v128">;

/**
 * What combines values to three extremes of their bits: the greatest number with a sign, and the least and the
 * greatest one without. Bits of numbers above zero are ordered as the numbers are; with the sign, in reverse.
 */
export const EXTREMES: readonly ((a: Vector, b: Vector) => Vector)[] = [i32x4.maxS, i32x4.minU, i32x4.maxU];

/** Accumulates the greatest of vectors of float32. */
export interface Greatest {
  /** Makes it minus infinity. */
  readonly start: () => void;
  /** Takes a vector; as the `first` one it may take the place of what was there. */
  readonly take: (value: Vector, first?: boolean) => void;
  /** The greatest in each lane. */
  readonly result: () => Vector;
}

/** An accumulator of the greatest, in locals. Of `few` vectors, comparing numbers takes less than what comes after. */
export function greatestOf(f: FunctionBuilder, few = false): Greatest {
  const ways = few ? [f32x4.max] : EXTREMES;
  const totals = ways.map(() => f.local("v128"));
  return {
    start: () => totals.forEach((total) => f.set(total, f32x4.splat(-Infinity))),
    take: (value, first = false) =>
      totals.forEach((total, i) => f.set(total, first ? value : ways[i](total, value))),
    result: () => few ? totals[0] : extreme(true, totals[0], totals[1], totals[2]),
  };
}

/**
 * What the extremes of some values come to: the greatest of these, or the least. NaN if there was one among them.
 */
export function extreme(
  greatest: boolean,
  signed: Vector,
  least: Vector,
  most: Vector,
): Vector {
  // Beyond the bits of infinity are those of NaN. Spread numbers are made in less time than other constants.
  const unordered = v128.or(
    i32x4.gtS(signed, f32x4.splat(Infinity)),
    i32x4.gtU(most, f32x4.splat(-Infinity)),
  );
  // All have a sign if the greatest one has, and one has a sign if the greatest without one is so great.
  const value = greatest
    ? v128.bitselect(least, signed, i32x4.shrS(signed, 31))
    : v128.bitselect(most, least, i32x4.shrS(most, 31));
  return v128.or(value, unordered);
}
