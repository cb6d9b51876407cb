/**
 * Random numbers one at a time, for samplers that reject and try again.
 *
 * @module
 */

/** A random key as its two words. */
export type Words = readonly [number, number];

/** Draws of single numbers from keys, as `jax.random` draws them. */
export interface Generator {
  /** Key `index` of `count` that a key is split into. */
  readonly split: (key: Words, count: number, index: number) => Words;
  /** Element `index` of `count` uniform numbers within [0, 1). */
  readonly uniform: (key: Words, count: number, index: number) => number;
  /** A normal number. */
  readonly normal: (key: Words) => number;
  /**
   * The keys of rounds: each splits its key into `count`, of which number `next` is that of the following round and those
   * of the numbers `drawn` are given.
   */
  readonly rounds: (
    key: Words,
    count: number,
    next: number,
    drawn: readonly number[],
  ) => (round: number) => readonly Words[];
}

/**
 * Makes draws in one of the two layouts of `jax.random`, in single or double precision. It is carried to other threads
 * as its own source, so it uses nothing but its parameters.
 */
export function makeGenerator(
  partitionable: boolean,
  double: boolean,
  erfinv: (x: number) => number,
): Generator {
  /** The second word of what was mixed last. */
  let other = 0;
  const mix = (k0: number, k1: number, c0: number, c1: number): number => {
    let a = k1 | 0, b = k0 ^ k1 ^ 0x1BD11BDA, c = k0 | 0;
    let x = (c0 + c) | 0, y = (c1 + a) | 0;
    for (let group = 1; group <= 5; group++) {
      if (group % 2 === 1) {
        x = (x + y) | 0;
        y = ((y << 13) | (y >>> 19)) ^ x;
        x = (x + y) | 0;
        y = ((y << 15) | (y >>> 17)) ^ x;
        x = (x + y) | 0;
        y = ((y << 26) | (y >>> 6)) ^ x;
        x = (x + y) | 0;
        y = ((y << 6) | (y >>> 26)) ^ x;
      } else {
        x = (x + y) | 0;
        y = ((y << 17) | (y >>> 15)) ^ x;
        x = (x + y) | 0;
        y = ((y << 29) | (y >>> 3)) ^ x;
        x = (x + y) | 0;
        y = ((y << 16) | (y >>> 16)) ^ x;
        x = (x + y) | 0;
        y = ((y << 24) | (y >>> 8)) ^ x;
      }
      x = (x + a) | 0;
      y = (y + b + group) | 0;
      const last = a;
      a = b;
      b = c;
      c = last;
    }
    other = y;
    return x;
  };
  const threefry = ([k0, k1]: Words, c0: number, c1: number): Words => {
    const first = mix(k0, k1, c0, c1) >>> 0;
    return [first, other >>> 0];
  };
  // Word `index` of `total` in the older layout, where the halves of the counts make a pair.
  const word = (key: Words, total: number, index: number): number => {
    const half = Math.ceil(total / 2);
    const at = index % half;
    const pair = threefry(key, at, half + at < total ? half + at : 0);
    return pair[index < half ? 0 : 1];
  };
  const split = (key: Words, count: number, index: number): Words =>
    partitionable
      ? threefry(key, 0, index)
      : [word(key, 2 * count, 2 * index), word(key, 2 * count, 2 * index + 1)];
  const uniform = (key: Words, count: number, index: number): number => {
    if (double) {
      const [high, low] = partitionable ? threefry(key, 0, index) : threefry(key, index, count + index);
      return (high * 2 ** 20 + (low >>> 12)) * 2 ** -52;
    }
    const bits = partitionable ? mix(key[0], key[1], 0, index) ^ other : word(key, count, index);
    return (bits >>> 9) * 2 ** -23;
  };
  const normal = (key: Words): number => {
    const symmetric = 2 * uniform(key, 1, 0) - 1 + (double ? 2 ** -53 : 2 ** -24);
    const result = Math.SQRT2 * erfinv(double ? symmetric : Math.fround(symmetric));
    return double ? result : Math.fround(result);
  };
  const rounds: Generator["rounds"] = (key, count, next, drawn) => {
    const known: (readonly Words[])[] = [];
    return (round) => {
      for (; known.length <= round; key = split(key, count, next)) {
        known.push(drawn.map((index) => split(key, count, index)));
      }
      return known[round];
    };
  };
  return { split, uniform, normal, rounds };
}
