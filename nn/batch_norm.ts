/**
 * Normalization over the batch.
 *
 * @module
 */
import {
  add,
  cast,
  mean,
  multiply,
  ones,
  reshape,
  rsqrt,
  type Shape,
  square,
  stopGradient,
  subtract,
  type Tensor,
  zeros,
} from "../tensor/mod.ts";
import { checkShape, normalizeAxis, sizeOf } from "../tensor/shape.ts";
import { checkBetween, checkTensor, place, shapeError, variable } from "./check.ts";
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
  /** The axis of the channels, counted with the batch axis: 1 by default, -1 for channels last. */
  readonly axis?: number;
}

/** Params of `batchNorm`. */
export type BatchNormParams = {
  /** The learned scale, of shape [channels]; ones at first. */
  readonly scale: Tensor;
  /** The learned offset, of shape [channels]; zeros at first. */
  readonly offset: Tensor;
};

/** State of `batchNorm`. */
export type BatchNormState = {
  /** The running mean, of shape [channels]; zeros at first. */
  readonly mean: Tensor;
  /** The running variance, unbiased, of shape [channels]; ones at first. */
  readonly variance: Tensor;
};

/**
 * `y = (x - mean) / sqrt(variance + eps) * scale + offset` for each channel, as torch.nn.BatchNorm1d and 2d
 * (Ioffe and Szegedy, "Batch Normalization", 2015). Inputs are `[n, c]`, `[n, c, rows, columns]`, or have any
 * axes after the channels.
 *
 * In training, mean and (biased) variance are those of the batch over all axes but the channels', and the state
 * moves: `running = momentum running + (1 - momentum) batch`, with the unbiased variance. In evaluation they are
 * the running ones, and the state stays.
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
  const { momentum = 0.9, eps = 1e-5, axis = 1 } = options;
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
      const channels = inputShape[channelAxis(at, axis, inputShape.length + 1, inputShape) - 1];
      return {
        params: { scale: ones([channels]), offset: zeros([channels]) },
        state: { mean: zeros([channels]), variance: ones([channels]) },
        outputShape: inputShape,
      };
    },
    apply({ params, state }, x, { training = false, path, batchNormMomentum: share = momentum } = {}) {
      const at = place("batchNorm", path);
      checkTensor(at, x);
      const scale = variable(at, "params", params, "scale");
      const offset = variable(at, "params", params, "offset");
      const running = {
        mean: variable(at, "state", state, "mean"),
        variance: variable(at, "state", state, "variance"),
      };
      const channels = scale.size;
      const along = channelAxis(at, axis, x.rank, x.shape);
      if (x.shape[along] !== channels) {
        throw shapeError(at, `inputs with ${channels} channels on axis ${along}`, x.shape);
      }
      // Statistics in the shape that broadcasts against the input.
      const shape = x.shape.map((_, i) => i === along ? channels : 1);
      const spread = (values: Tensor): Tensor => reshape(values, shape);
      const normalize = (centered: Tensor, variance: Tensor): Tensor =>
        add(multiply(centered, multiply(rsqrt(add(variance, eps)), spread(scale))), spread(offset));
      if (!training) {
        return { output: normalize(subtract(x, spread(running.mean)), spread(running.variance)), state };
      }
      const count = sizeOf(x.shape) / channels;
      if (count < 2) throw shapeError(at, "more than one value a channel in training", x.shape);
      const axes = x.shape.map((_, i) => i).filter((i) => i !== along);
      const center = mean(x, { axes, keepDims: true });
      const centered = subtract(x, center);
      const variance = mean(square(centered), { axes, keepDims: true });
      const move = (old: Tensor, batch: Tensor): Tensor => {
        const fresh = cast(reshape(stopGradient(batch), [channels]), old.dtype);
        return share === 0 ? fresh : add(multiply(old, share), multiply(fresh, 1 - share));
      };
      return {
        output: normalize(centered, variance),
        state: {
          mean: move(running.mean, center),
          variance: move(running.variance, multiply(variance, count / (count - 1))),
        },
      };
    },
  };
}

/** The axis of the channels, from the start; the batch axis cannot be it. */
function channelAxis(at: string, axis: number, rank: number, shape: Shape): number {
  if (rank < 2) throw shapeError(at, "inputs with a batch axis and channels", shape);
  const along = normalizeAxis(at, axis, rank);
  if (along === 0) throw new RangeError(`${at} expects an axis after the batch axis but got ${axis}`);
  return along;
}
