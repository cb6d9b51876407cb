/**
 * How far from torch's numbers ours may be.
 *
 * @module
 */

import { distance } from "./replay.ts";
import type { GoldenNumber } from "./replay_optax.ts";
import type { Precision } from "./golden_tensor.ts";

/** What a number is compared by. */
export interface Allowance {
  /** The largest difference, as a share of the scale. */
  readonly relative: number;
  /** The size of the terms that the number was computed from. */
  readonly scale: number;
}

/** A number of a file in the precision of its case. */
export function parsed(value: GoldenNumber, dtype: Precision): number {
  return dtype === "float32" ? Math.fround(Number(value)) : Number(value);
}

/** The first number that is too far from the expected one, in words; empty where there is none. */
export function firstDifference(
  at: string,
  expected: readonly GoldenNumber[],
  got: ArrayLike<number>,
  dtype: Precision,
  allowance: (index: number) => Allowance,
): string {
  if (got.length !== expected.length) {
    return `${at}: expected ${expected.length} numbers but got ${got.length}`;
  }
  for (let i = 0; i < expected.length; i++) {
    const number = parsed(expected[i], dtype);
    const { relative, scale } = allowance(i);
    if (Object.is(number, got[i]) || Math.abs(number - got[i]) <= relative * scale) continue;
    const apart = distance(number, got[i], dtype);
    return `${at}[${i}]: expected ${number} but got ${got[i]}, ${apart} units in the last place apart`;
  }
  return "";
}
