/**
 * Sums that share what they read.
 *
 * @module
 */

/** A part of a sum. */
export interface Term {
  /** The byte offset of what it reads. */
  readonly place: number;
}

/** Terms by their places, the places in order, so that each is read once for all of them. */
export function byPlace<T extends Term>(
  terms: readonly T[],
): readonly (readonly [place: number, terms: readonly T[]])[] {
  return [...Map.groupBy(terms, ({ place }) => place)].sort(([a], [b]) => a - b);
}
