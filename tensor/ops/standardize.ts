/**
 * Rows of mean 0 and variance 1.
 *
 * @module
 */
import { applyAll } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { input } from "../kernels/expression.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { normalizeAxes, reducedShape, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, divide, multiply, square, subtract } from "./arithmetic.ts";
import { floating } from "./convert.ts";
import { rsqrt } from "./exponential.ts";
import { mean } from "./reduce.ts";
import { expandDims } from "./reshape.ts";
import { areRows, asRows, batchRows, checkRows, launchStep, type RowAttributes } from "./row_steps.ts";

interface NormalizeAttributes extends RowAttributes {
  readonly eps: number;
}

const normalizePrimitive: Primitive<NormalizeAttributes> = definePrimitive<NormalizeAttributes>({
  name: "normalize",
  infer([x], { axis }) {
    checkRows("normalize", x);
    return [{ dtype: x.dtype, shape: x.shape }, {
      dtype: x.dtype,
      shape: reducedShape(x.shape, [axis], false),
    }];
  },
  flops: ([x]) => 6 * sizeOf(x.shape),
  rowStep: ({ eps }) => ({ op: "normalize", value: input(0), eps }),
  execute: ([x], outputs, { axis, eps }, machine) =>
    launchStep({ op: "normalize", value: input(0), eps }, x, outputs, axis, machine),
  pullback: {
    // y = (x - mean x) r and r = 1 / sqrt(variance x + eps): their derivatives are made of y and r alone.
    rule([g, h], { inputs: [x], outputs: [y, r], attributes: { axis } }) {
      const along = { axes: axis, keepDims: true } as const;
      const direct = subtract(subtract(g, mean(g, along)), multiply(y, mean(multiply(g, y), along)));
      const through = divide(multiply(h, multiply(r, r)), x.shape[axis]);
      return [subtract(multiply(direct, expandDims(r, axis)), multiply(expandDims(through, axis), y))];
    },
  },
  batch: batchRows(),
});

/** Options of `standardize`. */
export interface StandardizeOptions {
  /** The axis, or several that share one mean; the last by default. */
  readonly axes?: number | readonly number[];
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
}

const STANDARDIZE_OPTIONS = { axes: true, eps: true } as const;

/**
 * Elements less their mean, over the square root of their variance plus `eps`, along the axes: the heart of layer
 * normalization. In float32 it is within 4 units in the last place of the result, or of 1 where that is greater, however
 * large the mean is; within 24 where outliers sit at the worst places of a row.
 *
 * @throws {RangeError} If `eps` is negative.
 *
 * @example
 * ```ts
 * import { standardize, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(standardize(tensor([1, 3]), { eps: 0 }).toArray(), [-1, 1]);
 * ```
 */
export function standardize(x: TensorLike, options: StandardizeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("standardize", options, STANDARDIZE_OPTIONS);
  const tensor = floating("standardize", x);
  const { eps = 1e-5 } = options;
  if (typeof eps !== "number" || !(eps >= 0)) {
    throw new RangeError(`standardize expects eps from 0 on but got ${String(eps)}`);
  }
  const axes = normalizeAxes("standardize", options.axes ?? -1, tensor.rank);
  if (areRows(axes)) {
    const { rows, axis, back } = asRows(tensor, axes);
    return back(applyAll(normalizePrimitive, [rows], { axis, eps })[0]);
  }
  const centered = subtract(tensor, mean(tensor, { axes, keepDims: true }));
  return multiply(centered, rsqrt(add(mean(square(centered), { axes, keepDims: true }), eps)));
}
