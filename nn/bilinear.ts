/**
 * Products of two inputs.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, einsum, random, reshape, type Tensor } from "../tensor/mod.ts";
import { checkShape, equalShapes, formatShape, sizeOf } from "../tensor/shape.ts";
import { checkPositiveInteger, checkTensor, placeOf, placeOfApply, shapeError, variable } from "./check.ts";
import { initializersOf, type KernelInitOptions } from "./initializers/defaults.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `bilinear`. */
export interface BilinearOptions extends KernelInitOptions {
  /** The number of outputs; a positive integer. */
  readonly features: number;
  /** The features of the second input, `context` of `apply`; those of the first by default. */
  readonly contextFeatures?: number;
  /** Whether a bias is added; true by default. */
  readonly bias?: boolean;
}

const BILINEAR_OPTIONS = {
  features: true,
  contextFeatures: true,
  bias: true,
  kernelInitializer: true,
  biasInitializer: true,
  init: true,
} as const;

/** Params of `bilinear`. */
export type BilinearParams = {
  /** The weights, of shape [features, inputs, contextFeatures]. */
  readonly kernel: Tensor;
  /** The bias, of shape [features]; absent with `bias: false`. */
  readonly bias?: Tensor;
};

/**
 * `y_k = x^T kernel_k context + bias_k` over the last axes of two inputs, from `[n, ..., inputs]` and `context` of
 * `apply`, [n, ..., contextFeatures], to `[n, ..., features]`, as torch.nn.Bilinear. Without a context the input stands
 * for both.
 *
 * @throws {RangeError} If `features` is not a positive integer, or the inputs do not fit the kernel or each other.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { bilinear } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = bilinear({ features: 3, contextFeatures: 4 });
 * const { params, state } = layer.init(random.key(0), [2]);
 * const { output } = layer.apply({ params, state }, ones([5, 2]), { context: ones([5, 4]) });
 * assertEquals([params.kernel.shape, output.shape], [[3, 2, 4], [5, 3]]);
 * ```
 */
export function bilinear(options: BilinearOptions): Layer<BilinearParams, Empty> {
  checkOptionNames("bilinear", options, BILINEAR_OPTIONS);
  const { features, contextFeatures, bias = true } = options;
  const { kernelInitializer, biasInitializer } = initializersOf("bilinear", options);
  checkPositiveInteger("bilinear", "features", features);
  if (contextFeatures !== undefined) checkPositiveInteger("bilinear", "contextFeatures", contextFeatures);
  return {
    name: "bilinear",
    torch: torchEntries([
      { kind: "params", key: "kernel", name: "weight" },
      { kind: "params", key: "bias", name: "bias" },
    ]),
    init(key, inputShape, context = {}) {
      const at = placeOf("bilinear", context);
      checkShape(at, inputShape);
      if (inputShape.length === 0) throw shapeError(at, "an input shape [..., inputs]", inputShape);
      const inputs = inputShape[inputShape.length - 1];
      const others = contextFeatures ?? inputs;
      // torch takes the features of the first input alone.
      const fans = { fanIn: options.init === "torch" ? inputs : inputs * others, fanOut: features };
      const [kernelKey, biasKey] = random.split(key);
      const kernel = kernelInitializer(kernelKey, [features, inputs, others], fans);
      const outputShape = [...inputShape.slice(0, -1), features];
      if (!bias) return { params: { kernel }, state: {}, outputShape };
      return { params: { kernel, bias: biasInitializer(biasKey, [features], fans) }, state: {}, outputShape };
    },
    apply({ params, state }, x, applied = {}) {
      const at = placeOfApply("bilinear", applied);
      const { context: y = x } = applied;
      checkTensor(at, x);
      checkTensor(at, y);
      const kernel = variable(at, "params", params, "kernel");
      const [outputs, inputs, others] = kernel.shape;
      if (x.rank < 2 || x.shape[x.rank - 1] !== inputs) {
        throw shapeError(at, `inputs of shape [n, ..., ${inputs}]`, x.shape);
      }
      const rows = x.shape.slice(0, -1);
      if (!equalShapes(y.shape, [...rows, others])) {
        throw shapeError(at, `a context of shape ${formatShape([...rows, others])}`, y.shape);
      }
      const flat = [sizeOf(rows)];
      const product = einsum(
        "ni,kij,nj->nk",
        reshape(x, [...flat, inputs]),
        kernel,
        reshape(y, [...flat, others]),
      );
      const output = bias ? add(product, variable(at, "params", params, "bias")) : product;
      return { output: reshape(output, [...rows, outputs]), state };
    },
  };
}
