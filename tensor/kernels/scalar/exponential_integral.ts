/**
 * Exponential integrals in double precision.
 *
 * @module
 */

const EULER = 0.5772156649015329;

/** The zero of Ei in two parts. */
const ROOT: readonly [number, number] = [0.37250741078136663, 1.3140183414386028e-17];

/** Ei near its zero: the difference of the series there and at the zero. */
function nearRoot(x: number): number {
  const distance = x - ROOT[0] - ROOT[1];
  // powers = x^(k-1) + x^(k-2) root + ... + root^(k-1), and last = root^(k-1).
  let [powers, last, factorial, sum] = [1, 1, 1, 1];
  for (let k = 2; k < 25; k += 1) {
    last *= ROOT[0];
    powers = powers * x + last;
    factorial *= k;
    sum += powers / (k * factorial);
  }
  return Math.log1p(distance / ROOT[0]) + distance * sum;
}

/** The principal value of the integral of `e^t / t` from -infinity to x. */
export function expi(x: number): number {
  if (x < 0) return -expn(1, -x);
  if (!(x < Infinity)) return x;
  if (Math.abs(x - ROOT[0]) < 0.1) return nearRoot(x);
  if (x < 40) {
    let [term, sum] = [1, 0];
    for (let k = 1; k < 200; k += 1) {
      term *= x / k;
      sum += term / k;
      if (term < 1e-18 * sum * k) break;
    }
    return EULER + Math.log(x) + sum;
  }
  let [term, sum] = [1, 1];
  for (let k = 1; k < x && term > 1e-17; k += 1) {
    term *= k / x;
    sum += term;
  }
  return (Math.exp(x / 2) * Math.exp(x / 2) * sum) / x;
}

/** The integral of `e^(-x t) / t^n` from 1 to infinity, for whole n >= 0 and x >= 0. */
export function expn(n: number, x: number): number {
  if (!(n >= 0) || n !== Math.floor(n) || !(x >= 0)) return NaN;
  if (x === Infinity) return 0;
  if (n === 0) return Math.exp(-x) / x;
  if (x === 0) return n === 1 ? Infinity : 1 / (n - 1);
  return x > 1 ? fraction(n, x) : series(n, x);
}

function fraction(n: number, x: number): number {
  let b = x + n;
  let c = Infinity;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < 1000; k += 1) {
    const a = -k * (n - 1 + k);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value * Math.exp(-x);
}

function series(n: number, x: number): number {
  let sum = n === 1 ? -Math.log(x) - EULER : 1 / (n - 1);
  let factor = 1;
  let harmonic = 0;
  for (let k = 1; k < 100; k += 1) {
    factor *= -x / k;
    if (k < n) harmonic += 1 / k;
    const term = k === n - 1 ? factor * (harmonic - EULER - Math.log(x)) : -factor / (k - n + 1);
    sum += term;
    if (Math.abs(term) < 1e-18 * Math.abs(sum)) break;
  }
  return sum;
}
