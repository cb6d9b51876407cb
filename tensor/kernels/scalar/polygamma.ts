/**
 * The derivatives of digamma in double precision.
 *
 * @module
 */
import { digamma } from "./gamma.ts";
import { hurwitz } from "./zeta.ts";

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
