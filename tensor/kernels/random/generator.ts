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
  const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
  const threefry = ([k0, k1]: Words, c0: number, c1: number): Words => {
    let a = k1 | 0, b = k0 ^ k1 ^ 0x1BD11BDA, c = k0 | 0;
    let x = (c0 + c) | 0, y = (c1 + a) | 0;
    for (let group = 1; group <= 5; group++) {
      const odd = group % 2 === 1;
      x = (x + y) | 0;
      y = rotate(y, odd ? 13 : 17) ^ x;
      x = (x + y) | 0;
      y = rotate(y, odd ? 15 : 29) ^ x;
      x = (x + y) | 0;
      y = rotate(y, odd ? 26 : 16) ^ x;
      x = (x + y) | 0;
      y = rotate(y, odd ? 6 : 24) ^ x;
      x = (x + a) | 0;
      y = (y + b + group) | 0;
      const last = a;
      a = b;
      b = c;
      c = last;
    }
    return [x >>> 0, y >>> 0];
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
    const pair = partitionable ? threefry(key, 0, index) : null;
    const bits = pair === null ? word(key, count, index) : (pair[0] ^ pair[1]) >>> 0;
    return (bits >>> 9) * 2 ** -23;
  };
  const normal = (key: Words): number => {
    const symmetric = 2 * uniform(key, 1, 0) - 1 + (double ? 2 ** -53 : 2 ** -24);
    const result = Math.SQRT2 * erfinv(double ? symmetric : Math.fround(symmetric));
    return double ? result : Math.fround(result);
  };
  return { split, uniform, normal };
}
