/**
 * Lists of operands that belong together in parts.
 *
 * @module
 */
import { itemSize } from "../dtype.ts";
import { sizeOf } from "../shape.ts";
import type { Abstract } from "../tensor.ts";

/** A list cut into parts of the given lengths; the last part takes the rest. */
export function cut<T>(list: readonly T[], ...lengths: readonly number[]): readonly (readonly T[])[] {
  let start = 0;
  const parts = lengths.map((length) => list.slice(start, start += length));
  return [...parts, list.slice(start)];
}

/** The elements for which the mask is true. */
export function keep<T>(list: readonly T[], mask: readonly boolean[]): readonly T[] {
  return list.filter((_, i) => mask[i]);
}

/** A list with the next of `values` wherever the mask is true, else null. */
export function spread<T>(mask: readonly boolean[], values: readonly T[]): readonly (T | null)[] {
  let next = 0;
  return mask.map((is) => is ? values[next++] : null);
}

/** How many are true. */
export function count(mask: readonly boolean[]): number {
  return mask.filter((is) => is).length;
}

/** Lengths of all parts but the last, for `cut`. */
export function lengthsOf(parts: readonly (readonly unknown[])[]): readonly number[] {
  return parts.slice(0, -1).map((part) => part.length);
}

/** Bytes of a tensor's elements. */
export function bytesOf(x: Abstract): number {
  return sizeOf(x.shape) * itemSize(x.dtype);
}
