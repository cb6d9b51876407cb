/**
 * Normalization of each input by itself.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import type { Tensor } from "../tensor/mod.ts";
import { checkTensor, placeOf, placeOfApply } from "./check.ts";
import {
  affine,
  AFFINE_ENTRIES,
  checkNormOptions,
  featureShape,
  initialAffine,
  normAxes,
  type NormAxesOptions,
  type NormOptions,
  standardized,
} from "./feature_norm.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `layerNorm`; `eps` is 1e-5 by default, as in torch (flax has 1e-6). */
export interface LayerNormOptions extends NormOptions, NormAxesOptions {
  /** Whether an offset is learned; true by default. */
  readonly offset?: boolean;
}

const LAYER_NORM_OPTIONS = {
  offset: true,
  eps: true,
  scale: true,
  fastVariance: true,
  axes: true,
  reductionAxes: true,
  featureAxes: true,
} as const;

/** Params of `layerNorm`; none where they are not learned. */
export type LayerNormParams = {
  /** The learned scale, of the shape of the feature axes; ones at first. */
  readonly scale?: Tensor;
  /** The learned offset, of the shape of the feature axes; zeros at first. */
  readonly offset?: Tensor;
};

/**
 * `y = (x - mean) / sqrt(variance + eps) * scale + offset` with mean and (biased) variance over the last axis, or
 * the last `axes`, as torch.nn.LayerNorm (Ba et al., "Layer Normalization", 2016). Training and evaluation are
 * alike. The variance is computed in two passes, so a large offset of the input costs no precision. `reductionAxes` and
 * `featureAxes` are those of flax.linen.LayerNorm, and `normMask` of `apply` says which elements count.
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
  checkOptionNames("layerNorm", options, LAYER_NORM_OPTIONS);
  const { eps = 1e-5, scale = true, offset = true, fastVariance = false } = options;
  checkNormOptions("layerNorm", options);
  return {
    name: "layerNorm",
    torch: torchEntries(AFFINE_ENTRIES),
    init(_key, inputShape, context = {}) {
      const at = placeOf("layerNorm", context);
      const shape = featureShape(at, options, inputShape);
      return { params: initialAffine(shape, { scale, offset }), state: {}, outputShape: inputShape };
    },
    apply({ params, state }, x, applied = {}) {
      const at = placeOfApply("layerNorm", applied);
      const { normMask } = applied;
      checkTensor(at, x);
      const { reduction, features } = normAxes(at, options, x.rank);
      const normal = standardized(x, { axes: reduction, eps, mask: normMask, fastVariance });
      return { output: affine(at, params, normal, { features, scale, offset }), state };
    },
  };
}
