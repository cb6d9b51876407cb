/**
 * The number next to another one.
 *
 * @module
 */

const BYTES = new DataView(new ArrayBuffer(8));

/** The float32 next to x in the direction of y; y where they are equal, NaN where either is. */
export function nextAfterFloat32(x: number, y: number): number {
  if (x !== x || y !== y) return NaN;
  if (x === y) return y;
  if (x === 0) return y > 0 ? 2 ** -149 : -(2 ** -149);
  BYTES.setFloat32(0, x);
  // The bits of numbers of one sign are in the order of their magnitudes.
  BYTES.setInt32(0, BYTES.getInt32(0) + (x > 0 === y > x ? 1 : -1));
  return BYTES.getFloat32(0);
}

/** The float64 next to x in the direction of y; y where they are equal, NaN where either is. */
export function nextAfterFloat64(x: number, y: number): number {
  if (x !== x || y !== y) return NaN;
  if (x === y) return y;
  if (x === 0) return y > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  BYTES.setFloat64(0, x);
  BYTES.setBigInt64(0, BYTES.getBigInt64(0) + (x > 0 === y > x ? 1n : -1n));
  return BYTES.getFloat64(0);
}
