/**
 * Curves from one value to another.
 *
 * @module
 */

/** From `start` to `end` as the share that has gone by goes from 0 to 1. */
export type Anneal = (start: number, end: number, share: number) => number;

/** The curves of torch's OneCycleLR by name. */
export const ANNEAL: Readonly<Record<"cos" | "linear", Anneal>> = {
  cos: (start, end, share) => end + (start - end) / 2 * (Math.cos(Math.PI * share) + 1),
  linear: (start, end, share) => (end - start) * share + start,
};
