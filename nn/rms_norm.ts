/**
 * Normalization by the root of the mean square.
 *
 * @module
 */
import { add, mean, multiply, ones, rsqrt, type Shape, square, type Tensor } from "../tensor/mod.ts";
import { checkShape, equalShapes, formatShape } from "../tensor/shape.ts";
import { checkBetween, checkPositiveInteger, checkTensor, place, shapeError, variable } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `rmsNorm`. */
export interface RmsNormOptions {
  /** What is added to the mean square; 1e-6 by default, as in flax (torch takes the epsilon of the dtype). */
  readonly eps?: number;
  /** How many axes, from the last one backwards, are normalized together; 1 by default. */
  readonly axes?: number;
}

/** Params of `rmsNorm`. */
export type RmsNormParams = {
  /** The learned scale, of the shape of the normalized axes; ones at first. */
  readonly scale: Tensor;
};

/**
 * `y = x / sqrt(mean(x^2) + eps) * scale` over the last axis, or the last `axes`, as torch.nn.RMSNorm (Zhang and
 * Sennrich, 2019).
 *
 * @throws {RangeError} If an option is out of range, or an input does not end with the shape of the params.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { rmsNorm } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const layer = rmsNorm();
 * const { params, state } = layer.init(random.key(0), [2]);
 * assertAlmostEquals(layer.apply({ params, state }, tensor([[3, 3]])).output.data()[0] as number, 1, 1e-5);
 * ```
 */
export function rmsNorm(options: RmsNormOptions = {}): Layer<RmsNormParams, Empty> {
  const { eps = 1e-6, axes = 1 } = options;
  checkBetween("rmsNorm", "eps", eps, 0, Infinity);
  checkPositiveInteger("rmsNorm", "axes", axes);
  return {
    name: "rmsNorm",
    torch: torchEntries([{ kind: "params", key: "scale", name: "weight" }]),
    init(_key, inputShape, context = {}) {
      const at = place("rmsNorm", context.path);
      checkShape(at, inputShape);
      if (inputShape.length < axes) {
        throw shapeError(at, `an input shape of at least ${axes} axes`, inputShape);
      }
      const shape: Shape = inputShape.slice(-axes);
      return { params: { scale: ones(shape) }, state: {}, outputShape: inputShape };
    },
    apply({ params, state }, x, context = {}) {
      const at = place("rmsNorm", context.path);
      checkTensor(at, x);
      const scale = variable(at, "params", params, "scale");
      if (x.rank <= scale.rank || !equalShapes(x.shape.slice(-scale.rank), scale.shape)) {
        throw shapeError(at, `inputs of shape [n, ..., ${formatShape(scale.shape).slice(1)}`, x.shape);
      }
      const over = scale.shape.map((_, i) => i - scale.rank);
      const factor = rsqrt(add(mean(square(x), { axes: over, keepDims: true }), eps));
      return { output: multiply(multiply(x, factor), scale), state };
    },
  };
}
