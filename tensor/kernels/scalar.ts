/**
 * The scalar functions that kernels use and JavaScript's Math lacks, in double precision.
 *
 * @module
 */
import { erf, erfc, erfinv, erfinvFloat32 } from "./scalar/erf.ts";
import { digamma, lgamma } from "./scalar/gamma.ts";
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "./scalar/half.ts";
import { nextAfterFloat32, nextAfterFloat64 } from "./scalar/next_after.ts";
import { polygamma } from "./scalar/polygamma.ts";
import { SPECIAL, type SpecialFunctions } from "./scalar/special.ts";

/** x rounded to the nearest integer, halves to the even one. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  if (below % 2 === 0) return below;
  return below === -1 ? -0 : below + 1;
}

/** `x^y` as IEEE 754 has it: 1 to any power is 1, and so is -1 to an infinite one. */
function power(x: number, y: number): number {
  return x === 1 || (x === -1 && (y === Infinity || y === -Infinity)) ? 1 : x ** y;
}

/** The greatest integer that divides both; the other one where one is 0. */
function gcd(x: number, y: number): number {
  let [a, b] = [Math.abs(x), Math.abs(y)];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** `x^y` of integers, wrapping around at 32 bits; rounded towards 0 where y is negative. */
function integerPower(x: number, y: number): number {
  if (y < 0) return x === 1 ? 1 : x === -1 ? 1 - 2 * (y & 1) : 0;
  let [result, factor] = [1, x];
  for (let rest = y >>> 0; rest > 0; rest >>>= 1) {
    if ((rest & 1) === 1) result = Math.imul(result, factor);
    factor = Math.imul(factor, factor);
  }
  return result;
}

/** `1 / (1 + e^-x)`, without an infinity on the way. */
function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/** The functions by name; generated kernels call them as `lib.erf(x)`. */
export const lib: SpecialFunctions & {
  /** The error function. */
  readonly erf: (x: number) => number;
  /** `1 - erf(x)` without cancellation. */
  readonly erfc: (x: number) => number;
  /** The inverse of erf. */
  readonly erfinv: (x: number) => number;
  /** The inverse of erf of float32. */
  readonly erfinvFloat32: (x: number) => number;
  /** The logarithm of |gamma(x)|. */
  readonly lgamma: (x: number) => number;
  /** The derivative of lgamma. */
  readonly digamma: (x: number) => number;
  /** The derivative of digamma of the given order. */
  readonly polygamma: (order: number, x: number) => number;
  /** The greatest common divisor. */
  readonly gcd: (x: number, y: number) => number;
  /** `x^y` of integers. */
  readonly integerPower: (x: number, y: number) => number;
  /** The number that the bits of a float16 store. */
  readonly fromFloat16: (bits: number) => number;
  /** The number that the bits of a bfloat16 store. */
  readonly fromBfloat16: (bits: number) => number;
  /** The bits of a number as float16. */
  readonly toFloat16: (x: number) => number;
  /** The bits of a number as bfloat16. */
  readonly toBfloat16: (x: number) => number;
  /** The float32 next to x in the direction of y. */
  readonly nextAfterFloat32: (x: number, y: number) => number;
  /** The float64 next to x in the direction of y. */
  readonly nextAfterFloat64: (x: number, y: number) => number;
  /** The nearest integer, halves to the even one. */
  readonly roundHalfEven: (x: number) => number;
  /** `x^y` as IEEE 754 has it. */
  readonly power: (x: number, y: number) => number;
  /** The logistic function. */
  readonly sigmoid: (x: number) => number;
} = {
  erf,
  erfc,
  erfinv,
  erfinvFloat32,
  lgamma,
  digamma,
  polygamma,
  gcd,
  integerPower,
  fromBfloat16,
  fromFloat16,
  toBfloat16,
  toFloat16,
  nextAfterFloat32,
  nextAfterFloat64,
  roundHalfEven,
  power,
  sigmoid,
  ...SPECIAL,
};
