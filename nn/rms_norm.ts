/**
 * Normalization by the root of the mean square.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import type { Tensor } from "../tensor/mod.ts";
import { checkTensor, placeOf, placeOfApply } from "./check.ts";
import {
  affine,
  checkNormOptions,
  dividedByRms,
  featureShape,
  initialAffine,
  normAxes,
  type NormAxesOptions,
  type NormOptions,
} from "./feature_norm.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `rmsNorm`; `eps` is 1e-6 by default, as in flax (torch takes the epsilon of the dtype). */
export type RmsNormOptions = Omit<NormOptions, "fastVariance"> & NormAxesOptions;

const RMS_NORM_OPTIONS = {
  eps: true,
  scale: true,
  axes: true,
  reductionAxes: true,
  featureAxes: true,
} as const;

/** Params of `rmsNorm`; none where it is not learned. */
export type RmsNormParams = {
  /** The learned scale, of the shape of the feature axes; ones at first. */
  readonly scale?: Tensor;
};

/**
 * `y = x / sqrt(mean(x^2) + eps) * scale` over the last axis, or the last `axes`, as torch.nn.RMSNorm (Zhang and
 * Sennrich, 2019). `reductionAxes`, `featureAxes` and `normMask` are as in `layerNorm`.
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
  checkOptionNames("rmsNorm", options, RMS_NORM_OPTIONS);
  const { eps = 1e-6, scale = true } = options;
  checkNormOptions("rmsNorm", options);
  return {
    name: "rmsNorm",
    torch: torchEntries([{ kind: "params", key: "scale", name: "weight" }]),
    init(_key, inputShape, context = {}) {
      const at = placeOf("rmsNorm", context);
      const shape = featureShape(at, options, inputShape);
      return { params: initialAffine(shape, { scale, offset: false }), state: {}, outputShape: inputShape };
    },
    apply({ params, state }, x, applied = {}) {
      const at = placeOfApply("rmsNorm", applied);
      const { normMask } = applied;
      checkTensor(at, x);
      const { reduction, features } = normAxes(at, options, x.rank);
      const normal = dividedByRms(x, { axes: reduction, eps, mask: normMask });
      return { output: affine(at, params, normal, { features, scale, offset: false }), state };
    },
  };
}
