/**
 * The fully connected layer over any axes.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, random, reshape, type Tensor, tensordot } from "../tensor/mod.ts";
import { checkShape, sizeOf } from "../tensor/shape.ts";
import { checkPositiveInteger, checkTensor, placeOf, placeOfApply, shapeError, variable } from "./check.ts";
import { DENSE_OPTIONS, type DenseOptions, type DenseParams } from "./dense.ts";
import { axesFromStart } from "./axes.ts";
import { type Initializer, lecunNormal, zeros } from "./initializers.ts";
import type { Empty, Layer } from "./layer.ts";

/** Options of `denseGeneral`. */
export interface DenseGeneralOptions extends Omit<DenseOptions, "features"> {
  /** The extents of the axes of outputs, which come last: one positive integer, or several. */
  readonly features: number | readonly number[];
  /** The axes of inputs, counted with the batch axis: one, or several; the last by default. */
  readonly axis?: number | readonly number[];
}

const DENSE_GENERAL_OPTIONS = { ...DENSE_OPTIONS, axis: true } as const;

/**
 * The fully connected layer over any axes, as flax.linen.DenseGeneral: `y[r, f] = sum over a of x[r, a] kernel[a, f] +
 * bias[f]`, where a are the axes of inputs, f those of outputs and r the others. The kernel has the shape
 * [...inputs, ...features], with inputs in the order of their axes, and the bias [...features]. The initializer sees
 * them flat.
 *
 * @throws {RangeError} If an option is out of range, or the axes of an input have other extents than the kernel.
 *
 * @example Features of four heads, and back
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { denseGeneral } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const split = denseGeneral({ features: [4, 8] });
 * const { params, state, outputShape } = split.init(random.key(0), [5, 32]);
 * assertEquals([params.kernel.shape, outputShape], [[32, 4, 8], [5, 4, 8]]);
 * const heads = split.apply({ params, state }, ones([1, 5, 32])).output;
 * const join = denseGeneral({ features: 32, axis: [-2, -1] });
 * assertEquals(join.apply(join.init(random.key(1), [5, 4, 8]), heads).output.shape, [1, 5, 32]);
 * ```
 */
export function denseGeneral(options: DenseGeneralOptions): Layer<DenseParams, Empty> {
  checkOptionNames("denseGeneral", options, DENSE_GENERAL_OPTIONS);
  const { axis = -1, bias = true, kernelInitializer = lecunNormal, biasInitializer = zeros } = options;
  const features = typeof options.features === "number" ? [options.features] : options.features;
  for (const one of features) checkPositiveInteger("denseGeneral", "features", one);
  const inputAxes = (at: string, rank: number): readonly number[] => {
    const axes = axesFromStart(at, axis, rank);
    if (axes.length === 0 || axes.includes(0)) {
      throw new RangeError(`${at} expects axes after the batch axis but got ${JSON.stringify(axis)}`);
    }
    return axes;
  };
  return {
    name: "denseGeneral",
    init(key, inputShape, context = {}) {
      const at = placeOf("denseGeneral", context);
      checkShape(at, inputShape);
      const axes = inputAxes(at, inputShape.length + 1);
      const inputs = axes.map((i) => inputShape[i - 1]);
      const [fanIn, fanOut] = [sizeOf(inputs), sizeOf(features)];
      const [kernelKey, biasKey] = random.split(key);
      const make = (
        initializer: Initializer,
        from: Tensor,
        flat: readonly number[],
        shape: readonly number[],
      ) => reshape(initializer(from, flat, { fanIn, fanOut }), shape);
      return {
        params: {
          kernel: make(kernelInitializer, kernelKey, [fanIn, fanOut], [...inputs, ...features]),
          ...(bias ? { bias: make(biasInitializer, biasKey, [fanOut], features) } : {}),
        },
        state: {},
        outputShape: [...inputShape.filter((_, i) => !axes.includes(i + 1)), ...features],
      };
    },
    apply({ params, state }, x, applied = {}) {
      const at = placeOfApply("denseGeneral", applied);
      checkTensor(at, x);
      const kernel = variable(at, "params", params, "kernel");
      const axes = inputAxes(at, x.rank);
      if (
        kernel.rank !== axes.length + features.length || axes.some((i, k) => x.shape[i] !== kernel.shape[k])
      ) {
        const extents = kernel.shape.slice(0, axes.length).join(", ");
        throw shapeError(at, `inputs with extents [${extents}] on axes ${axes.join(", ")}`, x.shape);
      }
      const product = tensordot(x, kernel, { axes: [axes, axes.map((_, i) => i)] });
      return { output: bias ? add(product, variable(at, "params", params, "bias")) : product, state };
    },
  };
}
