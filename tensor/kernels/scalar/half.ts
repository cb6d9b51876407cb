/**
 * float16 and bfloat16 as the 16 bits that store them.
 *
 * @module
 */

const DOUBLE = new Float64Array(1);
const WORDS = new Uint32Array(DOUBLE.buffer);

/** The nearest integer, halves to the even one, of a number from 0 on that is below 2^32. */
function nearestEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/**
 * The bits of a number with so many bits of fraction and the least exponent of normal numbers, rounded to the nearest,
 * halves to even; what is too large is infinite.
 */
function encode(x: number, fraction: number, least: number): number {
  const infinity = 0x8000 - (1 << fraction);
  if (x !== x) return infinity | (1 << (fraction - 1));
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const size = Math.abs(x);
  DOUBLE[0] = size;
  const exponent = (WORDS[1] >>> 20) - 1023;
  if (exponent < least) return sign | nearestEven(size * 2 ** (fraction - least));
  // A power that the rounding reaches carries into the exponent.
  if (exponent > 127) return sign | infinity;
  const bits = ((exponent - least) << fraction) + nearestEven(size * 2 ** (fraction - exponent));
  return sign | Math.min(bits, infinity);
}

function decode(bits: number, fraction: number, least: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits & 0x7fff) >>> fraction;
  const rest = bits & ((1 << fraction) - 1);
  if (exponent === 0) return sign * rest * 2 ** (least - fraction);
  if (exponent === 0x7fff >>> fraction) return rest === 0 ? sign * Infinity : NaN;
  return sign * ((1 << fraction) + rest) * 2 ** (exponent - 1 + least - fraction);
}

/** The bits of a number as float16: 1 of sign, 5 of exponent, 10 of fraction. */
export function toFloat16(x: number): number {
  return encode(x, 10, -14);
}

/** The number that the bits of a float16 store. */
export function fromFloat16(bits: number): number {
  return decode(bits, 10, -14);
}

/** The bits of a number as bfloat16, the upper half of a float32: 1 of sign, 8 of exponent, 7 of fraction. */
export function toBfloat16(x: number): number {
  return encode(x, 7, -126);
}

/** The number that the bits of a bfloat16 store. */
export function fromBfloat16(bits: number): number {
  return decode(bits, 7, -126);
}
