/**
 * Launches of pooling in WebAssembly SIMD. Each takes the arguments and units of the JavaScript loop and gives
 * its bits.
 *
 * @module
 */
import { averagePoolGradientPlan, averagePoolPlan, type AveragePoolSizes } from "../average_pooling.ts";
import type { Strides } from "../convolution_sizes.ts";
import type { KernelReference } from "../kernel.ts";
import { maxPoolPlan } from "../max_pooling.ts";
import { maxPoolGatherPlan, maxPoolGradientPlan } from "../max_pooling_gradient.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { poolShape, type PoolSizes } from "../pooling_sizes.ts";
import { isContiguous } from "../../shape.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { defineAveragePool, defineAveragePoolAcross } from "./average_pooling.ts";
import { defineAveragePoolGradient } from "./average_pooling_gradient.ts";
import { defineAveragePoolGradientAcross } from "./average_pooling_gradient_across.ts";
import { simdFeatures } from "./features.ts";
import { simdKernel } from "./generated.ts";
import { defineMaxPool, defineMaxPoolAcross } from "./max_pooling.ts";
import { defineMaxPoolColumns, poolLine } from "./max_pooling_columns.ts";
import { defineMaxPoolGather, defineMaxPoolGradient } from "./max_pooling_gradient.ts";
import { defineMaxPoolGradientAcross } from "./max_pooling_gradient_across.ts";
import { CHANNELS, SQUARE } from "./pooling_across.ts";
import { isPaired } from "./pooling_pairs.ts";
import { TOGETHER } from "./pooling_row.ts";
import type { PoolForm } from "./pooling_window.ts";

/** A launch of a kernel that is made at run time; see `KernelPlan`. */
export interface SimdPoolPlan extends Omit<KernelPlan, "kernel"> {
  /** The kernel. */
  readonly kernel: KernelReference;
}

type Define = (module: ModuleBuilder, form: PoolForm) => void;

/** The plan with a kernel of vectors, which takes about `nanoseconds` for a unit. */
function vectorized(
  plan: KernelPlan,
  name: string,
  sizes: PoolSizes,
  define: Define,
  nanoseconds: number,
): SimdPoolPlan {
  const { image, window, strides, padding } = sizes;
  const output = poolShape(sizes);
  const inside = [0, 1].every((i) =>
    padding[i][0] === 0 && (output[2 + i] - 1) * strides[i] + window[i] <= image[2 + i]
  );
  const { relaxed } = simdFeatures();
  const kernel = simdKernel(
    `simd|${name}|${window.join("x")}|${strides.join("x")}|${inside}|${relaxed}`,
    (module) => define(module, { window, strides, inside, relaxed }),
  );
  return { ...plan, kernel, grain: grainFor(nanoseconds) };
}

/** Whether vectors cover the operands along their rows: float32 images whose columns are neighbours. */
function covered({ dtype }: PoolSizes, imageStrides: Strides): boolean {
  return dtype === "float32" && imageStrides[3] === 1;
}

/** Columns of a window that are stored by vectors. */
const WIDE = 4;

/** Elements of windows that are few. */
const FEW_TAPS = 16;

/** Windows of a row that are too few to go along together; and where some others are partly outside of the image. */
const FEW = [4, 8];

/** Windows for each one partly outside of the image that are too few to go along together. */
const PARTLY = 2;

/** Whether there are enough channels to go along together, and too few windows in a row that are wholly inside. */
function isNarrow(sizes: PoolSizes, most = PARTLY): boolean {
  const { image, window, strides, padding } = sizes;
  const [low] = padding[1];
  const inner = Math.floor((image[3] + low - window[1]) / strides[1]) + 1 - Math.ceil(low / strides[1]);
  const partly = poolShape(sizes)[3] - inner;
  return image[1] >= CHANNELS && inner < Math.max(FEW[partly > 0 ? 1 : 0], most * partly);
}

/** Whether channels of the image go along together instead of the windows of a row. */
function isAcross(sizes: PoolSizes, imageStrides: Strides): boolean {
  const neighbours = sizes.image[1] >= CHANNELS && imageStrides[1] === 1;
  return !covered(sizes, imageStrides) || neighbours || isNarrow(sizes);
}

