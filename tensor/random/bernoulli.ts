/**
 * Random truth values.
 *
 * @module
 */
import { less } from "../ops/comparison.ts";
import { floating } from "../ops/convert.ts";
import { broadcastTo } from "../ops/structure.ts";
import type { Shape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { checkKey } from "./key.ts";
import type { LayoutOptions } from "./options.ts";
import { uniform } from "./uniform.ts";

/** Options of `bernoulli`. */
export interface BernoulliOptions extends LayoutOptions {
  /** How likely an element is true; 0.5 by default. A tensor broadcasts to the shape. */
  readonly probability?: TensorLike;
  /** The shape; that of the probability by default. */
  readonly shape?: Shape;
}

/**
 * Bools that are true with a given probability: `uniform < probability`, as `jax.random.bernoulli`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If it is several, a number is not within 0 to 1, or the shapes do not broadcast.
 *
 * @example
 * ```ts
 * import { mean, random } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const kept = random.bernoulli(random.key(0), { probability: 0.9, shape: [10000] });
 * assertAlmostEquals(mean(kept).item(), 0.9, 0.02);
 * ```
 */
export function bernoulli(key: Tensor, options: BernoulliOptions = {}): Tensor {
  checkKey("bernoulli", key);
  const { probability = 0.5 } = options;
  if (typeof probability === "number" && !(probability >= 0 && probability <= 1)) {
    throw new RangeError(`bernoulli expects a probability within 0 to 1 but got ${probability}`);
  }
  const chance = floating("bernoulli", probability);
  const shape = options.shape ?? chance.shape;
  const dtype = chance.dtype === "float64" ? "float64" : "float32";
  const drawn = uniform(key, shape, { ...options, dtype });
  return less(drawn, chance.rank === 0 ? chance : broadcastTo(chance, shape));
}
