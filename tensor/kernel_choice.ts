/**
 * Which form of its kernels an operation launches: vectors where the host has them and they are wanted.
 *
 * @module
 */
import { type DType, isHalf } from "./dtype.ts";
import { bandedProductKernel } from "./kernels/banded_product.ts";
import { checkIndicesKernel } from "./kernels/check_indices.ts";
import { cumulativeKernel, type Running } from "./kernels/cumulative.ts";
import { elementwiseKernel } from "./kernels/elementwise.ts";
import type { ElementwiseForm } from "./kernels/elementwise_form.ts";
import { finishLoop, type RectangleLoopMaker } from "./kernels/finish.ts";
import { alongAxisKernel, type GatherForm, gatherKernel, scatterAddKernel } from "./kernels/gather.ts";
import type { KernelReference } from "./kernels/kernel.ts";
import type { NarrowCopy } from "./kernels/narrow_copy.ts";
import { argReduceKernel, reduceKernel } from "./kernels/reduce.ts";
import type { ReduceForm } from "./kernels/reduce_form.ts";
import { type AlongAxisForm, alongAxisWay, LINES, simdAlongAxisKernel } from "./kernels/simd/along_axis.ts";
import { argReduceLayout, simdArgReduceKernel } from "./kernels/simd/arg_reduce.ts";
import type { SimdMode } from "./kernels/simd/arithmetic.ts";
import { simdBandedProductKernel } from "./kernels/simd/banded_product.ts";
import { simdCheckIndicesKernel } from "./kernels/simd/check_indices.ts";
import { simdCumulativeKernel } from "./kernels/simd/cumulative.ts";
import { simdElementwiseKernel } from "./kernels/simd/elementwise.ts";
import { simdFinishLoop } from "./kernels/simd/finish.ts";
import { availableSimd } from "./kernels/simd/features.ts";
import { simdGatherKernel } from "./kernels/simd/gather.ts";
import { simdNarrowCopyKernel } from "./kernels/simd/narrow_copy.ts";
import type { RowForm, RowLayout } from "./kernels/row_form.ts";
import { simdTotalsKernel, type TotalsForm } from "./kernels/simd/loop_totals.ts";
import { simdReduceKernel } from "./kernels/simd/reduce.ts";
import { simdRowKernel } from "./kernels/simd/rows.ts";
import { simdDrawKernel } from "./kernels/simd/threefry.ts";
import { simdScatterAddKernel } from "./kernels/simd/scatter_add.ts";
import { simdTransposeKernel } from "./kernels/simd/transpose.ts";
import { type Draw, drawKernel } from "./kernels/threefry.ts";
import { transposeKernel } from "./kernels/transpose.ts";
import { simd } from "./runtime/configure.ts";

/** The vector arithmetic to use; null for the loops over typed arrays. */
export function vectorMode(): SimdMode | null {
  const mode = availableSimd(simd());
  return mode === "off" ? null : mode;
}

/** The loop for an elementwise form. */
export function loopOf(form: ElementwiseForm): KernelReference {
  const mode = vectorMode();
  return (mode === null ? null : simdElementwiseKernel(form, mode)) ?? elementwiseKernel(form);
}

/** The loop over finished rectangles for an elementwise form, and what tells it from others. */
export function finishingLoopOf(
  form: ElementwiseForm,
): { readonly key: string; readonly loop: RectangleLoopMaker } {
  const mode = vectorMode();
  const key = `${mode}|${form.name}|${form.inputs}|${form.outputs}|${form.steps.join("")}`;
  const vectors = mode === null ? null : simdFinishLoop(`finish|${key}`, form, mode);
  return { key, loop: vectors ?? finishLoop(form) };
}

/** The loop for a reduction. */
export function reducingLoopOf(form: ReduceForm): KernelReference {
  const mode = vectorMode();
  return (mode === null ? null : simdReduceKernel(form, mode)) ?? reduceKernel(form);
}

/** The vector loop for a reduction of matrices of few columns; null where vectors do not cover it. */
export function runsLoopOf(form: ReduceForm & { readonly columns: number }): KernelReference | null {
  return vectorMode() === "relaxed" ? simdReduceKernel(form, "relaxed") : null;
}

/** The vector loop for rows of a form that lie so; null where vectors do not cover it. */
export function rowVectorsOf(form: RowForm, layout: RowLayout): KernelReference | null {
  const mode = vectorMode();
  return mode === null ? null : simdRowKernel(form, layout, mode);
}

