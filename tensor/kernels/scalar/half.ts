/**
 * float16 and bfloat16 as the 16 bits that store them.
 *
 * @module
 */

const DOUBLE = new Float64Array(1);
const WORDS = new Uint32Array(DOUBLE.buffer);
const FLOAT = new Float32Array(DOUBLE.buffer);

/** Added to a number below 2^51 and taken away again, it leaves the nearest integer, halves to the even one. */
const WHOLE = 2 ** 52;

/** The power of 2 with an exponent that float64 has. */
function powerOf2(exponent: number): number {
  WORDS[0] = 0;
  WORDS[1] = (exponent + 1023) << 20;
  return DOUBLE[0];
}

/**
 * The bits of a number with so many bits of fraction and the least exponent of normal numbers, rounded to the nearest,
 * halves to even; what is too large is infinite.
 */
function encode(x: number, fraction: number, least: number): number {
  const infinity = 0x8000 - (1 << fraction);
  if (x !== x) return infinity | (1 << (fraction - 1));
  DOUBLE[0] = x;
  const sign = (WORDS[1] >>> 16) & 0x8000;
  const exponent = ((WORDS[1] >>> 20) & 0x7ff) - 1023;
  if (exponent > 127) return sign | infinity;
  const above = exponent < least ? 0 : exponent - least;
  const units = Math.abs(x) * powerOf2(fraction - least - above);
  // A power that the rounding reaches carries into the exponent: where that is above 0, the units have the leading 1.
  const bits = (above << fraction) + (units + WHOLE - WHOLE);
  return sign | (bits < infinity ? bits : infinity);
}

/** The bits of a number as float16: 1 of sign, 5 of exponent, 10 of fraction. */
export function toFloat16(x: number): number {
  return encode(x, 10, -14);
}

/** The number that the bits of a float16 store. */
export function fromFloat16(bits: number): number {
  const size = bits & 0x7fff;
  // As the upper bits of a float32, whose exponents begin 112 lower.
  WORDS[0] = size << 13;
  const value = size < 0x7c00 ? FLOAT[0] * 2 ** 112 : size === 0x7c00 ? Infinity : NaN;
  return bits & 0x8000 ? -value : value;
}

/** The bits of a number as bfloat16, the upper half of a float32: 1 of sign, 8 of exponent, 7 of fraction. */
export function toBfloat16(x: number): number {
  return encode(x, 7, -126);
}

/** The number that the bits of a bfloat16 store. */
export function fromBfloat16(bits: number): number {
  WORDS[0] = bits << 16;
  return FLOAT[0];
}
