/**
 * Normalization over the batch.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  broadcastTo,
  cast,
  divide,
  multiply,
  reshape,
  rsqrt,
  subtract,
  sum,
  type Tensor,
} from "../tensor/mod.ts";
import { checkShape, equalShapes, sizeOf } from "../tensor/shape.ts";
import { checkBetween, checkTensor, placeOf, placeOfApply, shapeError, variable } from "./check.ts";
import { channelAxes } from "./axes.ts";
import { initialAffine, momentsOf } from "./feature_norm.ts";
import type { Layer } from "./layer.ts";
import {
  checkMomentum,
  initialRunning,
  movedRunning,
  RUNNING_NORM_TORCH,
  type RunningMomentum,
  runningOf,
  type RunningStatistics,
} from "./running_statistics.ts";

/** Options of `batchNorm`. */
export interface BatchNormOptions {
  /**
   * The share of the old running statistics that is kept; 0.9 by default. It is the complement of the momentum
   * of torch, whose default 0.1 is `1 - 0.9`. With "cumulative" every batch so far counts the same, as in torch with
   * no momentum.
   */
  readonly momentum?: RunningMomentum;
  /** What is added to the variance; 1e-5 by default. */
  readonly eps?: number;
  /** The axis of the channels, or several, counted with the batch axis: 1 by default, -1 for channels last. */
  readonly axis?: number | readonly number[];
  /** Whether a scale is learned for each channel; true by default. */
  readonly scale?: boolean;
  /** Whether an offset is learned for each channel; true by default. */
  readonly offset?: boolean;
  /** Whether the running variance is the unbiased one, as in torch (the default), or the biased one, as in flax. */
  readonly unbiased?: boolean;
  /**
   * Whether the variance is `mean(x^2) - mean(x)^2` in one pass, as flax takes it, which loses digits where the mean is
   * large beside the deviation; false by default.
   */
  readonly fastVariance?: boolean;
  /** Whether there are running statistics; true by default. Without them evaluation takes those of its batch. */
  readonly trackRunningStatistics?: boolean;
}

const BATCH_NORM_OPTIONS = {
  momentum: true,
  eps: true,
  axis: true,
  scale: true,
  offset: true,
  unbiased: true,
  fastVariance: true,
  trackRunningStatistics: true,
} as const;

/** Params of `batchNorm`; none where they are not learned. */
export type BatchNormParams = {
  /** The learned scale, of shape [channels]; ones at first. */
  readonly scale?: Tensor;
  /** The learned offset, of shape [channels]; zeros at first. */
  readonly offset?: Tensor;
};

/** State of `batchNorm`; none with `trackRunningStatistics: false`. */
export type BatchNormState = RunningStatistics;

/**
 * `y = (x - mean) / sqrt(variance + eps) * scale + offset` for each channel, as torch.nn.BatchNorm1d to 3d
 * (Ioffe and Szegedy, "Batch Normalization", 2015). Inputs are `[n, c]`, `[n, c, rows, columns]`, or have any
 * axes after the channels.
 *
 * In training, mean and (biased) variance are those of the batch over all axes but the channels', and the state
 * moves: `running = momentum running + (1 - momentum) batch`, with the unbiased variance. In evaluation they are
 * the running ones, and the state stays. flax.linen.BatchNorm is `{ axis: -1, momentum: 0.99, unbiased: false }`, and its
 * mask is `normMask` of `apply`.
 *
 * @throws {RangeError} If an option is out of range, an input has other channels than the params, or a batch in
 * training has only one value a channel.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { batchNorm } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const layer = batchNorm();
 * const { params, state } = layer.init(random.key(0), [1]);
 * const trained = layer.apply({ params, state }, tensor([[1], [3]]), { training: true });
 * assertAlmostEquals(trained.output.at(1).item(), 1, 1e-4);
 * assertAlmostEquals(trained.state.mean.item(), 0.2, 1e-6);
 * assertAlmostEquals(trained.state.variance.item(), 1.1, 1e-6);
 * ```
 */
