/**
 * Memory that is shared by what lives at different times.
 *
 * @module
 */
import { Intervals } from "./intervals.ts";

/**
 * Ranges of memory, each taken for a span of time. Times are the leaves of a binary tree, whose nodes know what is
 * taken during all of their time and what is taken during a part of it.
 */
export class Arena {
  /** The number of leaves, a power of two; node 1 is the root, and 2n and 2n + 1 are below n. */
  readonly #leaves: number;
  readonly #always: (Intervals | undefined)[] = [];
  readonly #sometimes: (Intervals | undefined)[] = [];

  /** Times are from 0 to `times` (exclusive). */
  constructor(times: number) {
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, times)));
  }

  /** Takes bytes from the time `first` to `last` (inclusive), at the lowest offset where they are free; the offset. */
  take(size: number, first: number, last: number): number {
    const nodes = this.#nodesOf(first, last);
    const above = this.#aboveAll(first, last);
    const lists: Intervals[] = [];
    for (const node of nodes) pushKnown(lists, this.#sometimes[node]);
    for (const node of above) pushKnown(lists, this.#always[node]);
    let offset = 0;
    for (let clear = 0, i = 0; clear < lists.length; i = (i + 1) % lists.length) {
      const end = lists[i].endOfFirstIn(offset, offset + size);
      clear = end < 0 ? clear + 1 : 0;
      if (end >= 0) offset = end;
    }
    for (const node of nodes) {
      (this.#always[node] ??= new Intervals()).add(offset, offset + size);
      (this.#sometimes[node] ??= new Intervals()).add(offset, offset + size);
    }
    for (const node of above) (this.#sometimes[node] ??= new Intervals()).add(offset, offset + size);
    return offset;
  }

  /** The fewest nodes that make up a span. */
  #nodesOf(first: number, last: number): readonly number[] {
    const nodes: number[] = [];
    let low = first + this.#leaves;
    let high = last + 1 + this.#leaves;
    for (; low < high; low >>= 1, high >>= 1) {
      if (low & 1) nodes.push(low++);
      if (high & 1) nodes.push(--high);
    }
    return nodes;
  }

  /** The nodes above those: the ones above the ends of the span that are not within it. */
  #aboveAll(first: number, last: number): readonly number[] {
    const found: number[] = [];
    let low = (first + this.#leaves) >> 1;
    let high = (last + this.#leaves) >> 1;
    for (let times = 2; low >= 1; low >>= 1, high >>= 1, times *= 2) {
      const isWithin = (node: number): boolean => {
        const start = node * times - this.#leaves;
        return start >= first && start + times - 1 <= last;
      };
      if (!isWithin(low)) found.push(low);
      if (high !== low && !isWithin(high)) found.push(high);
    }
    return found;
  }
}

function pushKnown(lists: Intervals[], list: Intervals | undefined): void {
  if (list !== undefined) lists.push(list);
}
