/**
 * Rotations of rows of float64, one after the other.
 *
 * @module
 */
import type { OverMemory } from "./over_memory.ts";

/**
 * Rotates row 0 with row 1, then row 1 with row 2, and so on: `(y, z)` of two rows become `(c y + s z, c z - s y)`, with the
 * cosine and the sine of rotation i at `p[angles + 2 i]`. Rows have `width` elements and lie `step` apart, and where
 * that is odd there is room for one more.
 */
export type Rotate = (row: number, step: number, angles: number, count: number, width: number) => void;

/** `Rotate` twice, of the same rows with the angles at `angles`, then with those at `other`. */
export type RotateTwice = (
  row: number,
  step: number,
  angles: number,
  other: number,
  count: number,
  width: number,
) => void;

/** `Rotate` over typed arrays. */
export const rotateLoop: OverMemory<Rotate> = (p, first, step, angles, count, width) => {
  for (let i = 0; i < count; i++) {
    const row = first + i * step, next = row + step, c = p[angles + 2 * i], s = p[angles + 2 * i + 1];
    for (let k = 0; k < width; k++) {
      const y = p[row + k], z = p[next + k];
      p[row + k] = c * y + s * z;
      p[next + k] = c * z - s * y;
    }
  }
};
