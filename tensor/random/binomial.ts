/**
 * Binomially and multinomially distributed numbers.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames } from "../check_option_names.ts";
import { binomialKernels } from "../kernels/random/binomial.ts";
import { divide, subtract } from "../ops/arithmetic.ts";
import { broadcastTo } from "../ops/broadcast_to.ts";
import { equal } from "../ops/comparison.ts";
import { stack } from "../ops/concatenate.ts";
import { cumsum } from "../ops/cumulative.ts";
import { clip, where } from "../ops/selection.ts";
import { index, unstack } from "../ops/slice.ts";
import type { Primitive } from "../primitive.ts";
import { checkShape, type Shape } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { checkKey } from "./key.ts";
import type { LayoutOptions } from "./options.ts";
import { parameter, parameters } from "./parameter.ts";
import { defineRejection, type Drawing } from "./rejection.ts";
import { split } from "./split.ts";

const binomialPrimitive: Primitive<Drawing> = defineRejection("binomial", "float32", binomialKernels);

/** Options of `binomial`. */
export interface BinomialOptions extends LayoutOptions {
  /** The number of trials, not negative. */
  readonly trials: TensorLike;
  /** The probability of success of each. */
  readonly probability: TensorLike;
  /** The shape; that of both by default. */
  readonly shape?: Shape;
}

const BINOMIAL_OPTIONS = { trials: true, probability: true, shape: true, partitionable: true } as const;

/**
 * Numbers (float32) of successes of independent trials, as `jax.random.binomial`; NaN for a negative number of trials or
 * where the probability is none.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the trials are negative, the probability is none, or they do not broadcast to the shape.
 *
 * @example
 * ```ts
 * import { mean, random } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const drawn = random.binomial(random.key(0), { trials: 10, probability: 0.3, shape: [10000] });
 * assertAlmostEquals(mean(drawn).item(), 3, 0.1);
 * ```
 */
export function binomial(key: Tensor, options: BinomialOptions): Tensor {
  checkOptionNames("binomial", options, BINOMIAL_OPTIONS);
  const { trials, probability, partitionable = true } = options;
  checkKey("binomial", key);
  if (typeof trials === "number" && !(trials >= 0)) {
    throw new RangeError(`binomial expects a number of trials of at least 0 but got ${trials}`);
  }
  if (typeof probability === "number" && !(probability >= 0 && probability <= 1)) {
    throw new RangeError(`binomial expects a probability from 0 to 1 but got ${probability}`);
  }
  const { shape, tensors } = parameters("binomial", [trials, probability], options.shape, "float32");
  checkShape("binomial", shape);
  const [counts, shares] = tensors.map((x) => broadcastTo(x, shape));
  return apply(binomialPrimitive, [key, counts, shares], { partitionable });
}

/** Options of `multinomial`. */
export interface MultinomialOptions extends LayoutOptions {
  /** The number of trials, not negative. */
  readonly trials: TensorLike;
  /** Probabilities [..., k] of the categories. */
  readonly probabilities: Tensor;
  /** The shape `[..., k]`; that of the probabilities by default. */
  readonly shape?: Shape;
}

const MULTINOMIAL_OPTIONS = { trials: true, probabilities: true, shape: true, partitionable: true } as const;

/**
 * How often (float32) each of k categories comes in independent trials, as `jax.random.multinomial`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If there is no axis of categories, or the trials are negative.
 *
 * @example
 * ```ts
 * import { random, sum, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const counts = random.multinomial(random.key(0), { trials: 9, probabilities: tensor([0.2, 0.3, 0.5]) });
 * assertEquals(sum(counts).item(), 9);
 * ```
 */
export function multinomial(key: Tensor, options: MultinomialOptions): Tensor {
  checkOptionNames("multinomial", options, MULTINOMIAL_OPTIONS);
  checkKey("multinomial", key);
  const given = parameter("multinomial", options.probabilities, "float32");
  if (given.rank === 0) {
    throw new RangeError(`multinomial expects probabilities along an axis but got ${describe(given)}`);
  }
  const { trials, shape = given.shape, partitionable = true } = options;
  if (typeof trials === "number" && !(trials >= 0)) {
    throw new RangeError(`multinomial expects a number of trials of at least 0 but got ${trials}`);
  }
  const probabilities = broadcastTo(given, shape);
  const left = cumsum(probabilities, { axis: -1, reverse: true });
  const ratios = unstack(divide(probabilities, where(equal(left, 0), 1, left)), -1);
  const keys = split(key, ratios.length, { partitionable });
  let rest = broadcastTo(parameter("multinomial", trials, "float32"), shape.slice(0, -1));
  const counts = ratios.map((ratio, i) => {
    const share = clip(ratio, { min: 0, max: 1 });
    const count = binomial(index(keys, i), { trials: rest, probability: share, partitionable });
    rest = subtract(rest, count);
    return count;
  });
  return stack(counts, -1);
}
