/**
 * A rectifier whose slope is random.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { greater, multiply, random, where } from "../tensor/mod.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkTensor, placeOf, placeOfApply } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";

/** Options of `rrelu`. */
export interface RreluOptions {
  /** The least slope; 1 / 8 by default. */
  readonly lower?: number;
  /** The greatest slope; 1 / 3 by default. */
  readonly upper?: number;
}

const RRELU_OPTIONS = { lower: true, upper: true } as const;

/**
 * `x` above 0 and `slope x` elsewhere, with a slope drawn for each element from `lower` to `upper` in training, and their
 * mean in evaluation, as torch.nn.RReLU (Xu et al., 2015).
 *
 * @throws {RangeError} If `lower` is above `upper`.
 * @throws {TypeError} If a key is missing in training.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { rrelu } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = rrelu({ lower: 0.25, upper: 0.75 });
 * assertEquals(layer.apply({ params: {}, state: {} }, tensor([[-2, 2]])).output.toArray(), [[-1, 2]]);
 * ```
 */
export function rrelu(options: RreluOptions = {}): Layer<Empty, Empty> {
  checkOptionNames("rrelu", options, RRELU_OPTIONS);
  const { lower = 1 / 8, upper = 1 / 3 } = options;
  if (typeof lower !== "number" || typeof upper !== "number" || !(lower <= upper)) {
    throw new RangeError(`rrelu expects lower up to upper but got ${String(lower)} and ${String(upper)}`);
  }
  return {
    name: "rrelu",
    init(_key, inputShape, context = {}) {
      checkShape(placeOf("rrelu", context), inputShape);
      return { params: {}, state: {}, outputShape: inputShape };
    },
    apply({ state }, x, applied = {}) {
      const at = placeOfApply("rrelu", applied);
      const { training = false, key } = applied;
      checkTensor(at, x);
      if (training && key === undefined) {
        throw new TypeError(
          `${at} expects a random key in training but got none: pass { training: true, key }`,
        );
      }
      const dtype = x.dtype === "float64" ? "float64" : "float32";
      const slope = training
        ? random.uniform(key!, x.shape, { min: lower, max: upper, dtype })
        : (lower + upper) / 2;
      return { output: where(greater(x, 0), x, multiply(x, slope)), state };
    },
  };
}
