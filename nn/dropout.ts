/**
 * Dropout.
 *
 * @module
 */
import { divide, random, where, zerosLike } from "../tensor/mod.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkBetween, checkTensor, place } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";

/** Options of `dropout`. */
export interface DropoutOptions {
  /** The probability that an element becomes 0; from 0 to 1. */
  readonly rate: number;
}

/**
 * In training, each element becomes 0 with probability `rate` and `x / (1 - rate)` otherwise, so that the mean
 * stays; in evaluation, the input as it is (Srivastava et al., "Dropout", 2014). The same key drops the same
 * elements, and gives those that flax.linen.Dropout drops with it. A rate of 1 gives zeros, never NaN.
 *
 * @throws {RangeError} If `rate` is not between 0 and 1.
 * @throws {TypeError} If a key is missing in training, unless the rate is 0 or 1.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { dropout } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = dropout({ rate: 0.5 });
 * const variables = layer.init(random.key(0), [100]);
 * const { output } = layer.apply(variables, ones([1, 100]), { training: true, key: random.key(1) });
 * assertEquals(new Set(output.data()), new Set([0, 2]));
 * ```
 */
export function dropout(options: DropoutOptions): Layer<Empty, Empty> {
  const { rate } = options;
  checkBetween("dropout", "rate", rate, 0, 1);
  return {
    name: "dropout",
    init(_key, inputShape, context = {}) {
      checkShape(place("dropout", context.path), inputShape);
      return { params: {}, state: {}, outputShape: inputShape };
    },
    apply({ state }, x, { training = false, key, path } = {}) {
      const at = place("dropout", path);
      checkTensor(at, x);
      if (!training || rate === 0) return { output: x, state };
      if (rate === 1) return { output: zerosLike(x), state };
      if (key === undefined) {
        throw new TypeError(
          `${at} expects a random key in training but got none: pass { training: true, key }`,
        );
      }
      const kept = random.bernoulli(key, { probability: 1 - rate, shape: x.shape });
      return { output: where(kept, divide(x, 1 - rate), 0), state };
    },
  };
}
