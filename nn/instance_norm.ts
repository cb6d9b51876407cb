/**
 * Normalization of each channel of each input.
 *
 * @module
 */
import { checkShape } from "../tensor/shape.ts";
import { checkTensor, place } from "./check.ts";
import { channelAxes } from "./axes.ts";
import { affine, checkNormOptions, initialAffine, standardized } from "./feature_norm.ts";
import type { ChannelNormOptions, GroupNormParams } from "./group_norm.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `instanceNorm`. */
export interface InstanceNormOptions extends ChannelNormOptions {
  /** The axis of the channels, or several, counted with the batch axis: 1 by default, -1 for channels last. */
  readonly axis?: number | readonly number[];
}

/**
 * `groupNorm` with each channel a group of its own, as torch.nn.InstanceNorm1d to 3d (Ulyanov et al., 2016), where a
 * scale and an offset are learned unless `affine` is false (torch's default). `axis` lists the axes that are
 * not normalized besides that of the batch, as `feature_axes` of flax.linen.InstanceNorm does, which has 1e-6 for `eps`.
 *
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { instanceNorm } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const layer = instanceNorm({ affine: false });
 * const { params, state } = layer.init(random.key(0), [1, 2]);
 * assertAlmostEquals(layer.apply({ params, state }, tensor([[[1, 3]]])).output.data()[1] as number, 1, 1e-5);
 * ```
 */
export function instanceNorm(options: InstanceNormOptions = {}): Layer<GroupNormParams, Empty> {
  const { eps = 1e-5, axis = 1, affine: both = true, scale = both, offset = both, fastVariance = false } =
    options;
  checkNormOptions("instanceNorm", options);
  return {
    name: "instanceNorm",
    torch: torchEntries([
      { kind: "params", key: "scale", name: "weight" },
      { kind: "params", key: "offset", name: "bias" },
    ]),
    init(_key, inputShape, context = {}) {
      const at = place("instanceNorm", context.path);
      checkShape(at, inputShape);
      const shape = channelAxes(at, axis, [1, ...inputShape]).map((i) => inputShape[i - 1]);
      return { params: initialAffine(shape, { scale, offset }), state: {}, outputShape: inputShape };
    },
    apply({ params, state }, x, { path, normMask } = {}) {
      const at = place("instanceNorm", path);
      checkTensor(at, x);
      const features = channelAxes(at, axis, x.shape);
      const axes = x.shape.map((_, i) => i).filter((i) => i > 0 && !features.includes(i));
      const normal = standardized(x, { axes, eps, mask: normMask, fastVariance });
      return { output: affine(at, params, normal, { features, scale, offset }), state };
    },
  };
}
