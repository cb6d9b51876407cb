/**
 * Integrals of Dawson and Spence in double precision.
 *
 * @module
 */

/** `exp(-x^2)` times the integral of `exp(t^2)` from 0 to x. */
export function dawsn(x: number): number {
  if (x !== x) return x;
  const square = x * x;
  if (square >= 49) {
    let [term, sum] = [1, 1];
    for (let k = 1; k < 49 && term > 1e-17; k += 1) {
      term *= (2 * k - 1) / (2 * square);
      sum += term;
    }
    return sum / (2 * x);
  }
  let [term, sum] = [1, 1];
  for (let k = 1; k < 300; k += 1) {
    term *= square / k;
    sum += term / (2 * k + 1);
    if (term < 1e-18 * sum) break;
  }
  return x * sum * Math.exp(-square);
}

/** The integral of `log(t) / (1 - t)` from 1 to x, which is the dilogarithm of 1 - x; NaN for negative x. */
export function spence(x: number): number {
  if (!(x >= 0)) return NaN;
  if (x === Infinity) return -Infinity;
  if (x === 0) return Math.PI ** 2 / 6;
  if (x < 0.5) return Math.PI ** 2 / 6 - Math.log(x) * Math.log1p(-x) - dilogarithm(x);
  if (x <= 1.5) return dilogarithm(1 - x);
  const log = Math.log(x);
  return -(log * log) / 2 - spence(1 / x);
}

/** The sum of `y^k / k^2` for |y| <= 1/2. */
function dilogarithm(y: number): number {
  let [power, sum] = [1, 0];
  for (let k = 1; k < 60; k += 1) {
    power *= y;
    sum += power / (k * k);
  }
  return sum;
}
