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
    const above = aboveAll(nodes);
    const lists = [...nodes.map((node) => this.#sometimes[node]), ...above.map((node) => this.#always[node])]
      .filter((list) => list !== undefined);
    let offset = 0;
    for (let clear = 0, i = 0; clear < lists.length; i = (i + 1) % lists.length) {
      const end = lists[i].endOfFirstIn(offset, offset + size);
      clear = end < 0 ? clear + 1 : 0;
      if (end >= 0) offset = end;
    }
    for (const node of nodes) (this.#always[node] ??= new Intervals()).add(offset, offset + size);
    for (const node of [...nodes, ...above]) {
      (this.#sometimes[node] ??= new Intervals()).add(offset, offset + size);
    }
    return offset;
  }

  /** The fewest nodes that make up a span. */
  #nodesOf(first: number, last: number): readonly number[] {
    const nodes: number[] = [];
    let [low, high] = [first + this.#leaves, last + 1 + this.#leaves];
    for (; low < high; low >>= 1, high >>= 1) {
      if (low & 1) nodes.push(low++);
      if (high & 1) nodes.push(--high);
    }
    return nodes;
  }
}

/** The nodes above some nodes. */
function aboveAll(nodes: readonly number[]): readonly number[] {
  const found = new Set<number>();
  for (const node of nodes) {
    for (let above = node >> 1; above >= 1 && !found.has(above); above >>= 1) found.add(above);
  }
  return [...found];
}
