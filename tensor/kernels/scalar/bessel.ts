/**
 * Modified Bessel functions of the first kind in double precision.
 *
 * @module
 */

/** From where on the asymptotic series gives all digits: its least term is about `e^(-2 x)`. */
const ASYMPTOTIC = 20;

/** `exp(-|x|) I(x)` of the order 0 or 1 for x >= 0. */
function scaled(order: 0 | 1, x: number): number {
  if (x === Infinity) return 0;
  if (x >= ASYMPTOTIC) return asymptotic(order, x) / Math.sqrt(2 * Math.PI * x);
  const quarter = (x * x) / 4;
  let term = order === 0 ? 1 : x / 2;
  let sum = term;
  for (let k = 1; term > sum * 1e-17; k += 1) {
    term *= quarter / (k * (k + order));
    sum += term;
  }
  return sum * Math.exp(-x);
}

/** `sqrt(2 pi x) exp(-x) I(x)` for large x, in powers of `1 / x`. */
function asymptotic(order: 0 | 1, x: number): number {
  const square = 4 * order * order;
  let [term, sum] = [1, 1];
  for (let k = 1; Math.abs(term) > 1e-17 && k < ASYMPTOTIC * 2; k += 1) {
    term *= -(square - (2 * k - 1) ** 2) / (8 * k * x);
    sum += term;
  }
  return sum;
}

/** `exp(-|x|) I0(x)`. */
export function i0e(x: number): number {
  return scaled(0, Math.abs(x));
}

/** `exp(-|x|) I1(x)`. */
export function i1e(x: number): number {
  return x < 0 ? -scaled(1, -x) : x === 0 ? x : scaled(1, x);
}

/** The function of order 0. */
export function i0(x: number): number {
  return Math.abs(x) === Infinity ? Infinity : i0e(x) * Math.exp(Math.abs(x));
}

/** The function of order 1. */
export function i1(x: number): number {
  return Math.abs(x) === Infinity ? x : i1e(x) * Math.exp(Math.abs(x));
}
