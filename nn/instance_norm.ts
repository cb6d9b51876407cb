/**
 * Normalization of each channel of each input.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, mean as average, multiply, reshape, rsqrt, subtract, type Tensor } from "../tensor/mod.ts";
import { checkShape, sizeOf } from "../tensor/shape.ts";
import { checkTensor, placeOf, placeOfApply, shapeError } from "./check.ts";
import { channelAxes } from "./axes.ts";
import { affine, checkNormOptions, initialAffine, momentsOf, standardized } from "./feature_norm.ts";
import type { ChannelNormOptions, GroupNormParams } from "./group_norm.ts";
import type { Empty, Layer } from "./layer.ts";
import {
  checkMomentum,
  initialRunning,
  movedRunning,
  RUNNING_NORM_TORCH,
  type RunningMomentum,
  runningOf,
  type RunningStatistics,
} from "./running_statistics.ts";

/** Options of `instanceNorm`. */
export interface InstanceNormOptions extends ChannelNormOptions {
  /** The axis of the channels, or several, counted with the batch axis: 1 by default, -1 for channels last. */
  readonly axis?: number | readonly number[];
  /**
   * Whether running statistics are kept in training and taken in evaluation, as torch's `track_running_stats`; false by
   * default.
   */
  readonly trackRunningStatistics?: boolean;
  /** The share of the old running statistics that is kept, as of `batchNorm`; 0.9 by default. */
  readonly momentum?: RunningMomentum;
}

const INSTANCE_NORM_OPTIONS = {
  axis: true,
  trackRunningStatistics: true,
  momentum: true,
  offset: true,
  affine: true,
  eps: true,
  scale: true,
  fastVariance: true,
} as const;

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
export function instanceNorm(
  options?: InstanceNormOptions & { readonly trackRunningStatistics?: false },
): Layer<GroupNormParams, Empty>;
/** `instanceNorm` that may have running statistics. */
export function instanceNorm(
  options: InstanceNormOptions,
): Layer<GroupNormParams, Partial<RunningStatistics>>;
export function instanceNorm(
  options: InstanceNormOptions = {},
): Layer<GroupNormParams, Partial<RunningStatistics>> {
  checkOptionNames("instanceNorm", options, INSTANCE_NORM_OPTIONS);
  const { eps = 1e-5, axis = 1, affine: both = true, scale = both, offset = both, fastVariance = false } =
    options;
  const { trackRunningStatistics = false, momentum = 0.9 } = options;
  checkNormOptions("instanceNorm", options);
  checkMomentum("instanceNorm", momentum);
  return {
    name: "instanceNorm",
    torch: RUNNING_NORM_TORCH,
    init(_key, inputShape, context = {}) {
      const at = placeOf("instanceNorm", context);
      checkShape(at, inputShape);
      const shape = channelAxes(at, axis, [1, ...inputShape]).map((i) => inputShape[i - 1]);
      const state = trackRunningStatistics ? initialRunning(shape, momentum) : {};
      return { params: initialAffine(shape, { scale, offset }), state, outputShape: inputShape };
    },
    apply({ params, state }, x, applied = {}) {
      const at = placeOfApply("instanceNorm", applied);
      const { training = false, normMask } = applied;
      checkTensor(at, x);
      const features = channelAxes(at, axis, x.shape);
      const axes = x.shape.map((_, i) => i).filter((i) => i > 0 && !features.includes(i));
      const learned = (normal: Tensor): Tensor => affine(at, params, normal, { features, scale, offset });
      if (!trackRunningStatistics) {
        return { output: learned(standardized(x, { axes, eps, mask: normMask, fastVariance })), state };
      }
      const running = runningOf(at, state);
      const shape = x.shape.map((extent, i) => features.includes(i) ? extent : 1);
      const normalize = (mean: Tensor, variance: Tensor): Tensor =>
        learned(multiply(subtract(x, mean), rsqrt(add(variance, eps))));
      if (!training) {
        return { output: normalize(reshape(running.mean, shape), reshape(running.variance, shape)), state };
      }
      const { mean, variance } = momentsOf(x, { axes, mask: normMask, fastVariance });
      const count = sizeOf(axes.map((i) => x.shape[i]));
      if (count < 2) throw shapeError(at, "more than one value a channel in training", x.shape);
      const over = (values: Tensor): Tensor => average(values, { axes: 0 });
      const batch = { mean: over(mean), variance: over(multiply(variance, count / (count - 1))) };
      return { output: normalize(mean, variance), state: movedRunning(at, running, batch, momentum) };
    },
  };
}
