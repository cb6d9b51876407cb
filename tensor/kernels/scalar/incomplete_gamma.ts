/**
 * The incomplete gamma functions in double precision.
 *
 * @module
 */
import { digamma, lgamma, stirling } from "./gamma.ts";

/** What is below half of the last place. */
const TINY = 2 ** -54;
/** How much a fraction may still move from rounding alone. */
const STILL = 2 ** -51;
const MOST = 20000;

/** `log(1 + d) - d` without cancellation. */
function log1pLess(d: number): number {
  if (Math.abs(d) > 0.2) return Math.log1p(d) - d;
  let [power, sum] = [d, 0];
  for (let k = 2; k < 40; k += 1) {
    power *= -d;
    sum += power / k;
  }
  return sum;
}

/** `x^a e^-x / gamma(a)`. */
function density(a: number, x: number): number {
  if (a < 10) return Math.exp(a * Math.log(x) - x - lgamma(a));
  return Math.sqrt(a / (2 * Math.PI)) * Math.exp(a * log1pLess((x - a) / a) - stirling(a));
}

/** P over the density, by the series of Kummer. */
function series(a: number, x: number): number {
  let [term, sum] = [1 / a, 1 / a];
  for (let n = 1; n < MOST && term >= TINY * sum; n += 1) sum += term *= x / (a + n);
  return sum;
}

/** Q over the density for x above a and 1, by the method of Lentz for the continued fraction. */
function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let [c, d] = [Infinity, 1 / b];
  let [value, factor] = [d, 0];
  for (let n = 1; n < MOST && Math.abs(factor - 1) > STILL; n += 1) {
    const k = n * (a - n);
    b += 2;
    d = 1 / (k * d + b);
    c = k / c + b;
    value *= factor = c * d;
  }
  return value;
}

/** P and its derivative by a, both over the density. */
function seriesByA(a: number, x: number): readonly [value: number, slope: number] {
  let [term, slope] = [1 / a, -1 / (a * a)];
  let [sum, slopes] = [term, slope];
  for (let n = 1; n < MOST; n += 1) {
    const factor = x / (a + n);
    slope = slope * factor - (term * factor) / (a + n);
    term *= factor;
    sum += term;
    slopes += slope;
    if (term < TINY * sum && Math.abs(slope) < TINY * Math.abs(slopes)) break;
  }
  return [sum, slopes];
}

/** Q and its derivative by a, both over the density. */
function fractionByA(a: number, x: number): readonly [value: number, slope: number] {
  let [y, z, c] = [1 - a, x - a + 2, 0];
  let [p2, q2, p1, q1] = [1, x, x + 1, z * x];
  let [dp2, dq2, dp1, dq1] = [0, 0, 0, -x];
  let value = p1 / q1;
  let slope = (dp1 - value * dq1) / q1;
  for (let n = 0; n < MOST; n += 1) {
    c += 1;
    y += 1;
    z += 2;
    const k = y * c;
    const [p, q] = [p1 * z - p2 * k, q1 * z - q2 * k];
    const [dp, dq] = [dp1 * z - p1 - dp2 * k + p2 * c, dq1 * z - q1 - dq2 * k + q2 * c];
    [p2, q2, p1, q1, dp2, dq2, dp1, dq1] = [p1, q1, p, q, dp1, dq1, dp, dq];
    if (q !== 0) {
      const [next, nextSlope] = [p / q, (dp - (p / q) * dq) / q];
      const still = Math.abs(next - value) <= STILL * Math.abs(next) &&
        Math.abs(nextSlope - slope) <= STILL * Math.abs(nextSlope);
      [value, slope] = [next, nextSlope];
      if (still) break;
    }
    if (Math.abs(p) > 1e100 || Math.abs(q) > 1e100) {
      [p2, q2, p1, q1, dp2, dq2, dp1, dq1] = [p2, q2, p1, q1, dp2, dq2, dp1, dq1].map((v) => v * 1e-100);
    }
  }
  return [value, slope];
}

function isOutside(a: number, x: number): boolean {
  return !(a >= 0) || (a === 0 && x === 0) || !(x >= 0) || (a === Infinity && x === Infinity);
}

/** The share of the gamma distribution of concentration a below x. */
export function gammainc(a: number, x: number): number {
  if (isOutside(a, x)) return NaN;
  if (x === 0 || a === Infinity) return 0;
  if (x === Infinity || a === 0) return 1;
  return x <= 1 || x <= a ? density(a, x) * series(a, x) : 1 - density(a, x) * fraction(a, x);
}

/** The share of the gamma distribution of concentration a above x. */
export function gammaincc(a: number, x: number): number {
  if (isOutside(a, x)) return NaN;
  if (x === 0 || a === Infinity) return 1;
  if (x === Infinity || a === 0) return 0;
  return x <= 1 || x <= a ? 1 - density(a, x) * series(a, x) : density(a, x) * fraction(a, x);
}

/** The derivative of `gammainc` by a. */
export function gammaincByA(a: number, x: number): number {
  if (isOutside(a, x) || a === 0) return NaN;
  if (x === 0 || x === Infinity || a === Infinity) return 0;
  const inner = Math.log(x) - digamma(a);
  const below = x <= 1 || x <= a;
  const [value, slope] = below ? seriesByA(a, x) : fractionByA(a, x);
  return (below ? 1 : -1) * density(a, x) * (value * inner + slope);
}
