/**
 * Normalization of each input by itself.
 *
 * @module
 */
import { add, multiply, ones, type Shape, standardize, type Tensor, zeros } from "../tensor/mod.ts";
import { checkShape, equalShapes, formatShape } from "../tensor/shape.ts";
import { checkBetween, checkPositiveInteger, checkTensor, place, shapeError, variable } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `layerNorm`. */
export interface LayerNormOptions {
  /** What is added to the variance; 1e-5 by default, as in torch (flax has 1e-6). */
  readonly eps?: number;
  /** How many axes, from the last one backwards, are normalized together; 1 by default. */
  readonly axes?: number;
}

/** Params of `layerNorm`. */
export type LayerNormParams = {
  /** The learned scale, of the shape of the normalized axes; ones at first. */
  readonly scale: Tensor;
  /** The learned offset, of the shape of the normalized axes; zeros at first. */
  readonly offset: Tensor;
};

/**
 * `y = (x - mean) / sqrt(variance + eps) * scale + offset` with mean and (biased) variance over the last axis, or
 * the last `axes`, as torch.nn.LayerNorm (Ba et al., "Layer Normalization", 2016). Training and evaluation are
 * alike. The variance is computed in two passes, so a large offset of the input costs no precision.
 *
 * @throws {RangeError} If an option is out of range, or an input does not end with the shape of the params.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { layerNorm } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const layer = layerNorm();
 * const { params, state } = layer.init(random.key(0), [2]);
 * const { output } = layer.apply({ params, state }, tensor([[3, 7]]));
 * assertAlmostEquals(output.slice([null, [0, 1]]).item(), -1, 1e-5);
 * ```
 */
export function layerNorm(options: LayerNormOptions = {}): Layer<LayerNormParams, Empty> {
  const { eps = 1e-5, axes = 1 } = options;
  checkBetween("layerNorm", "eps", eps, 0, Infinity);
  checkPositiveInteger("layerNorm", "axes", axes);
  return {
    name: "layerNorm",
    torch: torchEntries([
      { kind: "params", key: "scale", name: "weight" },
      { kind: "params", key: "offset", name: "bias" },
    ]),
    init(_key, inputShape, context = {}) {
      const at = place("layerNorm", context.path);
      checkShape(at, inputShape);
      if (inputShape.length < axes) {
        throw shapeError(at, `an input shape of at least ${axes} axes`, inputShape);
      }
      const shape: Shape = inputShape.slice(-axes);
      return { params: { scale: ones(shape), offset: zeros(shape) }, state: {}, outputShape: inputShape };
    },
    apply({ params, state }, x, context = {}) {
      const at = place("layerNorm", context.path);
      checkTensor(at, x);
      const scale = variable(at, "params", params, "scale");
      const offset = variable(at, "params", params, "offset");
      if (x.rank <= scale.rank || !equalShapes(x.shape.slice(-scale.rank), scale.shape)) {
        throw shapeError(at, `inputs of shape [n, ..., ${formatShape(scale.shape).slice(1)}`, x.shape);
      }
      const over = scale.shape.map((_, i) => i - scale.rank);
      const normal = standardize(x, { axes: over, eps });
      return { output: add(multiply(normal, scale), offset), state };
    },
  };
}
