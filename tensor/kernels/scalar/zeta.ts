/**
 * The zeta function of Hurwitz in double precision.
 *
 * @module
 */

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

/** The sum of `(x + i)^-s` over i = 0, 1, ... for s > 1, where no term is infinite. */
export function hurwitz(s: number, x: number): number {
  let sum = 0;
  let at = x;
  const last = ASYMPTOTIC + s;
  while (at < last) {
    const term = at ** -s;
    sum += term;
    at += 1;
    if (at > 1 && Math.abs(term) < 1e-18 * Math.abs(sum)) return sum;
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

/** The same for any numbers: infinite at poles, NaN where it is not defined. */
export function zeta(s: number, x: number): number {
  if (s === 1) return Infinity;
  if (!(s > 1) || x !== x) return NaN;
  if (x <= 0) {
    if (x === Math.floor(x)) return Infinity;
    if (s !== Math.floor(s)) return NaN;
  }
  return s === Infinity ? (x > 1 ? 0 : x === 1 ? 1 : Infinity) : x === Infinity ? 0 : hurwitz(s, x);
}
