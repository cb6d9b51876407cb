/**
 * The means of windows of rows and columns.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames } from "../check_option_names.ts";
import {
  averagePoolGradientPlan,
  averagePoolPlan,
  type AveragePoolSizes,
} from "../kernels/average_pooling.ts";
import { poolShape } from "../kernels/pooling_sizes.ts";
import { averagePoolGradientSimdPlan, averagePoolSimdPlan } from "../kernels/simd/pooling.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { launchPooling, MANY_IMAGES, type Pool2dOptions, preparePool2d, withDType } from "./pool2d.ts";
import { transpose } from "./transpose.ts";

type AverageAttributes = Omit<AveragePoolSizes, "dtype">;

const averagePoolPrimitive: Primitive<AverageAttributes> = definePrimitive<AverageAttributes>({
  name: "averagePool",
  flops: (_, __, attributes) => sizeOf(poolShape(attributes)) * sizeOf(attributes.window),
  infer: ([x], attributes) => [{ dtype: x.dtype, shape: poolShape(attributes) }],
  anyStrides: true,
  execute([x], [y], attributes, machine) {
    const sizes = withDType(x, attributes);
    launchPooling(
      machine,
      [x],
      y,
      averagePoolPlan(sizes, x.strides),
      (strides) => averagePoolSimdPlan(sizes, x.strides, strides),
    );
  },
  pullback: { rule: ([g], { attributes }) => [apply(averagePoolGradientPrimitive, [g], attributes)] },
  batch: MANY_IMAGES,
});

const averagePoolGradientPrimitive: Primitive<AverageAttributes> = definePrimitive<AverageAttributes>({
  name: "averagePoolGradient",
  flops: (_, __, attributes) => sizeOf(poolShape(attributes)) * sizeOf(attributes.window),
  infer: ([y], { image }) => [{ dtype: y.dtype, shape: image }],
  anyStrides: true,
  execute([y], [x], attributes, machine) {
    const sizes = withDType(y, attributes);
    launchPooling(
      machine,
      [y],
      x,
      averagePoolGradientPlan(sizes, y.strides),
      (strides) => averagePoolGradientSimdPlan(sizes, y.strides, strides),
    );
  },
  pullback: { rule: ([g], { attributes }) => [apply(averagePoolPrimitive, [g], attributes)] },
  batch: MANY_IMAGES,
});

/** Options of `avgPool2d`. */
export interface AvgPool2dOptions extends Pool2dOptions {
  /** Whether padding counts as zeros in the mean; true by default, as in torch. */
  readonly countIncludePad?: boolean;
}

/** The names of `AvgPool2dOptions`. */
export const AVG_POOL2D_OPTIONS = {
  countIncludePad: true,
  window: true,
  strides: true,
  padding: true,
  layout: true,
} as const;

/**
 * The mean of each window, as torch.nn.functional.avg_pool2d.
 *
 * @param x Images of shape [n, c, rows, columns].
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { arange, avgPool2d, reshape } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = reshape(arange(16), [1, 1, 4, 4]);
 * assertEquals(avgPool2d(x, { window: 2 }).toArray(), [[[[2.5, 4.5], [10.5, 12.5]]]]);
 * ```
 */
export function avgPool2d(x: Tensor, options: AvgPool2dOptions): Tensor {
  checkOptionNames("avgPool2d", options, AVG_POOL2D_OPTIONS);
  const { image, attributes } = preparePool2d("avgPool2d", x, options);
  const countIncludePad = options.countIncludePad ?? true;
  const result = apply(averagePoolPrimitive, [image], { ...attributes, countIncludePad });
  return options.layout === "NHWC" ? transpose(result, [0, 2, 3, 1]) : result;
}
