/**
 * Pooling over windows of rows and columns.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames } from "../check_option_names.ts";
import { isFloating } from "../dtype.ts";
import { copyInto } from "../elementwise.ts";
import { vectorMode } from "../kernel_choice.ts";
import {
  averagePoolGradientPlan,
  averagePoolPlan,
  type AveragePoolSizes,
} from "../kernels/average_pooling.ts";
import { maxPoolPlan } from "../kernels/max_pooling.ts";
import { maxPoolGatherPlan, maxPoolGradientPlan } from "../kernels/max_pooling_gradient.ts";
import type { FloatingDType, KernelPlan } from "../kernels/plan.ts";
import { poolShape, type PoolSizes } from "../kernels/pooling_sizes.ts";
import {
  averagePoolGradientSimdPlan,
  averagePoolSimdPlan,
  maxPoolGatherSimdPlan,
  maxPoolGradientSimdPlan,
  maxPoolSimdPlan,
  type SimdPoolPlan,
} from "../kernels/simd/pooling.ts";
import { kernelNamed } from "../kernels/table.ts";
import type { BatchContext, BatchRule } from "../rules.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import type { Machine, Operand } from "../machine.ts";
import { formatShape, isContiguous, sizeOf } from "../shape.ts";
import { type Abstract, describe, type Tensor } from "../tensor.ts";
import { checkTensor } from "../check_tensor.ts";
import { reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";
import { type Padding, paddingOf, type Pair, pairOf } from "./window.ts";
import { AVG_POOL2D_OPTIONS, POOL2D_OPTIONS } from "./option_names.ts";

type Attributes = Omit<PoolSizes, "dtype">;
type AverageAttributes = Omit<AveragePoolSizes, "dtype">;

function withDType<A>(x: Abstract, attributes: A): A & { readonly dtype: FloatingDType } {
  return { ...attributes, dtype: x.dtype as FloatingDType };
}

/**
 * Launches a pooling by vectors if they cover the operands, else the loop of `plan`. Both store a result that is row-major;
 * vectors one whose channels are neighbours too, and any other is a copy.
 */
function launchPooling(
  machine: Machine,
  inputs: readonly Operand[],
  output: Operand,
  plan: KernelPlan,
  vectorsFor: (strides: readonly number[]) => SimdPoolPlan | null,
): void {
  const inOrder = isContiguous(output.shape, output.strides);
  const wanted = (strides: readonly number[]): SimdPoolPlan | null =>
    vectorMode() === null ? null : vectorsFor(strides);
  const direct = inOrder || output.strides[1] === 1 ? wanted(output.strides) : null;
  const made = inOrder || direct !== null ? output : machine.temporary(output.dtype, output.shape);
  const vectors = direct ?? wanted(made.strides);
  const { kernel, scalars, total, grain } = vectors ?? plan;
  const reference = typeof kernel === "string" ? kernelNamed(kernel) : kernel;
  machine.launch(reference, [...inputs, made], scalars, total, grain);
  if (made !== output) copyInto(made, output, machine);
}

/** Examples are more images. */
const MANY_IMAGES: BatchRule<Attributes> = {
  rule({ all, size, attributes, apply }: BatchContext<Attributes>) {
    const [count, ...rest] = attributes.image;
    const images = all().map((x) => reshape(x, [size * x.shape[1], ...x.shape.slice(2)]));
    const [result] = apply(images, { ...attributes, image: [size * count, ...rest] });
    return [reshape(result, [size, count, ...result.shape.slice(1)])];
  },
};

const maxPoolPrimitive: Primitive<Attributes> = definePrimitive<Attributes>({
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

const maxPoolGradientPrimitive: Primitive<Attributes> = definePrimitive<Attributes>({
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

const maxPoolGatherPrimitive: Primitive<Attributes> = definePrimitive<Attributes>({
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

/** Options of pooling. */
export interface Pool2dOptions {
  /** Rows and columns of the window. */
  readonly window: Pair;
  /** Steps of the window; the window itself by default, so that windows do not overlap. */
  readonly strides?: Pair;
  /** Padding around the image; "valid" (none) by default. */
  readonly padding?: Padding;
  /** The order of the axes: "NCHW" (the default) or "NHWC". */
  readonly layout?: "NCHW" | "NHWC";
}

/** Options of `avgPool2d`. */
export interface AvgPool2dOptions extends Pool2dOptions {
  /** Whether padding counts as zeros in the mean; true by default, as in torch. */
  readonly countIncludePad?: boolean;
}

/** The image in NCHW and the sizes of its pooling, checked. */
function prepare(
  operation: string,
  x: Tensor,
  options: Pool2dOptions,
): { image: Tensor; attributes: Attributes } {
  const { layout = "NCHW" } = options;
  if (layout !== "NCHW" && layout !== "NHWC") {
    throw new RangeError(`${operation} expects layout "NCHW" or "NHWC" but got ${String(layout)}`);
  }
  checkTensor(operation, x);
  if (x.rank !== 4) {
    throw new RangeError(`${operation} expects images of rank 4 but got ${formatShape(x.shape)}`);
  }
  if (!isFloating(x.dtype)) {
    throw new TypeError(`${operation} expects float32 or float64 but got ${describe(x)}`);
  }
  const image = layout === "NCHW" ? x : transpose(x, [0, 3, 1, 2]);
  const window = pairOf(operation, "window", options.window, 1);
  const strides = pairOf(operation, "strides", options.strides ?? window, 1);
  const extents = [image.shape[2], image.shape[3]] as const;
  const padding = paddingOf(operation, options.padding ?? "valid", extents, window, strides);
  for (const i of [0, 1] as const) {
    if (padding[i][0] >= window[i] || padding[i][1] >= window[i]) {
      throw new RangeError(
        `${operation} expects padding smaller than its window ${formatShape(window)} but got ${
          JSON.stringify(padding)
        }`,
      );
    }
    if (extents[i] + padding[i][0] + padding[i][1] < window[i]) {
      throw new RangeError(
        `${operation} expects images at least as large as its window ${formatShape(window)} but got ${
          formatShape(x.shape)
        }`,
      );
    }
  }
  return { image, attributes: { image: image.shape, window, strides, padding } };
}

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
  const { image, attributes } = prepare("maxPool2d", x, options);
  const result = apply(maxPoolPrimitive, [image], attributes);
  return options.layout === "NHWC" ? transpose(result, [0, 2, 3, 1]) : result;
}

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
  const { image, attributes } = prepare("avgPool2d", x, options);
  const countIncludePad = options.countIncludePad ?? true;
  const result = apply(averagePoolPrimitive, [image], { ...attributes, countIncludePad });
  return options.layout === "NHWC" ? transpose(result, [0, 2, 3, 1]) : result;
}
