/**
 * The fully connected layer.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, matmul, random, reshape, type Tensor } from "../tensor/mod.ts";
import { checkShape, sizeOf } from "../tensor/shape.ts";
import { checkPositiveInteger, checkTensor, placeOf, placeOfApply, shapeError, variable } from "./check.ts";
import { initializersOf, type KernelInitOptions } from "./initializers/defaults.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `dense`. */
export interface DenseOptions extends KernelInitOptions {
  /** The number of outputs; a positive integer. */
  readonly features: number;
  /** Whether a bias is added; true by default. */
  readonly bias?: boolean;
}

/** The names of those options. */
export const DENSE_OPTIONS = {
  features: true,
  bias: true,
  kernelInitializer: true,
  biasInitializer: true,
  init: true,
} as const;

/** Params of `dense`. */
export type DenseParams = {
  /** The weights, of shape [inputs, features]. */
  readonly kernel: Tensor;
  /** The bias, of shape [features]; absent with `bias: false`. */
  readonly bias?: Tensor;
};

/**
 * The fully connected layer over the last axis: `y = x kernel + bias`, from `[n, ..., inputs]` to
 * `[n, ..., features]`. The kernel has the shape [inputs, features], as in flax; the weight of torch.nn.Linear is
 * its transpose.
 *
 * @throws {RangeError} If `features` is not a positive integer, or the last axis of an input has another extent
 * than the kernel.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { dense } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = dense({ features: 3 });
 * const { params, state } = layer.init(random.key(0), [2]);
 * assertEquals(params.kernel.shape, [2, 3]);
 * assertEquals(layer.apply({ params, state }, ones([5, 2])).output.shape, [5, 3]);
 * ```
 */
export function dense(options: DenseOptions): Layer<DenseParams, Empty> {
  checkOptionNames("dense", options, DENSE_OPTIONS);
  const { features, bias = true } = options;
  const { kernelInitializer, biasInitializer } = initializersOf("dense", options);
  checkPositiveInteger("dense", "features", features);
  return {
    name: "dense",
    torch: torchEntries([
      { kind: "params", key: "kernel", name: "weight", axes: [1, 0] },
      { kind: "params", key: "bias", name: "bias" },
    ]),
    init(key, inputShape, context = {}) {
      const at = placeOf("dense", context);
      checkShape(at, inputShape);
      if (inputShape.length === 0) throw shapeError(at, "an input shape [..., inputs]", inputShape);
      const inputs = inputShape[inputShape.length - 1];
      const [kernelKey, biasKey] = random.split(key);
      const kernel = kernelInitializer(kernelKey, [inputs, features], { fanIn: inputs, fanOut: features });
      const outputShape = [...inputShape.slice(0, -1), features];
      if (!bias) return { params: { kernel }, state: {}, outputShape };
      const fans = { fanIn: inputs, fanOut: features };
      return { params: { kernel, bias: biasInitializer(biasKey, [features], fans) }, state: {}, outputShape };
    },
    apply({ params, state }, x, context = {}) {
      const at = placeOfApply("dense", context);
      checkTensor(at, x);
      const kernel = variable(at, "params", params, "kernel");
      const inputs = kernel.shape[0];
      if (x.rank < 2 || x.shape[x.rank - 1] !== inputs) {
        throw shapeError(at, `inputs of shape [n, ..., ${inputs}]`, x.shape);
      }
      const rows = x.shape.slice(0, -1);
      const product = matmul(x.rank === 2 ? x : reshape(x, [sizeOf(rows), inputs]), kernel);
      const output = bias ? add(product, variable(at, "params", params, "bias")) : product;
      return { output: x.rank === 2 ? output : reshape(output, [...rows, kernel.shape[1]]), state };
    },
  };
}
