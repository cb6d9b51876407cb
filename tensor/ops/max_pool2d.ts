/**
 * The greatest elements of windows of rows and columns.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames } from "../check_option_names.ts";
import { maxPoolPlan } from "../kernels/max_pooling.ts";
import { maxPoolGatherPlan, maxPoolGradientPlan } from "../kernels/max_pooling_gradient.ts";
import { poolShape } from "../kernels/pooling_sizes.ts";
import { maxPoolGatherSimdPlan, maxPoolGradientSimdPlan, maxPoolSimdPlan } from "../kernels/simd/pooling.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import {
  launchPooling,
  MANY_IMAGES,
  POOL2D_OPTIONS,
  type Pool2dOptions,
  type PoolAttributes,
  preparePool2d,
  withDType,
} from "./pool2d.ts";
import { transpose } from "./transpose.ts";

const maxPoolPrimitive: Primitive<PoolAttributes> = definePrimitive<PoolAttributes>({
  name: "maxPool",
  flops: (_, __, attributes) => sizeOf(poolShape(attributes)) * sizeOf(attributes.window),
  infer: ([x], attributes) => [{ dtype: x.dtype, shape: poolShape(attributes) }],
  anyStrides: true,
  execute([x], [y], attributes, machine) {
    const sizes = withDType(x, attributes);
    launchPooling(
      machine,
      [x],
      y,
      maxPoolPlan(sizes, x.strides),
      (strides) => maxPoolSimdPlan(sizes, x.strides, strides),
    );
  },
  pullback: {
    rule: ([g], { inputs: [x], attributes }) => [apply(maxPoolGradientPrimitive, [x, g], attributes)],
  },
  batch: MANY_IMAGES,
});

const maxPoolGradientPrimitive: Primitive<PoolAttributes> = definePrimitive<PoolAttributes>({
  name: "maxPoolGradient",
  flops: (_, __, attributes) => sizeOf(poolShape(attributes)) * sizeOf(attributes.window),
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  anyStrides: true,
  execute([x, y], [output], attributes, machine) {
    const sizes = withDType(x, attributes);
    launchPooling(
      machine,
      [x, y],
      output,
      maxPoolGradientPlan(sizes, x.strides, y.strides),
      (strides) => maxPoolGradientSimdPlan(sizes, x.strides, y.strides, strides),
    );
  },
  pullback: {
    rule: ([g], { inputs: [x], attributes }) => [null, apply(maxPoolGatherPrimitive, [x, g], attributes)],
  },
  batch: MANY_IMAGES,
});

const maxPoolGatherPrimitive: Primitive<PoolAttributes> = definePrimitive<PoolAttributes>({
  name: "maxPoolGather",
  flops: (_, __, attributes) => sizeOf(poolShape(attributes)) * sizeOf(attributes.window),
  infer: ([x], attributes) => [{ dtype: x.dtype, shape: poolShape(attributes) }],
  execute([x, v], [y], attributes, machine) {
    const sizes = withDType(x, attributes);
    launchPooling(
      machine,
      [x, v],
      y,
      maxPoolGatherPlan(sizes, x.strides, v.strides),
      () => maxPoolGatherSimdPlan(sizes, x.strides, v.strides),
    );
  },
  pullback: {
    rule: ([g], { inputs: [x], attributes }) => [null, apply(maxPoolGradientPrimitive, [x, g], attributes)],
  },
  batch: MANY_IMAGES,
});

/**
 * The greatest element of each window, as torch.nn.functional.max_pool2d; padding counts as -Infinity. All of
 * the gradient goes to the first of equals.
 *
 * @param x Images of shape [n, c, rows, columns].
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { arange, maxPool2d, reshape } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = reshape(arange(16), [1, 1, 4, 4]);
 * assertEquals(maxPool2d(x, { window: 2 }).toArray(), [[[[5, 7], [13, 15]]]]);
 * ```
 */
export function maxPool2d(x: Tensor, options: Pool2dOptions): Tensor {
  checkOptionNames("maxPool2d", options, POOL2D_OPTIONS);
  const { image, attributes } = preparePool2d("maxPool2d", x, options);
  const result = apply(maxPoolPrimitive, [image], attributes);
  return options.layout === "NHWC" ? transpose(result, [0, 2, 3, 1]) : result;
}
