/**
 * Normalization over the batch.
 *
 * @module
 */
import {
  add,
  broadcastTo,
  cast,
  divide,
  multiply,
  ones,
  reshape,
  rsqrt,
  subtract,
  sum,
  type Tensor,
  zeros,
} from "../tensor/mod.ts";
import { checkShape, equalShapes, sizeOf } from "../tensor/shape.ts";
import { checkBetween, checkTensor, place, shapeError, variable } from "./check.ts";
import { channelAxes } from "./axes.ts";
import { initialAffine, momentsOf } from "./feature_norm.ts";
import type { Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `batchNorm`. */
export interface BatchNormOptions {
  /**
   * The share of the old running statistics that is kept; 0.9 by default. It is the complement of the momentum
   * of torch, whose default 0.1 is `1 - 0.9`.
   */
  readonly momentum?: number;
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
}

/** Params of `batchNorm`; none where they are not learned. */
export type BatchNormParams = {
  /** The learned scale, of shape [channels]; ones at first. */
  readonly scale?: Tensor;
  /** The learned offset, of shape [channels]; zeros at first. */
  readonly offset?: Tensor;
};

/** State of `batchNorm`. */
export type BatchNormState = {
  /** The running mean, of shape [channels]; zeros at first. */
  readonly mean: Tensor;
  /** The running variance, unbiased unless told otherwise, of shape [channels]; ones at first. */
  readonly variance: Tensor;
};

/**
 * `y = (x - mean) / sqrt(variance + eps) * scale + offset` for each channel, as torch.nn.BatchNorm1d and 2d
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
export function batchNorm(options: BatchNormOptions = {}): Layer<BatchNormParams, BatchNormState> {
  const { momentum = 0.9, eps = 1e-5, axis = 1, unbiased = true, fastVariance = false } = options;
  const { scale = true, offset = true } = options;
  checkBetween("batchNorm", "momentum", momentum, 0, 1);
  checkBetween("batchNorm", "eps", eps, 0, Infinity);
  return {
    name: "batchNorm",
    torch: torchEntries([
      { kind: "params", key: "scale", name: "weight" },
      { kind: "params", key: "offset", name: "bias" },
      { kind: "state", key: "mean", name: "running_mean" },
      { kind: "state", key: "variance", name: "running_var" },
    ], { ignored: ["num_batches_tracked"] }),
    init(_key, inputShape, context = {}) {
      const at = place("batchNorm", context.path);
      checkShape(at, inputShape);
      const channels = channelAxes(at, axis, [1, ...inputShape]).map((i) => inputShape[i - 1]);
      return {
        params: initialAffine(channels, { scale, offset }),
        state: { mean: zeros(channels), variance: ones(channels) },
        outputShape: inputShape,
      };
    },
    apply(
      { params, state },
      x,
      { training = false, path, normMask, batchNormMomentum: share = momentum } = {},
    ) {
      const at = place("batchNorm", path);
      checkTensor(at, x);
      const running = {
        mean: variable(at, "state", state, "mean"),
        variance: variable(at, "state", state, "variance"),
      };
      const channels = running.mean.shape;
      const along = channelAxes(at, axis, x.shape);
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
      if (!training) {
        return { output: normalize(subtract(x, spread(running.mean)), spread(running.variance)), state };
      }
      const count = sizeOf(x.shape) / sizeOf(channels);
      if (unbiased && count < 2) throw shapeError(at, "more than one value a channel in training", x.shape);
      const axes = x.shape.map((_, i) => i).filter((i) => !along.includes(i));
      const { mean, variance } = momentsOf(x, { axes, mask: normMask, fastVariance });
      const move = (old: Tensor, batch: Tensor): Tensor => {
        const fresh = cast(reshape(batch, channels), old.dtype);
        return share === 0 ? fresh : add(multiply(old, share), multiply(fresh, 1 - share));
      };
      return {
        output: normalize(subtract(x, mean), variance),
        state: {
          mean: move(running.mean, mean),
          variance: move(running.variance, unbiased ? multiply(variance, correction(normMask)) : variance),
        },
      };

      /** n / (n - 1) for the n values of a channel that count. */
      function correction(mask: Tensor | undefined): Tensor | number {
        if (mask === undefined) return count / (count - 1);
        const counted = sum(cast(broadcastTo(mask, x.shape), x.dtype), { axes, keepDims: true });
        return divide(counted, subtract(counted, 1));
      }
    },
  };
}