export function batchNorm(
  options?: BatchNormOptions & { readonly trackRunningStatistics?: true },
): Layer<BatchNormParams, BatchNormState>;
/** `batchNorm` that may be without running statistics. */
export function batchNorm(options: BatchNormOptions): Layer<BatchNormParams, Partial<BatchNormState>>;
export function batchNorm(
  options: BatchNormOptions = {},
): Layer<BatchNormParams, Partial<BatchNormState>> {
  checkOptionNames("batchNorm", options, BATCH_NORM_OPTIONS);
  const { momentum = 0.9, eps = 1e-5, axis = 1, unbiased = true, fastVariance = false } = options;
  const { scale = true, offset = true, trackRunningStatistics = true } = options;
  checkMomentum("batchNorm", momentum);
  checkBetween("batchNorm", "eps", eps, 0, Infinity);
  return {
    name: "batchNorm",
    torch: RUNNING_NORM_TORCH,
    init(_key, inputShape, context = {}) {
      const at = placeOf("batchNorm", context);
      checkShape(at, inputShape);
      const channels = channelAxes(at, axis, [1, ...inputShape]).map((i) => inputShape[i - 1]);
      return {
        params: initialAffine(channels, { scale, offset }),
        state: trackRunningStatistics ? initialRunning(channels, momentum) : {},
        outputShape: inputShape,
      };
    },
    apply({ params, state }, x, applied = {}) {
      const at = placeOfApply("batchNorm", applied);
      const { training = false, normMask, batchNormMomentum: share = momentum } = applied;
      checkTensor(at, x);
      const running = trackRunningStatistics ? runningOf(at, state) : null;
      const along = channelAxes(at, axis, x.shape);
      const known = running?.mean ?? (scale ? params.scale : offset ? params.offset : undefined);
      const channels = known?.shape ?? along.map((i) => x.shape[i]);
      if (!equalShapes(along.map((i) => x.shape[i]), channels)) {
        const axes = along.length === 1 ? `axis ${along[0]}` : `axes ${along.join(", ")}`;
        throw shapeError(at, `inputs with ${channels.join(", ")} channels on ${axes}`, x.shape);
      }
      // Statistics in the shape that broadcasts against the input.
      const shape = x.shape.map((extent, i) => along.includes(i) ? extent : 1);
      const spread = (values: Tensor): Tensor => reshape(values, shape);
      const learned = (name: "scale" | "offset"): Tensor => spread(variable(at, "params", params, name));
      const normalize = (centered: Tensor, variance: Tensor): Tensor => {
        const factor = rsqrt(add(variance, eps));
        const scaled = multiply(centered, scale ? multiply(factor, learned("scale")) : factor);
        return offset ? add(scaled, learned("offset")) : scaled;
      };
      if (!training && running !== null) {
        return { output: normalize(subtract(x, spread(running.mean)), spread(running.variance)), state };
      }
      const count = sizeOf(x.shape) / sizeOf(channels);
      if (training && unbiased && count < 2) {
        throw shapeError(at, "more than one value a channel in training", x.shape);
      }
      const axes = x.shape.map((_, i) => i).filter((i) => !along.includes(i));
      const { mean, variance } = momentsOf(x, { axes, mask: normMask, fastVariance });
      const output = normalize(subtract(x, mean), variance);
      if (running === null) return { output, state };
      const batch = { mean, variance: unbiased ? multiply(variance, correction(normMask)) : variance };
      return { output, state: movedRunning(at, running, batch, share) };

      /** n / (n - 1) for the n values of a channel that count. */
      function correction(mask: Tensor | undefined): Tensor | number {
        if (mask === undefined) return count / (count - 1);
        const counted = sum(cast(broadcastTo(mask, x.shape), x.dtype), { axes, keepDims: true });
        return divide(counted, subtract(counted, 1));
      }
    },
  };
}
