/**
 * Sets of numbers that are ranges side by side.
 *
 * @module
 */

/** A union of ranges, each from a start to an end (exclusive). */
export class Intervals {
  /** The ranges in order; no two of them touch. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** Adds a range. */
  add(start: number, end: number): void {
    const starts = this.#starts;
    const ends = this.#ends;
    const from = firstAtLeast(ends, start);
    const to = firstAtLeast(starts, end + 1);
    if (from === to) {
      starts.push(start);
      ends.push(end);
      starts.copyWithin(from + 1, from, starts.length - 1);
      ends.copyWithin(from + 1, from, ends.length - 1);
      starts[from] = start;
      ends[from] = end;
      return;
    }
    const low = Math.min(start, starts[from]);
    const high = Math.max(end, ends[to - 1]);
    if (to - from > 1) {
      starts.splice(from + 1, to - from - 1);
      ends.splice(from + 1, to - from - 1);
    }
    starts[from] = low;
    ends[from] = high;
  }

  /** The end of the first range that has something of a range; -1 where none has. */
  endOfFirstIn(start: number, end: number): number {
    const at = firstAtLeast(this.#ends, start + 1);
    return at < this.#starts.length && this.#starts[at] < end ? this.#ends[at] : -1;
  }
}

/** The place of the first of rising integers that is at least a bound. */
function firstAtLeast(rising: readonly number[], bound: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
