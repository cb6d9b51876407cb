/**
 * The derivatives of digamma in double precision.
 *
 * @module
 */
import { digamma } from "./gamma.ts";

/** The Bernoulli numbers `B[2 k] / (2 k)!` of the Euler-Maclaurin formula. */
const BERNOULLI: readonly number[] = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
];

/** Arguments from which the Euler-Maclaurin formula gives all digits. */
const ASYMPTOTIC = 12;

/** The sum of `(x + i)^-s` over i = 0, 1, ... for x > 0 (the zeta function of Hurwitz). */
function hurwitz(s: number, x: number): number {
  let sum = 0;
  let at = x;
  const last = ASYMPTOTIC + s;
  while (at < last) {
    sum += at ** -s;
    at += 1;
  }
  const power = at ** -s;
  let tail = (power * at) / (s - 1) + power / 2;
  let factor = (power / at) * s;
  for (let k = 0; k < BERNOULLI.length; k += 1) {
    tail += BERNOULLI[k] * factor;
    factor *= ((s + 2 * k + 1) * (s + 2 * k + 2)) / (at * at);
  }
  return sum + tail;
}

/** The derivative of `cot(pi x)` of the given order, over `pi^order`, as a polynomial in the cotangent. */
function cotangentDerivative(order: number, x: number): number {
  let coefficients = [0, 1];
  for (let n = 0; n < order; n += 1) {
    // The derivative of c is -(1 + c^2).
    const next = new Array<number>(coefficients.length + 1).fill(0);
    for (let k = 1; k < coefficients.length; k += 1) {
      next[k - 1] -= k * coefficients[k];
      next[k + 1] -= k * coefficients[k];
    }
    coefficients = next;
  }
  const cotangent = 1 / Math.tan(Math.PI * (x - Math.round(x)));
  return coefficients.reduceRight((sum, coefficient) => sum * cotangent + coefficient, 0);
}

/** The derivative of `digamma` of the order 0, 1, ...; at its poles NaN for even orders and infinite for odd ones. */
export function polygamma(order: number, x: number): number {
  if (order === 0) return digamma(x);
  if (!(order > 0) || order !== Math.floor(order) || x !== x) return NaN;
  const sign = order % 2 === 0 ? -1 : 1;
  if (x === Infinity) return sign * 0;
  if (x <= 0) {
    if (x === Math.floor(x)) return sign > 0 ? Infinity : NaN;
    const reflected = Math.PI ** (order + 1) * cotangentDerivative(order, x);
    return -sign * polygamma(order, 1 - x) - reflected;
  }
  let factorial = 1;
  for (let k = 2; k <= order; k += 1) factorial *= k;
  return sign * factorial * hurwitz(order + 1, x);
}
