/**
 * Floating-point numbers as texts in one notation.
 *
 * @module
 */

/**
 * Formats all values alike, with as many digits after the point as the longest of them needs and at most
 * `precision`. Fixed notation, unless the largest is 1e8 or more, the smallest but 0 is below 1e-4, or the
 * two are a factor of more than 1000 apart and not all are whole.
 */
export function formatFloats(values: readonly number[], precision: number): string[] {
  const finite = values.filter(Number.isFinite);
  const sizes = finite.filter((value) => value !== 0).map(Math.abs);
  const least = sizes.reduce((a, b) => Math.min(a, b), Infinity);
  const most = sizes.reduce((a, b) => Math.max(a, b), 0);
  const whole = finite.every(Number.isInteger);
  const scientific = sizes.length > 0 && (most >= 1e8 || least < 1e-4 || (!whole && most / least > 1000));
  const text = (value: number, digits: number): string =>
    scientific ? alignExponent(value.toExponential(digits)) : value.toFixed(digits);
  const digits = finite.reduce((most, value) => Math.max(most, countDigits(text(value, precision))), 0);
  return values.map((value) => {
    if (!Number.isFinite(value)) return String(value);
    return (Object.is(value, -0) ? "-" : "") + text(value, digits);
  });
}

// Digits after the point, but for zeros at their end.
function countDigits(text: string): number {
  return /\.(\d*?)0*(?:e|$)/.exec(text)?.[1].length ?? 0;
}

// e+5 to e+05, so that most exponents have the same width.
function alignExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}
