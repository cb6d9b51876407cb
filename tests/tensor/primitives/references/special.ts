/**
 * Special functions by their series, for comparison.
 *
 * @module
 */

/** The error function by its series, for arguments of moderate size. */
export function erf(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= -x * x / n;
    total += term / (2 * n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * total;
}

/** The number whose error function is given, by bisection. */
export function erfinv(y: number): number {
  let [low, high] = [-5, 5];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (erf(middle) < y) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** How far arguments of the gamma function are moved before its asymptotic series. */
const SHIFT = 30;

/** The logarithm of the gamma function by Stirling's series. */
export function lgamma(x: number): number {
  const z = x + SHIFT;
  let total = (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * z) - 1 / (360 * z ** 3) +
    1 / (1260 * z ** 5);
  for (let k = 0; k < SHIFT; k++) total -= Math.log(x + k);
  return total;
}

/** The derivative of `lgamma`. */
export function digamma(x: number): number {
  const z = x + SHIFT;
  let total = Math.log(z) - 1 / (2 * z) - 1 / (12 * z ** 2) + 1 / (120 * z ** 4) - 1 / (252 * z ** 6);
  for (let k = 0; k < SHIFT; k++) total -= 1 / (x + k);
  return total;
}

/** The second derivative of `digamma`: -2 times the sum of 1 / (x + k)^3, with the rest as an integral. */
export function polygamma2(x: number): number {
  const z = x + SHIFT;
  let total = -1 / z ** 2 - 1 / z ** 3 - 1 / (2 * z ** 4) + 1 / (6 * z ** 6);
  for (let k = 0; k < SHIFT; k++) total -= 2 / (x + k) ** 3;
  return total;
}

/** The sum of terms, each of which is the one before times a factor. */
function series(
  first: number,
  factor: (k: number) => number,
  weight: (k: number) => number = () => 1,
): number {
  let [term, total] = [first, first * weight(0)];
  for (let k = 1; k < 600 && Math.abs(term) > 1e-18 * Math.abs(total); k++) {
    term *= factor(k);
    total += term * weight(k);
  }
  return total;
}

/** The modified Bessel function of the first kind of order 0. */
export const i0 = (x: number): number => series(1, (k) => x * x / (4 * k * k));
/** That of order 1. */
export const i1 = (x: number): number => series(x / 2, (k) => x * x / (4 * k * (k + 1)));

/** The regularized lower incomplete gamma function. */
export const gammainc = (a: number, x: number): number =>
  series(Math.exp(a * Math.log(x) - x - lgamma(a + 1)), (k) => x / (a + k));
/** Its derivative by the first argument. */
export const gammaincByA = (a: number, x: number): number =>
  series(
    Math.exp(a * Math.log(x) - x - lgamma(a + 1)),
    (k) => x / (a + k),
    (k) => Math.log(x) - digamma(a + k + 1),
  );

export const betaln = (a: number, b: number): number => lgamma(a) + lgamma(b) - lgamma(a + b);
/** The regularized incomplete beta function. */
export const betainc = (a: number, b: number, x: number): number =>
  series(
    Math.exp(a * Math.log(x) + b * Math.log1p(-x) - betaln(a, b)) / a,
    (k) => (a + b + k - 1) / (a + k) * x,
  );

const EULER = 0.5772156649015329;
/** Exponential integrals by their series about 0. */
export const expi = (x: number): number =>
  EULER + Math.log(Math.abs(x)) + series(x, (k) => x / (k + 1), (k) => 1 / (k + 1));
/** That of second order. */
export const expn2 = (x: number): number => Math.exp(-x) + x * expi(-x);

export const dawsn = (x: number): number => series(x, (k) => -2 * x * x / (2 * k + 1));

/** The dilogarithm of 1 - x. */
export function spence(x: number): number {
  if (x > 1) return -spence(1 / x) - Math.log(x) ** 2 / 2;
  return series(1 - x, () => 1 - x, (k) => 1 / (k + 1) ** 2);
}

export const ndtr = (x: number): number => (1 + erf(x * Math.SQRT1_2)) / 2;

/** Hurwitz's zeta function: the first terms, and what Euler and Maclaurin say of the rest. */
export function zeta(s: number, q: number): number {
  const z = q + SHIFT;
  let total = z ** (1 - s) / (s - 1) + z ** -s / 2 + s * z ** (-s - 1) / 12 -
    s * (s + 1) * (s + 2) * z ** (-s - 3) / 720;
  for (let k = 0; k < SHIFT; k++) total += (q + k) ** -s;
  return total;
}
