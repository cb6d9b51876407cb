/**
 * Quotients and remainders of four numbers, with the meaning that they have in JavaScript.
 *
 * @module
 */
import type { Arithmetic } from "./arithmetic.ts";
import { remainderFloat } from "./lane_functions.ts";
import {
  bits,
  double2,
  float4,
  int4,
  joinHalves,
  lowWords,
  type Node,
  repaired,
  upperHalf,
} from "./nodes.ts";

/** Adding it to an integer below 2^51 leaves its low word; that of infinity and of NaN is 0. */
const MAGIC = 1.5 * 2 ** 52;

/** Quotients of integers, rounded towards 0; 0 when dividing by 0. */
export function divideIntegers(signed: boolean, x: Node, y: Node): Node {
  const double = signed ? double2.convertLowI32x4S : double2.convertLowI32x4U;
  // A quotient of 32 bits differs from the next integer by more than a double is rounded.
  const half = (a: Node, b: Node): Node =>
    double2.add(double2.trunc(double2.div(double(a), double(b))), MAGIC);
  return lowWords(half(x, y), half(upperHalf(x), upperHalf(y)));
}

/** Remainders of integers with the sign of the dividend; 0 when dividing by 0. */
export function remainderOfIntegers(signed: boolean, x: Node, y: Node): Node {
  return bits.and(int4.sub(x, int4.mul(divideIntegers(signed, x, y), y)), int4.ne(y, 0));
}

/** Remainders of float32 with the sign of the dividend, which are exact. */
export function remainderOfFloats(m: Arithmetic, x: Node, y: Node): Node {
  const { abs, add, div, lt, trunc, demoteF64x2Zero } = float4;
  const quotient = div(x, y);
  const whole = trunc(quotient);
  const double = double2.promoteLowF32x4;
  // A product of two float32 is exact in double precision, and what is left of x has no more digits than x or y.
  const half = (a: Node, n: Node, b: Node): Node =>
    demoteF64x2Zero(m.double.nmadd(double(n), double(b), double(a)));
  const rest = joinHalves(half(x, whole, y), half(upperHalf(x), upperHalf(whole), upperHalf(y)));
  const sign = bits.and(x, 0x8000_0000);
  // The quotient may have been rounded up to the next integer.
  const along = bits.xor(rest, sign);
  const value = bits.or(abs(add(along, bits.and(lt(along, 0), abs(y)))), sign);
  const plain = bits.and(lt(abs(quotient), 2 ** 23), lt(abs(y), Infinity));
  return repaired(value, bits.not(plain), remainderFloat, x, y);
}
