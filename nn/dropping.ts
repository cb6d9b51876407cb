/**
 * What the layers that drop at random share.
 *
 * @module
 */
import { random, type Shape, type Tensor, zerosLike } from "../tensor/mod.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkBetween, checkTensor, placeOf, placeOfApply } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";

/** How a layer drops. */
export interface Dropping {
  /** The probability that an element, or what shares its draw, is dropped. */
  readonly rate: number;
  /** The shape of the draws, which broadcasts to that of the input; `at` is how the layer reads in errors. */
  readonly shape: (shape: Shape, at: string) => Shape;
  /** The output, where `kept` says what stays. */
  readonly drop: (x: Tensor, kept: Tensor) => Tensor;
}

/** A layer that drops in training, and gives its input in evaluation. With a rate of 1 it gives zeros. */
export function dropping(name: string, { rate, shape, drop }: Dropping): Layer<Empty, Empty> {
  checkBetween(name, "rate", rate, 0, 1);
  return {
    name,
    init(_key, inputShape, context = {}) {
      const at = placeOf(name, context);
      checkShape(at, inputShape);
      shape([1, ...inputShape], at);
      return { params: {}, state: {}, outputShape: inputShape };
    },
    apply({ state }, x, applied = {}) {
      const at = placeOfApply(name, applied);
      const { training = false, key } = applied;
      checkTensor(at, x);
      const drawn = shape(x.shape, at);
      if (!training || rate === 0) return { output: x, state };
      if (rate === 1) return { output: zerosLike(x), state };
      if (key === undefined) {
        throw new TypeError(
          `${at} expects a random key in training but got none: pass { training: true, key }`,
        );
      }
      return { output: drop(x, random.bernoulli(key, { probability: 1 - rate, shape: drawn })), state };
    },
  };
}