/** Whether the windows of each row are three inside of the image, of few elements: they go along with a fourth. */
function areThree(sizes: PoolSizes): boolean {
  const { image, window, strides, padding } = sizes;
  const [, , rows, columns] = poolShape(sizes);
  const inside = [0, 1].every((i) =>
    padding[i][0] === 0 && ((i === 0 ? rows : columns) - 1) * strides[i] + window[i] <= image[2 + i]
  );
  return inside && columns === TOGETHER - 1 && window[0] * window[1] <= FEW_TAPS;
}

/** Whether channels go along together instead of the windows of a row of the output. */
function isOutputAcross(sizes: PoolSizes, imageStrides: Strides, outputStrides: Strides): boolean {
  if (!isContiguous(poolShape(sizes), outputStrides)) return true;
  // Windows that are far apart have no neighbours to read together, but their own columns.
  if (sizes.image[1] >= CHANNELS && sizes.strides[1] > 2 && sizes.window[1] >= SQUARE) return true;
  const three = covered(sizes, imageStrides) && areThree(sizes) && imageStrides[1] !== 1;
  return !three && isAcross(sizes, imageStrides);
}

/** Whether the output lies in order and vectors cover rows of the image, along which alone there are neighbours. */
function isAlongRows(sizes: PoolSizes, imageStrides: Strides, outputStrides: Strides): boolean {
  return covered(sizes, imageStrides) && imageStrides[1] !== 1 &&
    isContiguous(poolShape(sizes), outputStrides);
}

/** The plan for units that are rows of groups of channels of what has these strides, further arguments. */
function inGroups(
  plan: KernelPlan,
  { image }: PoolSizes,
  rows: number,
  strides: Strides,
): KernelPlan {
  const total = plan.total === 0 ? 0 : image[0] * rows * Math.ceil(image[1] / CHANNELS);
  return { ...plan, scalars: [...plan.scalars, ...strides], total };
}

/** Outputs, and elements that they read, of a row of the output. */
function rowWork(sizes: PoolSizes): { readonly columns: number; readonly reads: number } {
  const columns = poolShape(sizes)[3];
  return { columns, reads: columns * sizes.window[0] * sizes.window[1] };
}

/**
 * `maxPoolPlan` with vectors, for an output of any strides; null where they do not cover the element type. Where
 * channels go along together, the strides of the output are further arguments.
 */
export function maxPoolSimdPlan(
  sizes: PoolSizes,
  imageStrides: Strides,
  outputStrides: Strides,
): SimdPoolPlan | null {
  if (sizes.dtype !== "float32") return null;
  const { columns, reads } = rowWork(sizes);
  const plan = maxPoolPlan(sizes, imageStrides);
  const line = isAlongRows(sizes, imageStrides, outputStrides) ? poolLine(sizes) : null;
  if (line !== null) {
    const name = `maxPoolColumns|${line.columns}|${line.outColumns}|${line.low}`;
    const define: Define = (module, form) => defineMaxPoolColumns(module, form, line);
    return vectorized(plan, name, sizes, define, 5 + columns * sizes.strides[1] * sizes.window[0] / 7);
  }
  if (isOutputAcross(sizes, imageStrides, outputStrides)) {
    const units = inGroups(plan, sizes, poolShape(sizes)[2], outputStrides);
    return vectorized(units, "maxPoolAcross", sizes, defineMaxPoolAcross, 20 + 4 * columns + 2 * reads);
  }
  return vectorized(plan, "maxPool", sizes, defineMaxPool, 20 + columns + reads / 2);
}

/** `maxPoolGatherPlan` with vectors; null where they do not cover the image. */
export function maxPoolGatherSimdPlan(
  sizes: PoolSizes,
  imageStrides: Strides,
  valueStrides: Strides,
): SimdPoolPlan | null {
  if (!covered(sizes, imageStrides)) return null;
  const { columns, reads } = rowWork(sizes);
  const plan = maxPoolGatherPlan(sizes, imageStrides, valueStrides);
  return vectorized(plan, "maxPoolGather", sizes, defineMaxPoolGather, 20 + 2 * columns + reads);
}

