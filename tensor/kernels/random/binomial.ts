/**
 * Binomially distributed numbers.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import { samplerKernels, type SamplerLoop } from "./sampler.ts";

/**
 * Up to a mean of 10 by sums of geometric numbers, else by transformed rejection (Hörmann, 1993). All elements draw from
 * one key after another until the last is accepted, as in JAX: the first two steps find how often that is for each block,
 * the last one what each element draws last. Arguments: addresses of the key (two words), the numbers of trials, the
 * probabilities, the result (float32) and a table of two int32 a block; the numbers of elements and of those of a block.
 * Units are blocks.
 */
const loop: SamplerLoop = (views, at, begin, end, step, { rounds, uniform }) => {
  const { float64: p, float32: x, uint32: words, int32: table } = views;
  const [counts, shares, to, rows, n, block] = [1, 2, 3, 4, 5, 6].map((i) => p[at + i]);
  const f = Math.fround;
  const first = [words[p[at]], words[p[at] + 1]] as const;
  const tails = [
    0.0810614667953272,
    0.0413406959554092,
    0.0276779256849983,
    0.02079067210376509,
    0.0166446911898211,
    0.0138761288230707,
    0.0118967099458917,
    0.0104112652619720,
    0.00925546218271273,
    0.00833056343336287,
  ];
  const tail = (k: number): number => {
    if (k <= 9) return tails[Math.floor(Math.max(0, k))];
    const square = (k + 1) * (k + 1);
    return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
  };
  const inversion = rounds(first, 2, 1, [0]), rejection = rounds(first, 3, 0, [1, 2]);
  let drawn = 0;
  /** Whether what element i draws in a round for so many trials is accepted. */
  const isAccepted = (i: number, round: number, count: number, q: number): boolean => {
    const [one, other] = rejection(round);
    const deviation = Math.sqrt(count * q * (1 - q));
    const b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * q;
    const u = uniform(one, n, i) - 0.5, v = uniform(other, n, i), shifted = 0.5 - Math.abs(u);
    const k = drawn = Math.floor((2 * a / shifted + b) * u + count * q + 0.5);
    if (shifted >= 0.07 && v <= 0.92 - 4.2 / b) return true;
    if (k < 0 || k > count) return false;
    const r = q / (1 - q), m = Math.floor((count + 1) * q);
    const height = Math.log(v * (2.83 + 5.1 / b) * deviation / (a / (shifted * shifted) + b));
    const bound = (m + 0.5) * Math.log((m + 1) / (r * (count - m + 1))) +
      (count + 1) * Math.log((count - m + 1) / (count - k + 1)) +
      (k + 0.5) * Math.log(r * (count - k + 1) / (k + 1)) +
      tail(m) + tail(count - m) - tail(k) - tail(count - k);
    return height <= bound;
  };
  const invert = (i: number, trials: number, q: number): number => {
    let found = 0;
    const step = f(Math.log1p(-q));
    for (let sum = 0; sum <= trials; found++) {
      sum = f(sum + Math.ceil(f(f(Math.log(uniform(inversion(found)[0], n, i))) / step)));
    }
    return found - 1;
  };
  let most = 0, isRejecting = false;
  for (let row = rows; row < rows + 2 * Math.ceil(n / block) && step > 0; row += 2) {
    most = Math.max(most, table[row]);
    isRejecting ||= table[row + 1] === 1;
  }
  for (let unit = begin; unit < end; unit++) {
    let needed = step === 0 ? 0 : table[rows + 2 * unit], isMarked = 0;
    for (let i = unit * block; i < Math.min(n, (unit + 1) * block); i++) {
      const given = x[shares + i], count = x[counts + i];
      const least = given < 0.5 ? given : f(1 - given);
      const q = least >= 0 ? least : f(0.01), trials = Math.floor(count);
      const inverts = !(count >= 0) || f(count * q) <= 10;
      const isEndless = !inverts && trials === Infinity;
      if (step < 2) {
        if (inverts && step === 0) x[to + i] = invert(i, trials, q);
        if (isEndless || inverts !== (step === 1)) continue;
        // JAX goes on until what stands in the place of those that are inverted is accepted too.
        if (step === 1 && !isRejecting) break;
        let round = 0;
        while (!(inverts ? isAccepted(i, round, 1e4, 0.5) : isAccepted(i, round, trials, q))) round++;
        needed = Math.max(needed, round + 1);
        if (step === 0) isMarked = 1;
        continue;
      }
      let found = inverts ? x[to + i] : 0;
      if (!inverts && !isEndless) {
        // One that is accepted may be drawn anew while others are open.
        let round = most - 1;
        while (!isAccepted(i, round, trials, q)) round--;
        found = drawn;
      }
      const isFlipped = given >= 0.5 && count >= 0 && count < Infinity;
      const value = count === Infinity && given <= 1 ? Infinity : isFlipped ? trials - found : found;
      x[to + i] = count >= 0 && given >= 0 && given <= 1 ? value : NaN;
    }
    if (step < 2) table[rows + 2 * unit] = needed;
    if (step === 0) table[rows + 2 * unit + 1] = isMarked;
  }
};

/** The loops for a layout, one after the other. */
export function binomialKernels(partitionable: boolean): readonly KernelReference[] {
  return samplerKernels("binomial", loop, 3, partitionable);
}
