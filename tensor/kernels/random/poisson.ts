/**
 * Poisson distributed numbers.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import { samplerKernels, type SamplerLoop } from "./sampler.ts";

/**
 * Below a rate of 10 the method of Knuth, else transformed rejection (Hörmann, 1993). All elements draw from one key
 * after another until the last is accepted, as in JAX: the first step finds how often that is for each block, the second
 * one what each element draws last. Arguments: addresses of the key (two words), the rates, the result (int32) and a table
 * of two int32 a block; the numbers of elements and of those of a block. Units are blocks.
 */
const loop: SamplerLoop = (views, at, begin, end, step, { rounds, uniform }, lgamma) => {
  const { float64: p, float32: x, uint32: words, int32: whole } = views;
  const [rates, to, table, n, block] = [1, 2, 3, 4, 5].map((i) => p[at + i]);
  const first = [words[p[at]], words[p[at] + 1]] as const;
  const isSmall = (rate: number): boolean => rate !== rate || rate < 10;
  const knuth = rounds(first, 2, 0, [1]), rejection = rounds(first, 3, 0, [1, 2]);
  let drawn = 0;
  /** Whether what element i draws in a round is accepted. */
  const isAccepted = (i: number, round: number): boolean => {
    const rate = x[rates + i], [one, other] = rejection(round);
    const b = 0.931 + 2.53 * Math.sqrt(rate), a = -0.059 + 0.02483 * b;
    const u = uniform(one, n, i) - 0.5, v = uniform(other, n, i), shifted = 0.5 - Math.abs(u);
    const k = drawn = Math.floor((2 * a / shifted + b) * u + rate + 0.43);
    if (shifted >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2)) return true;
    if (k < 0 || (shifted < 0.013 && v > shifted)) return false;
    const s = Math.log(v * (1.1239 + 1.1328 / (b - 3.4)) / (a / (shifted * shifted) + b));
    return s <= -rate + k * Math.log(rate) - lgamma(k + 1);
  };
  let most = 0;
  for (let row = 0; row < Math.ceil(n / block) && step === 1; row++) {
    most = Math.max(most, whole[table + 2 * row]);
  }
  for (let unit = begin; unit < end; unit++) {
    let needed = 0;
    for (let i = unit * block; i < Math.min(n, (unit + 1) * block); i++) {
      const rate = x[rates + i];
      if (!isSmall(rate)) {
        if (step === 0) {
          let round = 0;
          while (!isAccepted(i, round)) round++;
          needed = Math.max(needed, round + 1);
          continue;
        }
        // One that is accepted may be drawn anew while others are open.
        let round = most - 1;
        while (!isAccepted(i, round)) round--;
        whole[to + i] = drawn;
      } else if (step === 0) {
        let count = 0;
        for (let product = 0; product > -rate; count++) {
          const u = uniform(knuth(count)[0], n, i);
          product = Math.fround(product + Math.fround(Math.log(u)));
        }
        whole[to + i] = rate === 0 ? 0 : count - 1;
      }
    }
    if (step === 0) whole[table + 2 * unit] = needed;
  }
};

/** The loops for a layout, one after the other. */
export function poissonKernels(partitionable: boolean): readonly KernelReference[] {
  return samplerKernels("poisson", loop, 2, partitionable);
}
