/**
 * Pooling of windows at random places, as a layer.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  fractionalMaxPool as pool,
  type FractionalMaxPoolOptions as PoolOptions,
  full,
  random,
  type Shape,
} from "../tensor/mod.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkTensor, placeOf, placeOfApply, shapeError } from "./check.ts";
import { inferShape, within } from "./infer_shape.ts";
import type { Empty, Layer } from "./layer.ts";

/** Options of `fractionalMaxPool`. */
export type FractionalMaxPoolOptions = Omit<PoolOptions, "samples">;

const FRACTIONAL_MAX_POOL_OPTIONS = { window: true, outputSize: true, outputRatio: true } as const;

/**
 * The greatest element of windows whose places are drawn for each channel in training, and are always the same in
 * evaluation, as torch.nn.FractionalMaxPool2d and 3d (Graham, "Fractional Max-Pooling", 2014), which draw in evaluation
 * too. It has no params.
 *
 * @throws {TypeError} If neither or both of `outputSize` and `outputRatio` are given, or a key is missing in training.
 * @throws {RangeError} If an option is out of range, or an input is too small.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { fractionalMaxPool } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = fractionalMaxPool({ window: 2, outputRatio: 0.7 });
 * assertEquals(layer.init(random.key(0), [3, 10, 10]).outputShape, [3, 7, 7]);
 * ```
 */
export function fractionalMaxPool(options: FractionalMaxPoolOptions): Layer<Empty, Empty> {
  checkOptionNames("fractionalMaxPool", options, FRACTIONAL_MAX_POOL_OPTIONS);
  const { outputSize, outputRatio } = options;
  if ((outputSize === undefined) === (outputRatio === undefined)) {
    const got = outputSize === undefined ? "none" : "both";
    throw new TypeError(`fractionalMaxPool expects either outputSize or outputRatio but got ${got}`);
  }
  const samplesShape = (at: string, shape: Shape): Shape => {
    if (shape.length < 3) throw shapeError(at, "inputs [n, channels, ...]", shape);
    return [shape[0], shape[1], shape.length - 2];
  };
  return {
    name: "fractionalMaxPool",
    init(_key, inputShape, context = {}) {
      const at = placeOf("fractionalMaxPool", context);
      checkShape(at, inputShape);
      const samples = full(samplesShape(at, [1, ...inputShape]), 0.5);
      const outputShape = inferShape(at, inputShape, (x) => pool(x, { ...options, samples }));
      return { params: {}, state: {}, outputShape };
    },
    apply({ state }, x, applied = {}) {
      const at = placeOfApply("fractionalMaxPool", applied);
      const { training = false, key } = applied;
      checkTensor(at, x);
      const shape = samplesShape(at, x.shape);
      if (training && key === undefined) {
        throw new TypeError(
          `${at} expects a random key in training but got none: pass { training: true, key }`,
        );
      }
      const samples = training ? random.uniform(key!, shape) : full(shape, 0.5);
      return { output: within(at, x.shape, () => pool(x, { ...options, samples })), state };
    },
  };
}
