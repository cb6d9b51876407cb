/**
 * Poisson distributed numbers.
 *
 * @module
 */
import { generatedKernel } from "../generated.ts";
import type { KernelReference } from "../kernel.ts";
import { type Generator, makeGenerator } from "./generator.ts";

type Loop = (
  p: Float64Array,
  x: Float32Array,
  words: Uint32Array,
  whole: Int32Array,
  at: number,
  generator: Generator,
  lgamma: (x: number) => number,
) => void;

/**
 * Below a rate of 10 the method of Knuth, else transformed rejection (Hörmann, 1993). All elements draw from one key
 * after another until the last is accepted, as in JAX, so one unit does all of them. Arguments: addresses of the key
 * (two words), the rates and the result (int32); the number of elements.
 */
const loop: Loop = (p, x, words, whole, at, { split, uniform }, lgamma) => {
  const n = p[at + 3], rates = p[at + 1], to = p[at + 2];
  const first = [words[p[at]], words[p[at] + 1]] as const;
  const isSmall = (rate: number): boolean => rate !== rate || rate < 10;
  for (let i = 0; i < n; i++) whole[to + i] = isSmall(x[rates + i]) ? 0 : -1;
  const products = new Float64Array(n);
  let key = first;
  for (let isOpen = true; isOpen;) {
    const drawn = split(key, 2, 1);
    key = split(key, 2, 0);
    isOpen = false;
    for (let i = 0; i < n; i++) {
      const rate = x[rates + i];
      if (!isSmall(rate) || !(products[i] > -rate)) continue;
      whole[to + i]++;
      products[i] = Math.fround(products[i] + Math.fround(Math.log(uniform(drawn, n, i))));
      if (products[i] > -rate) isOpen = true;
    }
  }
  const accepted = new Uint8Array(n);
  key = first;
  for (let isOpen = true; isOpen;) {
    const [one, other] = [split(key, 3, 1), split(key, 3, 2)];
    key = split(key, 3, 0);
    isOpen = false;
    for (let i = 0; i < n; i++) {
      const rate = x[rates + i];
      if (isSmall(rate)) continue;
      const b = 0.931 + 2.53 * Math.sqrt(rate), a = -0.059 + 0.02483 * b;
      const u = uniform(one, n, i) - 0.5, v = uniform(other, n, i), shifted = 0.5 - Math.abs(u);
      const k = Math.floor((2 * a / shifted + b) * u + rate + 0.43);
      const isBelow = (): boolean => {
        const s = Math.log(v * (1.1239 + 1.1328 / (b - 3.4)) / (a / (shifted * shifted) + b));
        return s <= -rate + k * Math.log(rate) - lgamma(k + 1);
      };
      const isSure = shifted >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2);
      const isOut = k < 0 || (shifted < 0.013 && v > shifted);
      // One that is accepted already may be drawn anew while others are open, as in JAX.
      if (isSure || (!isOut && isBelow())) {
        whole[to + i] = k;
        accepted[i] = 1;
      } else if (accepted[i] === 0) isOpen = true;
    }
  }
  for (let i = 0; i < n; i++) {
    if (isSmall(x[rates + i])) whole[to + i] = x[rates + i] === 0 ? 0 : whole[to + i] - 1;
  }
};

/** The loop for a layout. */
export function poissonKernel(partitionable: boolean): KernelReference {
  return generatedKernel(`poisson ${partitionable}`, () =>
    `(() => {
const loop = ${loop};
const generator = (${makeGenerator})(${partitionable}, false, lib.erfinv);
return (views, at, begin, end) => {
if (begin < end) loop(views.float64, views.float32, views.uint32, views.int32, at, generator, lib.lgamma);
};
})()`);
}
