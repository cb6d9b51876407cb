/**
 * Binomially distributed numbers.
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
  at: number,
  generator: Generator,
) => void;

/**
 * Up to a mean of 10 by sums of geometric numbers, else by transformed rejection (Hörmann, 1993). All elements draw from
 * one key after another until the last is accepted, as in JAX, so one unit does all of them. Arguments: addresses of the
 * key (two words), the numbers of trials, the probabilities and the result (float32); the number of elements.
 */
const loop: Loop = (p, x, words, at, { split, uniform }) => {
  const n = p[at + 4], counts = p[at + 1], shares = p[at + 2], to = p[at + 3];
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
  const share = new Float64Array(n), trials = new Float64Array(n), inverts = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const given = x[shares + i], count = x[counts + i];
    const q = given < 0.5 ? given : f(1 - given);
    share[i] = q >= 0 ? q : f(0.01);
    trials[i] = Math.floor(count);
    inverts[i] = !(count >= 0) || f(count * share[i]) <= 10 ? 1 : 0;
  }
  const found = new Float64Array(n), sums = new Float64Array(n);
  let key = first;
  for (let isOpen = true; isOpen;) {
    const drawn = split(key, 2, 0);
    key = split(key, 2, 1);
    isOpen = false;
    for (let i = 0; i < n; i++) {
      if (inverts[i] === 0 || !(sums[i] <= trials[i])) continue;
      found[i] += 1;
      const step = f(f(Math.log(uniform(drawn, n, i))) / f(Math.log1p(-share[i])));
      sums[i] = f(sums[i] + Math.ceil(step));
      if (sums[i] <= trials[i]) isOpen = true;
    }
  }
  for (let i = 0; i < n; i++) if (inverts[i] === 1) found[i] -= 1;
  const accepted = new Uint8Array(n);
  key = first;
  for (let isOpen = true; isOpen;) {
    const [one, other] = [split(key, 3, 1), split(key, 3, 2)];
    key = split(key, 3, 0);
    isOpen = false;
    for (let i = 0; i < n; i++) {
      if (inverts[i] === 0 && trials[i] === Infinity) continue;
      // JAX goes on until what stands in the place of the others is accepted too.
      const count = inverts[i] === 1 ? 1e4 : trials[i], q = inverts[i] === 1 ? 0.5 : share[i];
      const deviation = Math.sqrt(count * q * (1 - q));
      const b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * q;
      const r = q / (1 - q), m = Math.floor((count + 1) * q);
      const u = uniform(one, n, i) - 0.5, v = uniform(other, n, i), shifted = 0.5 - Math.abs(u);
      const k = Math.floor((2 * a / shifted + b) * u + count * q + 0.5);
      const isSure = shifted >= 0.07 && v <= 0.92 - 4.2 / b;
      const isOut = k < 0 || k > count;
      const isBelow = (): boolean => {
        const height = Math.log(v * (2.83 + 5.1 / b) * deviation / (a / (shifted * shifted) + b));
        const bound = (m + 0.5) * Math.log((m + 1) / (r * (count - m + 1))) +
          (count + 1) * Math.log((count - m + 1) / (count - k + 1)) +
          (k + 0.5) * Math.log(r * (count - k + 1) / (k + 1)) +
          tail(m) + tail(count - m) - tail(k) - tail(count - k);
        return height <= bound;
      };
      // One that is accepted already may be drawn anew while others are open, as in JAX.
      if (isSure || (!isOut && isBelow())) {
        if (inverts[i] === 0) found[i] = k;
        accepted[i] = 1;
      } else if (accepted[i] === 0) isOpen = true;
    }
  }
  for (let i = 0; i < n; i++) {
    const given = x[shares + i], count = x[counts + i];
    const isFlipped = given >= 0.5 && count >= 0 && count < Infinity;
    const value = count === Infinity && given <= 1 ? Infinity : isFlipped ? trials[i] - found[i] : found[i];
    x[to + i] = count >= 0 && given >= 0 && given <= 1 ? value : NaN;
  }
};

/** The loop for a layout. */
export function binomialKernel(partitionable: boolean): KernelReference {
  return generatedKernel(`binomial ${partitionable}`, () =>
    `(() => {
const loop = ${loop};
const generator = (${makeGenerator})(${partitionable}, false, lib.erfinv);
return (views, at, begin, end) => {
if (begin < end) loop(views.float64, views.float32, views.uint32, at, generator);
};
})()`);
}
