/**
 * Random truth values.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { multiply, subtract } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { less } from "../ops/comparison.ts";
import { floating } from "../ops/convert.ts";
import { broadcastTo } from "../ops/broadcast_to.ts";
import { index } from "../ops/slice.ts";
import { checkShape, type Shape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { checkMode, type TailMode } from "./gumbel.ts";
import { checkKey } from "./key.ts";
import { LAYOUT_OPTIONS, type LayoutOptions } from "./options.ts";
import { uniform } from "./uniform.ts";

/** Options of `bernoulli`. */
export interface BernoulliOptions extends LayoutOptions {
  /** How likely an element is true; 0.5 by default. A tensor broadcasts to the shape. */
  readonly probability?: TensorLike;
  /** The shape; that of the probability by default. */
  readonly shape?: Shape;
  /** "low", the default, or "high", which draws twice the bits so that small probabilities are finer. */
  readonly mode?: TailMode;
}

const BERNOULLI_OPTIONS = { probability: true, shape: true, mode: true, partitionable: true } as const;

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
export function bernoulli(key: Tensor, options: BernoulliOptions = NO_OPTIONS): Tensor {
  checkOptionNames("bernoulli", options, BERNOULLI_OPTIONS);
  checkKey("bernoulli", key);
  const { probability = 0.5, mode = "low", ...rest } = options;
  checkMode("bernoulli", mode);
  if (typeof probability === "number" && !(probability >= 0 && probability <= 1)) {
    throw new RangeError(`bernoulli expects a probability within 0 to 1 but got ${probability}`);
  }
  const chance = floating("bernoulli", probability);
  const shape = options.shape ?? chance.shape;
  const dtype = chance.dtype === "float64" ? "float64" : "float32";
  const bound = chance.rank === 0 ? chance : broadcastTo(chance, shape);
  const layout = rest.partitionable === undefined ? {} : { partitionable: rest.partitionable };
  if (mode === "low") return less(uniform(key, shape, { ...layout, dtype }), bound);
  const drawn = uniform(key, [2, ...shape], { ...layout, dtype });
  const fine = multiply(index(drawn, 1), dtype === "float32" ? 2 ** -23 : 2 ** -52);
  return less(fine, subtract(bound, index(drawn, 0)));
}

/**
 * -1 or 1, each as likely, as int32, as `jax.random.rademacher`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 *
 * @example
 * ```ts
 * import { abs, min, random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(min(abs(random.rademacher(random.key(0), [100]))).item(), 1);
 * ```
 */
export function rademacher(key: Tensor, shape: Shape = [], options: LayoutOptions = NO_OPTIONS): Tensor {
  checkOptionNames("rademacher", options, LAYOUT_OPTIONS);
  checkKey("rademacher", key);
  checkShape("rademacher", shape);
  const isUp = bernoulli(key, { ...options, probability: 0.5, shape });
  return subtract(multiply(cast(isUp, "int32"), 2), 1);
}
