/**
 * Numbers of bfloat16 kept as float32.
 *
 * @module
 */

import { add, bitcast, bitwiseAnd, cast, leftShift, rightShiftLogical, type Tensor } from "../tensor/mod.ts";

/** Each number rounded to the nearest of bfloat16, ties to even, as float32. Infinities and NaN of hardware stay. */
export function roundToBfloat16(x: Tensor): Tensor {
  const bits = bitcast(cast(x, "float32"), "uint32");
  const isOdd = bitwiseAnd(rightShiftLogical(bits, 16), 1);
  const rounded = add(bits, add(isOdd, 0x7fff));
  return bitcast(leftShift(rightShiftLogical(rounded, 16), 16), "float32");
}
