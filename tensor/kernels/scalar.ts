/**
 * The scalar functions that kernels use and JavaScript's Math lacks, in double precision.
 *
 * @module
 */
import { erf, erfc, erfinv } from "./scalar/erf.ts";
import { digamma, lgamma } from "./scalar/gamma.ts";

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

/** The functions by name; generated kernels call them as `lib.erf(x)`. */
export const lib: {
  /** The error function. */
  readonly erf: (x: number) => number;
  /** `1 - erf(x)` without cancellation. */
  readonly erfc: (x: number) => number;
  /** The inverse of erf. */
  readonly erfinv: (x: number) => number;
  /** The logarithm of |gamma(x)|. */
  readonly lgamma: (x: number) => number;
  /** The derivative of lgamma. */
  readonly digamma: (x: number) => number;
  /** The nearest integer, halves to the even one. */
  readonly roundHalfEven: (x: number) => number;
  /** `x^y` as IEEE 754 has it. */
  readonly power: (x: number, y: number) => number;
} = { erf, erfc, erfinv, lgamma, digamma, roundHalfEven, power };
