/**
 * A list of numbers of which any two can be compared by place, and any one moved, in next to no time.
 *
 * @module
 */

/** Distance of neighbours' labels below which labels are spread, and the mean distance that they are spread to. */
const [LEAST_GAP, WANTED_GAP] = [2 ** -28, 2 ** -10];

/** The numbers from 0 to a count, at first in this order. */
export class OrderedList {
  /** Numbers that rise along the list. */
  readonly #labels: Float64Array;
  readonly #next: Int32Array;
  /** -1 for what is not in the list. */
  readonly #previous: Int32Array;
  readonly #head: number;
  readonly #tail: number;

  constructor(count: number) {
    [this.#head, this.#tail] = [count, count + 1];
    this.#labels = Float64Array.from({ length: count + 2 }, (_, i) => i);
    this.#next = Int32Array.from({ length: count + 2 }, (_, i) => i + 1);
    this.#previous = Int32Array.from({ length: count + 2 }, (_, i) => i - 1);
    this.#labels[this.#head] = -1;
    this.#labels[this.#tail] = count;
    const first = count === 0 ? this.#tail : 0;
    this.#next[this.#head] = first;
    this.#previous[first] = this.#head;
    if (count > 0) this.#next[count - 1] = this.#tail;
    this.#previous[this.#tail] = count === 0 ? this.#head : count - 1;
  }

  /** Whether one stands before another. */
  isBefore(one: number, other: number): boolean {
    return this.#labels[one] < this.#labels[other];
  }

  /** Some of the list in its order. */
  sorted(some: readonly number[]): readonly number[] {
    return some.toSorted((a, b) => this.#labels[a] - this.#labels[b]);
  }

  /** Takes one out of the list. */
  remove(one: number): void {
    const [before, after] = [this.#previous[one], this.#next[one]];
    if (before < 0) return;
    this.#next[before] = after;
    this.#previous[after] = before;
    this.#previous[one] = -1;
  }

  /** Puts one, which may be in the list, right before another. */
  moveBefore(one: number, other: number): void {
    this.remove(one);
    this.#insert(one, this.#previous[other], other);
  }

  /** Puts one, which may be in the list, right after another. */
  moveAfter(one: number, other: number): void {
    this.remove(one);
    this.#insert(one, other, this.#next[other]);
  }

  #insert(one: number, before: number, after: number): void {
    const [low, high] = [this.#labels[before], this.#labels[after]];
    this.#next[before] = one;
    this.#previous[one] = before;
    this.#next[one] = after;
    this.#previous[after] = one;
    this.#labels[one] = (low + high) / 2;
    if (high - low < LEAST_GAP) this.#spread(one);
  }

  /** Labels anew as few neighbours of one as have room. */
  #spread(one: number): void {
    let [low, high, inside] = [this.#previous[one], this.#next[one], 1];
    const distance = (): number => (this.#labels[high] - this.#labels[low]) / (inside + 1);
    while (distance() < WANTED_GAP && (low !== this.#head || high !== this.#tail)) {
      if (low !== this.#head) {
        low = this.#previous[low];
        inside++;
      }
      if (high !== this.#tail) {
        high = this.#next[high];
        inside++;
      }
    }
    const [start, step] = [this.#labels[low], distance()];
    for (let i = this.#next[low], place = 1; i !== high; i = this.#next[i], place++) {
      this.#labels[i] = start + place * step;
    }
  }
}
