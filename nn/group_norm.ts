/**
 * Normalization of groups of channels.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { reshape, type Shape, type Tensor } from "../tensor/mod.ts";
import { checkShape, normalizeAxis } from "../tensor/shape.ts";
import { checkPositiveInteger, checkTensor, placeOf, placeOfApply, shapeError } from "./check.ts";
import { axesFromStart } from "./axes.ts";
import {
  affine,
  AFFINE_ENTRIES,
  checkNormOptions,
  initialAffine,
  type NormOptions,
  standardized,
} from "./feature_norm.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** What `groupNorm` and `instanceNorm` have in common; `eps` is 1e-5 by default (flax: 1e-6). */
export interface ChannelNormOptions extends NormOptions {
  /** Whether an offset is learned for each channel; true by default. */
  readonly offset?: boolean;
  /** Whether both a scale and an offset are learned for each channel; true by default. */
  readonly affine?: boolean;
}

/** Options of `groupNorm`. */
export interface GroupNormOptions extends ChannelNormOptions {
  /** The number of groups that the channels are cut into; a positive integer. Either it or `groupSize` is given. */
  readonly groups?: number;
  /** How many channels a group has. */
  readonly groupSize?: number;
  /** The axis of the channels, counted with the batch axis: 1 by default, -1 for channels last. */
  readonly axis?: number;
  /** The axes that are normalized together with a group, counted with the batch axis; all but that one by default. */
  readonly reductionAxes?: number | readonly number[];
}

const GROUP_NORM_OPTIONS = {
  groups: true,
  groupSize: true,
  axis: true,
  reductionAxes: true,
  offset: true,
  affine: true,
  eps: true,
  scale: true,
  fastVariance: true,
} as const;

/** Params of `groupNorm` and `instanceNorm`; none where they are not learned. */
export type GroupNormParams = {
  /** The learned scale, of shape [channels]; ones at first. */
  readonly scale?: Tensor;
  /** The learned offset, of shape [channels]; zeros at first. */
  readonly offset?: Tensor;
};

/**
 * `y = (x - mean) / sqrt(variance + eps) * scale + offset` with mean and (biased) variance over each group of channels
 * of one input, as torch.nn.GroupNorm (Wu and He, 2018). Inputs are `[n, channels, ...]`, with `axis: -1` `[n, ..., channels]` as in
 * flax.linen.GroupNorm. `normMask` of `apply` says which elements count.
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
  checkOptionNames("groupNorm", options, GROUP_NORM_OPTIONS);
  const { groups: count, groupSize, eps = 1e-5, axis = 1, reductionAxes, fastVariance = false } = options;
  const { affine: both = true, scale = both, offset = both } = options;
  checkNormOptions("groupNorm", options);
  if ((count === undefined) === (groupSize === undefined)) {
    throw new TypeError(
      "groupNorm expects either groups or groupSize but got " + (count === undefined ? "none" : "both"),
    );
  }
  if (count !== undefined) checkPositiveInteger("groupNorm", "groups", count);
  if (groupSize !== undefined) checkPositiveInteger("groupNorm", "groupSize", groupSize);
  /** The axis of the channels and their groups, of a shape with the batch axis. */
  const cut = (at: string, shape: Shape): { readonly along: number; readonly groups: number } => {
    if (shape.length < 2) throw shapeError(at, "inputs with a batch axis and channels", shape);
    const along = normalizeAxis(at, axis, shape.length);
    const channels = shape[along];
    const groups = count ?? channels / groupSize!;
    if (along === 0 || !Number.isInteger(groups) || channels % groups !== 0) {
      const what = count === undefined ? `groups of ${groupSize}` : `${groups} groups`;
      throw shapeError(at, `inputs with channels on axis ${along} that ${what} divide`, shape);
    }
    return { along, groups };
  };
  return {
    name: "groupNorm",
    torch: torchEntries(AFFINE_ENTRIES),
    init(_key, inputShape, context = {}) {
      const at = placeOf("groupNorm", context);
      checkShape(at, inputShape);
      const { along } = cut(at, [1, ...inputShape]);
      return {
        params: initialAffine([inputShape[along - 1]], { scale, offset }),
        state: {},
        outputShape: inputShape,
      };
    },
    apply({ params, state }, x, applied = {}) {
      const at = placeOfApply("groupNorm", applied);
      const { normMask } = applied;
      checkTensor(at, x);
      const { along, groups } = cut(at, x.shape);
      const apart = (y: Tensor): Tensor => {
        const wide = [...new Array<number>(x.rank - y.rank).fill(1), ...y.shape];
        const channels = wide[along];
        const size = channels === 1 ? [1, 1] : [groups, channels / groups];
        return reshape(y, [...wide.slice(0, along), ...size, ...wide.slice(along + 1)]);
      };
      const others = reductionAxes === undefined
        ? x.shape.map((_, i) => i).slice(1)
        : axesFromStart(at, reductionAxes, x.rank);
      const axes = others.filter((i) => i !== along).map((i) => i > along ? i + 1 : i);
      const mask = normMask === undefined ? undefined : apart(normMask);
      const isPlain = along === 1 && reductionAxes === undefined && mask === undefined;
      const normal = isPlain
        ? standardized(reshape(x, [x.shape[0], groups, -1]), { axes: [2], eps, fastVariance })
        : standardized(apart(x), {
          axes: [...axes, along + 1].sort((a, b) => a - b),
          eps,
          mask,
          fastVariance,
        });
      return {
        output: affine(at, params, reshape(normal, x.shape), { features: [along], scale, offset }),
        state,
      };
    },
  };
}
