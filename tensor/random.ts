/**
 * Random numbers from explicit keys, with the bits of `jax.random` (Threefry-2x32).
 *
 * Nothing is hidden: a function of a key gives the same numbers every time. Split a key, or fold a number into
 * it, for each further use.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [first, second] = random.split(random.key(0));
 * assertEquals(random.normal(first, [2, 3]).shape, [2, 3]);
 * assertEquals(random.permutation(second, 4).shape, [4]);
 * ```
 *
 * @module
 */
export { bernoulli, type BernoulliOptions } from "./random/bernoulli.ts";
export { bits, type BitsOptions } from "./random/bits.ts";
export { key, keyData, wrapKeyData } from "./random/key.ts";
export { normal } from "./random/normal.ts";
export type { FloatingOptions, LayoutOptions } from "./random/options.ts";
export { permutation, type PermutationOptions } from "./random/permutation.ts";
export { randint, type RandintOptions } from "./random/randint.ts";
export { foldIn, split } from "./random/split.ts";
export { uniform, type UniformOptions } from "./random/uniform.ts";
