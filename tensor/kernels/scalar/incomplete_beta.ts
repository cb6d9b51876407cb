/**
 * The beta functions in double precision.
 *
 * @module
 */
import { lgamma, stirling } from "./gamma.ts";

/** `log(|B(a, b)|) = lgamma(a) + lgamma(b) - lgamma(a + b)`, without cancellation where one of both is large. */
export function betaln(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a];
  if (!(large >= 10) || small < 0 || large === Infinity) return lgamma(a) + lgamma(b) - lgamma(a + b);
  const ratio = small / large;
  const rest = small * (1 - Math.log(large)) - (small + large - 0.5) * Math.log1p(ratio);
  return lgamma(small) + rest + stirling(large) - stirling(small + large);
}

/** The continued fraction of the incomplete beta function by Lentz's method. */
function fraction(a: number, b: number, x: number): number {
  const least = 1e-300;
  const kept = (v: number): number => Math.abs(v) < least ? least : v;
  let c = 1;
  let d = 1 / kept(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 20000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / kept(1 + even * d);
    c = kept(1 + even / c);
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / kept(1 + odd * d);
    c = kept(1 + odd / c);
    value *= c * d;
    // From there on only the last place moves.
    if (Math.abs(c * d - 1) <= 2 ** -52) break;
  }
  return value;
}

/** The share of the beta distribution with the exponents a and b below x. */
export function betainc(a: number, b: number, x: number): number {
  if (!(a > 0) || !(b > 0) || !(x >= 0) || !(x <= 1)) return NaN;
  if (x === 0 || x === 1) return x;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - betaln(a, b));
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(a, b, x)) / a
    : 1 - (front * fraction(b, a, 1 - x)) / b;
}
