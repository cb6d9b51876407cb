/**
 * Layers beside each other.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, concatenate, multiply, type Tensor } from "../tensor/mod.ts";
import { checkTensor, placeOf, placeOfApply } from "./check.ts";
import {
  applyEach,
  type ChildParams,
  childrenOf,
  type ChildState,
  initEach,
  type Layers,
} from "./children.ts";
import { abstractOutput, within } from "./infer_shape.ts";
import type { Layer } from "./layer.ts";
import { torchChildren } from "./torch_form.ts";

/** Options of `parallel`. */
export interface ParallelOptions {
  /**
   * How the outputs become one: "concatenate" along an axis (the default), "add" or "multiply" element by element, or
   * a function of all of them.
   */
  readonly combine?: "concatenate" | "add" | "multiply" | ((outputs: readonly Tensor[]) => Tensor);
  /** The axis of the concatenation, counted with the batch axis; 1 by default, the channels of images. */
  readonly axis?: number;
}

const PARALLEL_OPTIONS = { combine: true, axis: true } as const;

function combiner(
  { combine = "concatenate", axis = 1 }: ParallelOptions,
): (outputs: readonly Tensor[]) => Tensor {
  if (typeof combine === "function") return combine;
  switch (combine) {
    case "concatenate":
      return (outputs) => concatenate(outputs, axis);
    case "add":
      return (outputs) => outputs.reduce((a, b) => add(a, b));
    case "multiply":
      return (outputs) => outputs.reduce((a, b) => multiply(a, b));
    default:
      throw new RangeError(
        `parallel expects combine "concatenate", "add", "multiply" or a function but got ${String(combine)}`,
      );
  }
}

/**
 * Layers that all take the same input, and whose outputs become one: the branches of an inception block, or a gate.
 *
 * @throws {TypeError} If a value is no layer.
 * @throws {RangeError} If the outputs do not fit each other.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { conv2d, parallel } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const block = parallel({
 *   narrow: conv2d({ features: 4, kernelSize: 1 }),
 *   wide: conv2d({ features: 8, kernelSize: 3, padding: "same" }),
 * });
 * assertEquals(block.init(random.key(0), [3, 6, 6]).outputShape, [12, 6, 6]);
 * ```
 */
export function parallel<L extends Layers>(
  layers: L,
  options: ParallelOptions = {},
): Layer<ChildParams<L>, ChildState<L>> {
  checkOptionNames("parallel", options, PARALLEL_OPTIONS);
  const children = childrenOf("parallel", layers);
  const combine = combiner(options);
  return {
    name: "parallel",
    torch: torchChildren("parallel", children),
    init(key, inputShape, context = {}) {
      const at = placeOf("parallel", context);
      const { params, state, shapes } = initEach(children, key, inputShape, context);
      const outputShape = within(at, inputShape, () => abstractOutput(at, shapes, combine));
      return { params: params as ChildParams<L>, state: state as ChildState<L>, outputShape };
    },
    apply(variables, x, options = {}) {
      const at = placeOfApply("parallel", options);
      checkTensor(at, x);
      const { outputs, state } = applyEach(children, variables, x, options);
      return { output: within(at, x.shape, () => combine(outputs)), state: state as ChildState<L> };
    },
  };
}
