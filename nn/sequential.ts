/**
 * Layers one after the other.
 *
 * @module
 */
import { checkTensor, placeOf, placeOfApply } from "./check.ts";
import {
  applyChild,
  type ChildParams,
  childrenOf,
  type ChildState,
  initChild,
  type Layers,
  setPart,
} from "./children.ts";
import type { Layer, Params } from "./layer.ts";
import { torchChildren } from "./torch_form.ts";

/**
 * Layers one after the other, by name: the output of each is the input of the next. Params and state are trees
 * with a key for each layer that has any, so that `conv/kernel` is the kernel of the layer named `conv`.
 *
 * A random key is folded with each layer's name, so adding a layer does not change the keys of the others.
 *
 * @throws {RangeError} If there is no layer, or a name is empty, an integer or has a "/".
 * @throws {TypeError} If a value is not a layer.
 *
 * @example
 * ```ts
 * import { ones, random, tree } from "@weft/weft";
 * import { batchNorm, conv2d, dense, flatten, relu, sequential } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const net = sequential({
 *   conv: conv2d({ features: 4, kernelSize: 3 }),
 *   norm: batchNorm(),
 *   relu,
 *   flatten,
 *   head: dense({ features: 10 }),
 * });
 * const { params, state, outputShape } = net.init(random.key(0), [1, 8, 8]);
 * assertEquals(outputShape, [10]);
 * assertEquals(tree.entries(params).map((leaf) => leaf.path), [
 *   "conv/kernel",
 *   "conv/bias",
 *   "norm/scale",
 *   "norm/offset",
 *   "head/kernel",
 *   "head/bias",
 * ]);
 * const trained = net.apply({ params, state }, ones([2, 1, 8, 8]), { training: true });
 * assertEquals(trained.output.shape, [2, 10]);
 * assertEquals(Object.keys(trained.state), ["norm"]);
 * ```
 */
export function sequential<L extends Layers>(layers: L): Layer<ChildParams<L>, ChildState<L>> {
  const children = childrenOf("sequential", layers);
  return {
    name: "sequential",
    torch: torchChildren("sequential", children),
    init(key, inputShape, context = {}) {
      placeOf("sequential", context);
      const params: Record<string, Params> = {};
      const state: Record<string, Params> = {};
      let outputShape = inputShape;
      for (const child of children) {
        const initialized = initChild(child, key, outputShape, context);
        setPart(params, child[0], initialized.params);
        setPart(state, child[0], initialized.state);
        outputShape = initialized.outputShape;
      }
      return { params: params as ChildParams<L>, state: state as ChildState<L>, outputShape };
    },
    apply(variables, x, options = {}) {
      checkTensor(placeOfApply("sequential", options), x);
      const state: Record<string, Params> = {};
      let output = x;
      for (const child of children) {
        const applied = applyChild(child, variables, output, options);
        setPart(state, child[0], applied.state);
        output = applied.output;
      }
      return { output, state: state as ChildState<L> };
    },
  };
}
