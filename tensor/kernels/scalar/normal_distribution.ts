/**
 * The normal distribution function and its relatives in double precision.
 *
 * @module
 */
import { erfc, erfinv } from "./erf.ts";

/** `exp(x^2) erfc(x)`. */
export function erfcx(x: number): number {
  if (x < 9) return Math.exp(x * x) * erfc(x);
  const inverse = 1 / (2 * x * x);
  let [term, sum] = [1, 1];
  for (let k = 1; k < 80 && Math.abs(term) > 1e-17; k += 1) {
    term *= -(2 * k - 1) * inverse;
    sum += term;
  }
  return sum / (x * Math.sqrt(Math.PI));
}

/** The share of a standard normal distribution below x. */
export function ndtr(x: number): number {
  return erfc(-x * Math.SQRT1_2) / 2;
}

/** The logarithm of that share. */
export function logNdtr(x: number): number {
  if (x > 0) return Math.log1p(-erfc(x * Math.SQRT1_2) / 2);
  if (x > -1) return Math.log(ndtr(x));
  return x === -Infinity ? x : Math.log(erfcx(-x * Math.SQRT1_2) / 2) - (x * x) / 2;
}

const HALF_LOG_2_PI = 0.9189385332046728;

/** Where a standard normal distribution has a share p below. */
export function ndtri(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  if (p > 0.25) return p < 0.75 ? Math.SQRT2 * erfinv(2 * p - 1) : -ndtri(1 - p);
  const wanted = Math.log(p);
  // Newton's method on the logarithm, which is concave: from the left it only ascends.
  let x = -Math.sqrt(-2 * wanted);
  for (let step = 0; step < 30; step += 1) {
    const value = logNdtr(x);
    const change = (wanted - value) * Math.exp(value + (x * x) / 2 + HALF_LOG_2_PI);
    x += change;
    if (Math.abs(change) < 1e-15 * Math.abs(x)) break;
  }
  return x;
}
