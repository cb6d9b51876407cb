/**
 * Distances in units in the last place of float32.
 *
 * @module
 */
const float64 = new Float64Array(1);
const words = new Uint32Array(float64.buffer);

/** The size of a unit in the last place by the exponent of a float64, biased as it is stored. */
const UNITS: Float64Array = Float64Array.from(
  { length: 2048 },
  (_, biased) => 2 ** (Math.max(-126, biased - 1023) - 23),
);

/**
 * How far a float32 is from an exact value, in units in the last place of that value. Infinite where one is NaN, an
 * infinity or a zero and the other is not the same one.
 */
export function unitsBetween(actual: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Object.is(actual, rounded)) {
    return Number.isFinite(rounded) && rounded !== 0 ? distance(actual, exact) : 0;
  }
  const special = actual !== actual || rounded !== rounded || Math.abs(rounded) === Infinity ||
    Math.abs(actual) === Infinity || (actual === 0 && rounded === 0);
  return special ? Infinity : distance(actual, exact);
}

function distance(actual: number, exact: number): number {
  float64[0] = exact;
  return Math.abs(actual - exact) / UNITS[(words[1] >>> 20) & 2047];
}
