/**
 * How golden cases of norms of flax are run with ours.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import { type Tensor, tensor } from "../../tensor/mod.ts";
import { type FlaxInputs, leafOf, listOf, withFlaxInputs } from "./flax_case.ts";
import type { NnCase, Run } from "./nn_cases.ts";

/** Params that are there, under our names. */
function affineOf({ params }: FlaxInputs): { readonly scale?: Tensor; readonly offset?: Tensor } {
  const [scale, offset] = [leafOf(params, "scale"), leafOf(params, "bias")];
  return { ...(scale === undefined ? {} : { scale }), ...(offset === undefined ? {} : { offset }) };
}

/** The layer of a case for the params that are there; null where that is none of ours. */
function madeOf(
  { op, options }: NnCase,
  has: { readonly scale: boolean; readonly offset: boolean },
): nn.Layer | null {
  const fastVariance = options.use_fast_variance === true;
  const common = { ...has, fastVariance, eps: (options.epsilon ?? 1e-6) as number };
  const [reductionAxes, featureAxes] = [listOf(options.reduction_axes), listOf(options.feature_axes)];
  switch (op) {
    case "LayerNorm":
      return nn.layerNorm({
        ...common,
        reductionAxes: reductionAxes ?? -1,
        featureAxes: featureAxes ?? -1,
      }) as nn.Layer;
    case "RMSNorm":
      return nn.rmsNorm({
        scale: has.scale,
        eps: common.eps,
        reductionAxes: reductionAxes ?? -1,
        featureAxes: featureAxes ?? -1,
      }) as nn.Layer;
    case "InstanceNorm":
      return nn.instanceNorm({ ...common, axis: featureAxes ?? -1 }) as nn.Layer;
    case "GroupNorm": {
      const groupSize = options.group_size as number | undefined ?? undefined;
      const size = groupSize === undefined ? { groups: (options.num_groups ?? 32) as number } : { groupSize };
      return nn.groupNorm({
        ...common,
        ...size,
        axis: -1,
        ...(reductionAxes === undefined ? {} : { reductionAxes }),
      }) as nn.Layer;
    }
    case "BatchNorm":
      return nn.batchNorm({
        ...common,
        eps: (options.epsilon ?? 1e-5) as number,
        momentum: (options.momentum ?? 0.99) as number,
        axis: listOf(options.axis) ?? -1,
        unbiased: false,
      }) as unknown as nn.Layer;
    default:
      return null;
  }
}

/** A case of a norm of flax; null where that is none of ours. */
export function flaxNormRun(one: NnCase): Run | null {
  if (madeOf(one, { scale: true, offset: true }) === null) return null;
  const { options } = one;
  const training = options.training === true || options.use_running_average === false;
  return withFlaxInputs(one, (inputs) => {
    const { collections, data: [x], named } = inputs;
    const params = affineOf(inputs);
    const made = madeOf(one, { scale: params.scale !== undefined, offset: params.offset !== undefined })!;
    const running = leafOf(collections, "batch_stats/mean");
    const state: nn.Params = running === undefined
      ? {}
      : { mean: running, variance: leafOf(collections, "batch_stats/var")! };
    const normMask = named.mask ??
      (Array.isArray(options.mask) ? tensor(options.mask, { dtype: "bool" }) : undefined);
    const after = made.apply({ params: params as nn.Params, state }, x, { training, normMask });
    return one.outputs === undefined
      ? [after.output]
      : [after.output, after.state.mean as Tensor, after.state.variance as Tensor];
  });
}