/** The loop that also combines expressions of all elements; null where there is none. */
export function totalsLoopOf(form: TotalsForm): KernelReference | null {
  const mode = vectorMode();
  return mode === null ? null : simdTotalsKernel(form, mode);
}

/** The loop that draws random words. */
export function drawingLoopOf(draw: Draw): KernelReference {
  return vectorMode() === null || draw === "originalByte" ? drawKernel(draw) : simdDrawKernel(draw);
}

/** The loop that copies elements between layouts whose innermost axes differ. */
export function transposingLoopOf(dtype: DType, outer: number): KernelReference {
  const plain = vectorMode() === null || isHalf(dtype);
  return (plain ? transposeKernel : simdTransposeKernel)(dtype, outer);
}

/** The loop for a copy of few elements at a time; null where there are no vectors. */
export function narrowCopyLoopOf(copy: NarrowCopy, bytes: number): KernelReference | null {
  return vectorMode() === null ? null : simdNarrowCopyKernel(copy, bytes);
}

/** The loop that copies parts of `size` elements at positions; `together` says that those of a part are neighbours. */
export function gatheringLoopOf(form: GatherForm, size: number, together: boolean): KernelReference {
  return vectorMode() !== null && together ? simdGatherKernel(form, size) : gatherKernel(form);
}

/**
 * The loop that reads or adds at positions of their own along an axis, and how many lines beside each other are a unit.
 * Strides of the elements, the positions and the output: along the axis, and along the last of the others, of this
 * extent.
 */
export function alongAxisLoopOf(
  form: AlongAxisForm,
  axis: readonly number[],
  beside: readonly (number | undefined)[],
  extent: number,
): { readonly kernel: KernelReference; readonly together: number } {
  const [x, indices, y] = beside;
  const last = x === undefined || indices === undefined || y === undefined ? null : [x, indices, y] as const;
  const way = vectorMode() === null ? null : alongAxisWay(form, [axis[0], axis[1], axis[2]], last, extent);
  if (way !== null) {
    const across = way === "across";
    return { kernel: simdAlongAxisKernel(form, across), together: across ? LINES : 1 };
  }
  const { add, dtype, indices: places, rank, outside } = form;
  return { kernel: alongAxisKernel(add, dtype, places, rank, outside), together: 1 };
}

/** The loop of what runs along lines of so many elements. */
export function runningLoopOf(
  running: Running,
  dtype: DType,
  reverse: boolean,
  length: number,
): KernelReference {
  return vectorMode() === null || dtype !== "float32" || running === "logSumExp"
    ? cumulativeKernel(running, dtype, reverse)
    : simdCumulativeKernel(running, reverse, length);
}

/** The loop for products with a banded matrix along an axis; `single` says that one element is behind one of it. */
export function bandedProductLoopOf(dtype: "float32" | "float64", single: boolean): KernelReference {
  const mode = dtype === "float32" ? vectorMode() : null;
  return mode === null ? bandedProductKernel(dtype) : simdBandedProductKernel(single, mode);
}

/** The loop that checks indices, in the name of an operation. */
export function checkingLoopOf(dtype: DType, operation: string): KernelReference {
  const words = dtype === "int32" || dtype === "uint32";
  return (vectorMode() !== null && words ? simdCheckIndicesKernel : checkIndicesKernel)(dtype, operation);
}

/** The loop that adds parts of `size` elements at positions. */
export function scatteringLoopOf(dtype: DType, indices: DType, size: number): KernelReference {
  const simd = vectorMode() !== null && dtype !== "uint8";
  return simd ? simdScatterAddKernel(dtype, indices, size) : scatterAddKernel(dtype, indices);
}

/**
 * The loop that finds the position of the greatest or least element along an axis, from the stride and the extent of
 * the axis and the strides of those that stay.
 */
export function positionLoopOf(
  greatest: boolean,
  dtype: DType,
  stride: number,
  extent: number,
  kept: readonly number[],
): KernelReference {
  const layout = vectorMode() === null ? null : argReduceLayout(stride, kept.at(-1), extent);
  const words = dtype === "float32" || dtype === "int32" || dtype === "uint32";
  return layout === null || !words
    ? argReduceKernel(greatest, dtype, kept.length)
    : simdArgReduceKernel(greatest, dtype, kept.length, layout, extent);
}
