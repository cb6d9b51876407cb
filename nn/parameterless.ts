/**
 * Layers without params and state, made of a function of tensors.
 *
 * @module
 */
import type { Shape, Tensor } from "../tensor/mod.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkTensor, placeOf, placeOfApply } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";

/**
 * A layer without params and state.
 *
 * @param name What it is called in errors.
 * @param functions The shape of its output, without the batch axis, and the output; both are told how the layer
 * reads in errors.
 */
export function parameterless(
  name: string,
  functions: {
    readonly outputShape: (inputShape: Shape, at: string) => Shape;
    readonly output: (x: Tensor, at: string) => Tensor;
  },
): Layer<Empty, Empty> {
  return {
    name,
    init(_key, inputShape, context = {}) {
      const at = placeOf(name, context);
      checkShape(at, inputShape);
      return { params: {}, state: {}, outputShape: functions.outputShape(inputShape, at) };
    },
    apply({ state }, x, options = {}) {
      const at = placeOfApply(name, options);
      checkTensor(at, x);
      return { output: functions.output(x, at), state };
    },
  };
}
