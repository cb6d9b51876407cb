/**
 * What poolings over windows of rows and columns have in common.
 *
 * @module
 */
import { checkTensor } from "../check_tensor.ts";
import { isFloating } from "../dtype.ts";
import { vectorMode } from "../kernel_choice.ts";
import type { FloatingDType, KernelPlan } from "../kernels/plan.ts";
import type { PoolSizes } from "../kernels/pooling_sizes.ts";
import type { SimdPoolPlan } from "../kernels/simd/pooling.ts";
import { kernelNamed } from "../kernels/table.ts";
import { copyInto } from "../launch_elementwise.ts";
import type { Machine, Operand } from "../machine.ts";
import type { BatchContext, BatchRule } from "../rules.ts";
import { formatShape, isContiguous } from "../shape.ts";
import { type Abstract, describe, type Tensor } from "../tensor.ts";
import { reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";
import { type Padding, paddingOf, type Pair, pairOf } from "./window.ts";

/** The sizes of a pooling, but for the dtype. */
export type PoolAttributes = Omit<PoolSizes, "dtype">;

/** The sizes of a pooling of `x`. */
export function withDType<A>(x: Abstract, attributes: A): A & { readonly dtype: FloatingDType } {
  return { ...attributes, dtype: x.dtype as FloatingDType };
}

/**
 * Launches a pooling by vectors if they cover the operands, else the loop of `plan`. Both store a result that is row-major;
 * vectors one whose channels are neighbours too, and any other is a copy.
 */
export function launchPooling(
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
export const MANY_IMAGES: BatchRule<PoolAttributes> = {
  rule({ all, size, attributes, apply }: BatchContext<PoolAttributes>) {
    const [count, ...rest] = attributes.image;
    const images = all().map((x) => reshape(x, [size * x.shape[1], ...x.shape.slice(2)]));
    const [result] = apply(images, { ...attributes, image: [size * count, ...rest] });
    return [reshape(result, [size, count, ...result.shape.slice(1)])];
  },
};

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

/** The names of `Pool2dOptions`. */
export const POOL2D_OPTIONS = { window: true, strides: true, padding: true, layout: true } as const;

/** The image in NCHW and the sizes of its pooling, checked. */
export function preparePool2d(
  operation: string,
  x: Tensor,
  options: Pool2dOptions,
): { image: Tensor; attributes: PoolAttributes } {
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
