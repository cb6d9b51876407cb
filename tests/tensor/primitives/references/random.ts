/**
 * What the entries of random numbers compute, on plain arrays: a key is its two words.
 *
 * @module
 */
import { erfinv } from "./special.ts";
import type { Reference } from "./reference.ts";

/** Two words of 32 bits. */
type Words = readonly [number, number];

/** Threefry with twenty rounds (Salmon and others, 2011). */
function threefry([k0, k1]: Words, [x0, x1]: Words): Words {
  const keys = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  const turns = [[13, 15, 26, 6], [17, 29, 16, 24]];
  let [a, b] = [x0 + k0 | 0, x1 + k1 | 0];
  for (let group = 0; group < 5; group++) {
    for (const turn of turns[group % 2]) {
      a = a + b | 0;
      b = (b << turn | b >>> (32 - turn)) ^ a;
    }
    a = a + keys[(group + 1) % 3] | 0;
    b = b + keys[(group + 2) % 3] + group + 1 | 0;
  }
  return [a >>> 0, b >>> 0];
}

const counted = (key: Words, count: number): readonly Words[] =>
  Array.from({ length: count }, (_, i) => threefry(key, [0, i]));
const bits = (key: Words, count: number): readonly number[] =>
  counted(key, count).map(([a, b]) => (a ^ b) >>> 0);
const unit = (word: number): number => (word >>> 9) / 2 ** 23;
const unit64 = ([high, low]: Words): number => (high * 2 ** 20 + (low >>> 12)) / 2 ** 52;

/** A reference of a key and of how many numbers are drawn. */
const drawn = (f: (key: Words, count: number) => readonly number[]): Reference => (key, like) => {
  const data = f([key.data[0], key.data[1]], like.data.length);
  return { shape: [data.length], data };
};
const pairs = (f: (key: Words, count: number) => readonly Words[]): Reference => (key, like) => {
  const data = f([key.data[0], key.data[1]], like.data.length);
  return { shape: [data.length, 2], data: data.flat() };
};

const MULTIPLIER = 2 ** 32 % 14;

/** By the names of the primitives. */
export const RANDOM: Readonly<Record<string, Reference>> = {
  keyData: pairs(counted),
  splitKey: pairs(counted),
  wrapKeyData: pairs((key, count) => counted(key, count).map(([a, b]) => [(a + 1) >>> 0, (b + 1) >>> 0])),
  randomBits: drawn(bits),
  foldIn: drawn((key, count) => bits(threefry(key, [0, 3]), count)),
  unitUniform: drawn((key, count) => bits(key, count).map(unit)),
  unitUniformFloat64: drawn((key, count) => counted(key, count).map(unit64)),
  uniform: (key, bound) => ({
    shape: bound.shape,
    data: bits([key.data[0], key.data[1]], bound.data.length).map((word, i) =>
      Math.max(-1, Math.fround(unit(word) * Math.fround(bound.data[i] + 1) - 1))
    ),
  }),
  normal: drawn((key, count) =>
    bits(key, count).map((word) => Math.SQRT2 * erfinv(2 * unit(word) - 1 + 2 ** -24))
  ),
  normalFloat64: drawn((key, count) =>
    counted(key, count).map((words) => Math.SQRT2 * erfinv(2 * unit64(words) - 1 + 2 ** -53))
  ),
  randint: drawn((key, count) => {
    const [high, low] = counted(key, 2).map((sub) => bits(sub, count));
    // Two words make a number evener than one: (high 2^32 + low) mod 14.
    return high.map((word, i) => -5 + ((word % 14) * MULTIPLIER + low[i] % 14) % 14);
  }),
};
