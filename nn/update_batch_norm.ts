/**
 * The statistics of batch normalization for params that were not trained with them.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { scope, Tensor, tree } from "../tensor/mod.ts";
import type { ApplyOptions, Layer, Variables } from "./layer.ts";

const UPDATE_BATCH_NORM_OPTIONS = { key: true } as const;

/**
 * The state of layers in which every batch normalization has the averages over these batches, each with the same weight,
 * as torch.optim.swa_utils.update_bn: for params that are averages over a training, say. Other state goes on as in
 * training. Nothing is changed where there are no batches.
 *
 * @param layer A layer, or layers in combinators.
 * @param variables Its params, and the state to go on from.
 * @param batches The inputs.
 * @param options A random key for layers that draw.
 * @returns The state.
 * @throws {TypeError} If a batch is not a tensor.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { batchNorm, updateBatchNorm } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = batchNorm();
 * const variables = layer.init(random.key(0), [1]);
 * const state = updateBatchNorm(layer, variables, [tensor([[1], [3]]), tensor([[4], [8]])]);
 * assertEquals([state.mean.toArray(), state.variance.toArray()], [[4], [5]]);
 * ```
 */
export function updateBatchNorm<P, S>(
  layer: Layer<P, S>,
  variables: Variables<P, S>,
  batches: Iterable<Tensor>,
  options: Pick<ApplyOptions, "key"> = {},
): S {
  checkOptionNames("updateBatchNorm", options, UPDATE_BATCH_NORM_OPTIONS);
  let state = variables.state;
  let count = 0;
  for (const batch of batches) {
    if (!(batch instanceof Tensor)) {
      throw new TypeError(`updateBatchNorm expects batches to be tensors but got ${tree.describe(batch)}`);
    }
    // What the last batches gave counts as many times as they were.
    const batchNormMomentum = count / ++count;
    const before = state;
    state = scope(() =>
      layer.apply({ params: variables.params, state: before }, batch, {
        training: true,
        key: options.key,
        batchNormMomentum,
      }).state
    );
  }
  return state;
}
