/**
 * Gamma distributed numbers.
 *
 * @module
 */
import { generatedKernel } from "../generated.ts";
import type { KernelReference } from "../kernel.ts";
import type { FloatingDType } from "../plan.ts";
import { type Generator, makeGenerator } from "./generator.ts";

type Loop = (
  p: Float64Array,
  x: Float32Array | Float64Array,
  words: Uint32Array,
  at: number,
  begin: number,
  end: number,
  generator: Generator,
) => void;

/**
 * The method of Marsaglia and Tsang (2000), each element with a key of its own; below a concentration of 1 a sample of
 * one more is scaled down. Arguments: addresses of the keys (pairs of words), the concentrations and the result;
 * whether logarithms are wanted (1 or 0). Units are elements.
 */
const loop: Loop = (p, x, words, at, begin, end, { split, uniform, normal }) => {
  const logarithmic = p[at + 3] === 1;
  for (let u = begin; u < end; u++) {
    const key = [words[p[at] + 2 * u], words[p[at] + 2 * u + 1]] as const;
    const given = x[p[at + 1] + u];
    const concentration = given >= 1 ? given : given + 1;
    const d = concentration - 1 / 3, c = 1 / 3 / Math.sqrt(d);
    let now = split(key, 2, 0), cube = NaN;
    for (; d === d; now = split(now, 3, 0)) {
      let tries = split(now, 3, 1), z = normal(split(tries, 2, 1)), v = 1 + z * c;
      while (!(v > 0)) {
        tries = split(tries, 2, 0);
        z = normal(split(tries, 2, 1));
        v = 1 + z * c;
      }
      cube = v * v * v;
      const square = z * z, chance = uniform(split(now, 3, 2), 1, 0);
      if (chance < 1 - 0.0331 * square * square) break;
      if (Math.log(chance) < square / 2 + d * (1 - cube + Math.log(cube))) break;
    }
    // Below a concentration of 1 alone.
    const rest = given >= 1 ? 1 : 1 - uniform(split(key, 2, 1), 1, 0);
    if (logarithmic) {
      x[p[at + 2] + u] = Math.log(d) + Math.log(cube) + (given >= 1 ? 0 : Math.log(rest) / given);
    } else x[p[at + 2] + u] = d * cube * (given >= 1 ? 1 : rest ** (1 / given));
  }
};

/** The loop for a dtype and a layout. */
export function gammaKernel(dtype: FloatingDType, partitionable: boolean): KernelReference {
  return generatedKernel(`gamma ${dtype} ${partitionable}`, () =>
    `(() => {
const loop = ${loop};
const generator = (${makeGenerator})(${partitionable}, ${dtype === "float64"}, lib.${
      dtype === "float64" ? "erfinv" : "erfinvFloat32"
    });
return (views, at, begin, end) => loop(views.float64, views.${dtype}, views.uint32, at, begin, end, generator);
})()`);
}