/**
 * `maxPoolGradientPlan` with vectors, for a gradient of any strides; null where they do not cover the element type. Where
 * channels go along together, the strides of the gradient are further arguments.
 */
export function maxPoolGradientSimdPlan(
  sizes: PoolSizes,
  imageStrides: Strides,
  cotangentStrides: Strides,
  gradientStrides: Strides,
): SimdPoolPlan | null {
  if (sizes.dtype !== "float32") return null;
  const { columns, reads } = rowWork(sizes);
  const plan = maxPoolGradientPlan(sizes, imageStrides, cotangentStrides);
  const inOrder = isContiguous(sizes.image, gradientStrides);
  const three = isPaired(sizes) && areThree(sizes) && covered(sizes, imageStrides) && imageStrides[1] !== 1;
  if (!inOrder || (!three && isAcross(sizes, imageStrides))) {
    const units = {
      ...plan,
      scalars: [...plan.scalars, ...gradientStrides],
      total: plan.total === 0 ? 0 : sizes.image[0] * Math.ceil(sizes.image[1] / CHANNELS),
    };
    const time = poolShape(sizes)[2] * (20 + 10 * columns + 3 * reads);
    return vectorized(units, "maxPoolGradientAcross", sizes, defineMaxPoolGradientAcross, time);
  }
  const time = poolShape(sizes)[2] * (20 + 2 * columns + reads);
  return vectorized(plan, "maxPoolGradient", sizes, defineMaxPoolGradient, time);
}

/** `averagePoolPlan` with vectors; see `maxPoolSimdPlan`. */
export function averagePoolSimdPlan(
  sizes: AveragePoolSizes,
  imageStrides: Strides,
  outputStrides: Strides,
): SimdPoolPlan | null {
  if (sizes.dtype !== "float32") return null;
  const { columns, reads } = rowWork(sizes);
  const plan = averagePoolPlan(sizes, imageStrides);
  if (isOutputAcross(sizes, imageStrides, outputStrides)) {
    const units = inGroups(plan, sizes, poolShape(sizes)[2], outputStrides);
    return vectorized(
      units,
      "averagePoolAcross",
      sizes,
      defineAveragePoolAcross,
      20 + 8 * columns + 2 * reads,
    );
  }
  return vectorized(plan, "averagePool", sizes, defineAveragePool, 20 + 2 * columns + reads / 2);
}

/** `averagePoolGradientPlan` with vectors; see `maxPoolSimdPlan`. */
export function averagePoolGradientSimdPlan(
  sizes: AveragePoolSizes,
  cotangentStrides: Strides,
  gradientStrides: Strides,
): SimdPoolPlan | null {
  if (sizes.dtype !== "float32") return null;
  const { image, window, strides, countIncludePad } = sizes;
  const plan = averagePoolGradientPlan(sizes, cotangentStrides);
  const overlap = Math.ceil(window[0] / strides[0]) * Math.ceil(window[1] / strides[1]);
  // What wide windows that do not overlap give is the same along their columns.
  const isWide = window[1] <= strides[1] && window[1] >= WIDE;
  const three = isPaired(sizes) && areThree(sizes);
  if (!isContiguous(image, gradientStrides) || (isNarrow(sizes, 0) && !isWide && !three)) {
    const units = inGroups(plan, sizes, image[2], gradientStrides);
    return vectorized(
      units,
      `averagePoolGradientAcross|${countIncludePad}`,
      sizes,
      (module, form) => defineAveragePoolGradientAcross(module, form, countIncludePad),
      20 + image[3] * (6 + 3 * overlap),
    );
  }
  const time = 20 + image[3] * (window[1] > strides[1] ? 4 + 2 * overlap : overlap);
  return vectorized(
    plan,
    `averagePoolGradient|${countIncludePad}`,
    sizes,
    (module, form) => defineAveragePoolGradient(module, form, countIncludePad),
    time,
  );
}
