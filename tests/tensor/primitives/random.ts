/**
 * The entries of random numbers and of host scalars.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { type Entry, numbers } from "./entry.ts";

const { random } = t;

/** An entry of a random key alone; the shape of the draw follows from the size. */
function drawn(f: (key: Tensor, count: number) => Tensor): Entry {
  const operands = (count: number): readonly Tensor[] => [random.key(7), t.zeros([count])];
  return {
    f: (key, like) => f(key, like.shape[0]),
    order: 0,
    small: () => operands(7),
    large: () => operands(300_001),
  };
}

/** By the names of the primitives. */
export const RANDOM: Readonly<Record<string, Entry>> = {
  keyData: drawn((key, count) => random.keyData(random.split(key, count))),
  wrapKeyData: drawn((key, count) =>
    random.keyData(random.wrapKeyData(t.add(random.keyData(random.split(key, count)), 1)))
  ),
  randomBits: drawn((key, count) => random.bits(key, [count])),
  unitUniform: drawn((key, count) => random.uniform(key, [count])),
  unitUniformFloat64: drawn((key, count) => random.uniform(key, [count], { dtype: "float64" })),
  uniform: {
    f: (key, bound) => random.uniform(key, bound.shape, { min: -1, max: bound }),
    order: 0,
    small: () => [random.key(7), numbers([5], 1, 2, "float32")],
    large: () => [random.key(7), numbers([300_001], 1, 2, "float32")],
  },
  normal: drawn((key, count) => random.normal(key, [count])),
  normalFloat64: drawn((key, count) => random.normal(key, [count], { dtype: "float64" })),
  gamma: drawn((key, count) => random.gamma(key, { concentration: 0.7, shape: [Math.min(count, 5000)] })),
  binomial: drawn((key, count) =>
    random.binomial(key, { trials: 40, probability: 0.4, shape: [Math.min(count, 5000)] })
  ),
  poisson: drawn((key, count) => random.poisson(key, { rate: 12, shape: [Math.min(count, 5000)] })),
  splitKey: drawn((key, count) => random.keyData(random.split(key, count))),
  foldIn: drawn((key, count) => random.bits(random.foldIn(key, 3), [count])),
  randint: drawn((key, count) => random.randint(key, [count], { min: -5, max: 9 })),
  host: {
    // Eagerly the numbers of examples are plain; a batch takes them through the program.
    f: (xs) => {
      const each = t.vmap((x: Tensor) => {
        const squared = t.host((n) => n * n + 1, t.hostValue(x));
        return t.multiply(t.onesLike(x), squared);
      });
      return t.reshape(each(t.ravel(xs)), xs.shape);
    },
    order: 0,
    small: () => [numbers([5], -2, 2)],
    large: () => [numbers([20_000], -2, 2)],
  },
  hostScalar: {
    // Eagerly the number is a number; a program takes it anew at each call.
    f: (x) => t.compile((y: Tensor, factor: number) => t.multiply(y, t.host((n) => n + 1, factor)))(x, 2),
    order: 0,
    small: () => [numbers([4], -2, 2, "float32")],
    large: () => [numbers([300_000], -2, 2, "float32")],
  },
};
