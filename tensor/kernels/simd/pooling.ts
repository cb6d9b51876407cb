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
import type { ModuleBuilder } from "./assembler.ts";
import { defineAveragePool } from "./average_pooling.ts";
import { defineAveragePoolGradient } from "./average_pooling_gradient.ts";
import { simdKernel } from "./generated.ts";
import { defineMaxPool } from "./max_pooling.ts";
import { defineMaxPoolGather, defineMaxPoolGradient } from "./max_pooling_gradient.ts";
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
  const { window, strides } = sizes;
  const kernel = simdKernel(
    `simd|${name}|${window.join("x")}|${strides.join("x")}`,
    (module) => define(module, { window, strides }),
  );
  return { ...plan, kernel, grain: grainFor(nanoseconds) };
}

/** Whether vectors cover the operands: float32 images whose columns are neighbours. */
function covered({ dtype }: PoolSizes, imageStrides: Strides): boolean {
  return dtype === "float32" && imageStrides[3] === 1;
}

/** Outputs, and elements that they read, of a row of the output. */
function rowWork(sizes: PoolSizes): { readonly columns: number; readonly reads: number } {
  const columns = poolShape(sizes)[3];
  return { columns, reads: columns * sizes.window[0] * sizes.window[1] };
}

/** `maxPoolPlan` with vectors; null where they do not cover the image. */
export function maxPoolSimdPlan(sizes: PoolSizes, imageStrides: Strides): SimdPoolPlan | null {
  if (!covered(sizes, imageStrides)) return null;
  const { columns, reads } = rowWork(sizes);
  const plan = maxPoolPlan(sizes, imageStrides);
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

/** `maxPoolGradientPlan` with vectors; null where they do not cover the image. */
export function maxPoolGradientSimdPlan(
  sizes: PoolSizes,
  imageStrides: Strides,
  cotangentStrides: Strides,
): SimdPoolPlan | null {
  if (!covered(sizes, imageStrides)) return null;
  const { columns, reads } = rowWork(sizes);
  const plan = maxPoolGradientPlan(sizes, imageStrides, cotangentStrides);
  const time = poolShape(sizes)[2] * (20 + 2 * columns + reads);
  return vectorized(plan, "maxPoolGradient", sizes, defineMaxPoolGradient, time);
}

/** `averagePoolPlan` with vectors; null where they do not cover the image. */
export function averagePoolSimdPlan(sizes: AveragePoolSizes, imageStrides: Strides): SimdPoolPlan | null {
  if (!covered(sizes, imageStrides)) return null;
  const { columns, reads } = rowWork(sizes);
  const plan = averagePoolPlan(sizes, imageStrides);
  return vectorized(plan, "averagePool", sizes, defineAveragePool, 20 + 2 * columns + reads / 2);
}

/** `averagePoolGradientPlan` with vectors; null where they do not cover the element type. */
export function averagePoolGradientSimdPlan(
  sizes: AveragePoolSizes,
  cotangentStrides: Strides,
): SimdPoolPlan | null {
  if (sizes.dtype !== "float32") return null;
  const { image, window, strides, countIncludePad } = sizes;
  const plan = averagePoolGradientPlan(sizes, cotangentStrides);
  const overlap = Math.ceil(window[0] / strides[0]) * Math.ceil(window[1] / strides[1]);
  const time = 20 + image[3] * (window[1] > strides[1] ? 4 + 2 * overlap : overlap);
  return vectorized(
    plan,
    `averagePoolGradient|${countIncludePad}`,
    sizes,
    (module, form) => defineAveragePoolGradient(module, form, countIncludePad),
    time,
  );
}
