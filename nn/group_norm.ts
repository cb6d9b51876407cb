/**
 * Normalization of groups of channels.
 *
 * @module
 */
import { add, multiply, ones, reshape, standardize, type Tensor, zeros } from "../tensor/mod.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkBetween, checkPositiveInteger, checkTensor, place, shapeError, variable } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `groupNorm`. */
export interface GroupNormOptions {
  /** The number of groups that the channels are cut into; a positive integer. */
  readonly groups: number;
  /** What is added to the variance; 1e-5 by default. */
  readonly eps?: number;
  /** Whether a scale and an offset are learned for each channel; true by default. */
  readonly affine?: boolean;
}

/** Params of `groupNorm` and `instanceNorm`; none where they are not learned. */
export type GroupNormParams = {
  /** The learned scale, of shape [channels]; ones at first. */
  readonly scale?: Tensor;
  /** The learned offset, of shape [channels]; zeros at first. */
  readonly offset?: Tensor;
};

function normalizing(
  name: string,
  groupsOf: (channels: number) => number,
  { eps = 1e-5, affine = true }: Omit<GroupNormOptions, "groups">,
): Layer<GroupNormParams, Empty> {
  checkBetween(name, "eps", eps, 0, Infinity);
  return {
    name,
    torch: torchEntries([
      { kind: "params", key: "scale", name: "weight" },
      { kind: "params", key: "offset", name: "bias" },
    ]),
    init(_key, inputShape, context = {}) {
      const at = place(name, context.path);
      checkShape(at, inputShape);
      const channels = inputShape[0];
      if (inputShape.length === 0 || channels % groupsOf(channels) !== 0) {
        throw shapeError(at, `channels first that ${groupsOf(channels ?? 1)} groups divide`, inputShape);
      }
      const params = affine ? { scale: ones([channels]), offset: zeros([channels]) } : {};
      return { params, state: {}, outputShape: inputShape };
    },
    apply({ params, state }, x, context = {}) {
      const at = place(name, context.path);
      checkTensor(at, x);
      const [count, channels, ...rest] = x.shape;
      const groups = groupsOf(channels);
      if (x.rank < 2 || channels % groups !== 0) {
        throw shapeError(at, `inputs [n, channels, ...] that ${groups} groups divide`, x.shape);
      }
      const rows = reshape(x, [count, groups, -1]);
      const normal = reshape(standardize(rows, { axes: -1, eps }), x.shape);
      if (!affine) return { output: normal, state };
      const spread = (key: "scale" | "offset"): Tensor => {
        const value = variable(at, "params", params, key);
        if (value.size !== channels) throw shapeError(at, `inputs of ${value.size} channels`, x.shape);
        return reshape(value, [channels, ...rest.map(() => 1)]);
      };
      return { output: add(multiply(normal, spread("scale")), spread("offset")), state };
    },
  };
}

/**
 * `y = (x - mean) / sqrt(variance + eps) * scale + offset` with mean and (biased) variance over each group of channels
 * of one input, as torch.nn.GroupNorm (Wu and He, 2018). Inputs are `[n, channels, ...]`.
 *
 * @throws {RangeError} If an option is out of range, or the groups do not divide the channels.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { groupNorm } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const layer = groupNorm({ groups: 2 });
 * const { params, state } = layer.init(random.key(0), [4]);
 * const { output } = layer.apply({ params, state }, tensor([[1, 3, 10, 30]]));
 * assertAlmostEquals(output.data()[3] as number, 1, 1e-5);
 * ```
 */
export function groupNorm(options: GroupNormOptions): Layer<GroupNormParams, Empty> {
  const { groups, ...rest } = options;
  checkPositiveInteger("groupNorm", "groups", groups);
  return normalizing("groupNorm", () => groups, rest);
}

/** Options of `instanceNorm`. */
export type InstanceNormOptions = Omit<GroupNormOptions, "groups">;

/**
 * `groupNorm` with each channel a group of its own, as torch.nn.InstanceNorm1d to 3d (Ulyanov et al., 2016), where a
 * scale and an offset are learned unless `affine` is false (torch's default).
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
  return normalizing("instanceNorm", (channels) => channels, options);
}
