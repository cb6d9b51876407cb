/**
 * Polynomials.
 *
 * @module
 */

/** The polynomial `coefficients[0] + coefficients[1] x + ...` at x, by Horner's rule. */
export function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i -= 1) sum = sum * x + coefficients[i]!;
  return sum;
}
