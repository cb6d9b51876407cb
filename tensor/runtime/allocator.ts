/**
 * The allocator: two-level segregated fit over granules of 64 bytes. Taking and giving back are O(1);
 * neighbours that are both free are one block at once.
 *
 * A block is a header of one granule and its content. The header's words are its tag, its size in granules
 * (header included), the block before it in memory, and the next and previous block of its free list. A list
 * holds the free blocks of one size class: 32 classes a power of two, so a class is at most 3 % wide.
 *
 * Source: Masmano, Ripoll, Crespo and Real, "TLSF: a new dynamic memory allocator for real-time systems"
 * (2004).
 *
 * @module
 */

/** Bytes of a granule, the unit of every address and size here. */
export const GRANULE: number = 64;

/** The word of the header that the owner may use: the bytes that were asked for. */
export const REQUESTED: number = 5;

/** The tags of blocks: unlikely numbers, so that a wrong address is noticed. */
export const TAG: {
  readonly LIVE: number;
  readonly GUARDED: number;
  readonly RESERVED: number;
  readonly FREE: number;
} = {
  LIVE: 0x57ef_7a11 | 0,
  GUARDED: 0x57ef_7a12 | 0,
  RESERVED: 0x57ef_7a13 | 0,
  FREE: 0x57ef_7a14 | 0,
};

/** The operations of an allocator; places and sizes count granules. */
export interface Allocator {
  /** The content of a new block of `granules` (header included) with tag `tag`, or 0 when none fits. */
  readonly take: (granules: number, tag: number) => number;
  /** Gives the block with this content back if its tag is `tag`; its size, or 0 if it is no such block. */
  readonly give: (content: number, tag: number) => number;
  /** Goes on with the granules up to `end` (exclusive) of `words`, which has what was in the words before. */
  readonly extend: (words: Int32Array, end: number) => void;
  /** The size of the largest free block, header included. */
  readonly largest: () => number;
  /** Calls `see` with the header, size and tag of every block in the order of memory. */
  readonly visit: (see: (header: number, granules: number, tag: number) => void) => void;
}

const WORDS = 16;
const SIZE = 1;
const BEFORE = 2;
const NEXT = 3;
const PREVIOUS = 4;
const CLASSES = 32;

/** An allocator of the granules `first` to `end` (exclusive) of `words`, which it owns from now on. */
export function createAllocator(words: Int32Array, first: number, end: number): Allocator {
  const heads = new Int32Array(28 * CLASSES);
  const classes = new Int32Array(28);
  let powers = 0;

  /** The list for blocks of this size: exact below 32 granules, then 32 classes a power of two. */
  function listOf(granules: number): number {
    if (granules < CLASSES) return granules;
    const shift = 26 - Math.clz32(granules);
    return (shift + 1) * CLASSES + ((granules >>> shift) & 31);
  }

  function insert(header: number, granules: number): void {
    const list = listOf(granules);
    const at = header * WORDS;
    const head = heads[list]!;
    words[at] = TAG.FREE;
    words[at + SIZE] = granules;
    words[at + NEXT] = head;
    words[at + PREVIOUS] = 0;
    if (head !== 0) words[head * WORDS + PREVIOUS] = header;
    heads[list] = header;
    classes[list >>> 5]! |= 1 << (list & 31);
    powers |= 1 << (list >>> 5);
  }

  function remove(header: number, granules: number): void {
    const at = header * WORDS;
    const next = words[at + NEXT]!;
    const previous = words[at + PREVIOUS]!;
    if (next !== 0) words[next * WORDS + PREVIOUS] = previous;
    if (previous !== 0) {
      words[previous * WORDS + NEXT] = next;
      return;
    }
    const list = listOf(granules);
    heads[list] = next;
    if (next !== 0) return;
    const left = classes[list >>> 5]! & ~(1 << (list & 31));
    classes[list >>> 5] = left;
    if (left === 0) powers &= ~(1 << (list >>> 5));
  }

  /**
   * A free block of at least `granules`: the latest of its own class if that fits, as where a block of the same size was
   * given back, else the first of a class in which all fit, else a search of its own.
   */
  function find(granules: number): number {
    const own = listOf(granules);
    const latest = heads[own]!;
    if (latest !== 0 && words[latest * WORDS + SIZE]! >= granules) return latest;
    const rounded = granules < CLASSES ? granules : granules + (1 << (26 - Math.clz32(granules))) - 1;
    const list = listOf(rounded);
    const inPower = classes[list >>> 5]! & (-1 << (list & 31));
    if (inPower !== 0) return heads[(list & ~31) + 31 - Math.clz32(inPower & -inPower)]!;
    const above = powers & (-2 << (list >>> 5));
    if (above !== 0) {
      const power = 31 - Math.clz32(above & -above);
      const bits = classes[power]!;
      return heads[power * CLASSES + 31 - Math.clz32(bits & -bits)]!;
    }
    let header = latest;
    while (header !== 0 && words[header * WORDS + SIZE]! < granules) header = words[header * WORDS + NEXT]!;
    return header;
  }

  function take(granules: number, tag: number): number {
    const header = find(granules);
    if (header === 0) return 0;
    const at = header * WORDS;
    const size = words[at + SIZE]!;
    remove(header, size);
    words[at] = tag;
    if (size - granules >= 2) {
      const rest = header + granules;
      words[at + SIZE] = granules;
      words[rest * WORDS + BEFORE] = header;
      words[(header + size) * WORDS + BEFORE] = rest;
      insert(rest, size - granules);
    }
    return header + 1;
  }

  function give(content: number, tag: number): number {
    let header = content - 1;
    if (!(header >= first && header < end) || words[header * WORDS] !== tag) return 0;
    const given = words[header * WORDS + SIZE]!;
    let size = given;
    // The tag of a header that is swallowed by its neighbour goes, so that it is never taken for a block.
    words[header * WORDS] = 0;
    const after = header + size;
    if (words[after * WORDS] === TAG.FREE) {
      const more = words[after * WORDS + SIZE]!;
      remove(after, more);
      words[after * WORDS] = 0;
      size += more;
    }
    const before = words[header * WORDS + BEFORE]!;
    if (before !== 0 && words[before * WORDS] === TAG.FREE) {
      const more = words[before * WORDS + SIZE]!;
      remove(before, more);
      header = before;
      size += more;
    }
    words[(header + size) * WORDS + BEFORE] = header;
    insert(header, size);
    return given;
  }

  function visit(see: (header: number, granules: number, tag: number) => void): void {
    for (let header = first; header < end - 1;) {
      const granules = words[header * WORDS + SIZE]!;
      see(header, granules, words[header * WORDS]!);
      header += granules;
    }
  }

  function extend(more: Int32Array, newEnd: number): void {
    const last = end - 1;
    words = more;
    end = newEnd;
    words[last * WORDS] = TAG.LIVE;
    words[last * WORDS + SIZE] = end - 1 - last;
    close(last);
    give(last + 1, TAG.LIVE);
  }

  /** Makes the last granule a block that is never free, so that every block has one after it. */
  function close(before: number): void {
    words[(end - 1) * WORDS] = TAG.RESERVED;
    words[(end - 1) * WORDS + SIZE] = 1;
    words[(end - 1) * WORDS + BEFORE] = before;
  }

  function largest(): number {
    let most = 0;
    visit((_, granules, tag) => {
      if (tag === TAG.FREE && granules > most) most = granules;
    });
    return most;
  }

  words[first * WORDS + BEFORE] = 0;
  close(first);
  insert(first, end - 1 - first);
  return { take, give, extend, largest, visit };
}
