/**
 * The units of a kernel: its parts that make one output each.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { broadcastTo, sqrt, square, sum, type Tensor } from "../tensor/mod.ts";
import { checkTensor } from "../tensor/check_tensor.ts";

/**
 * Where the outputs of a kernel lie. Dense kernels are `[in, out]` in the first two.
 *
 * - "NCHW": convolution kernels are OIHW, as layers of that layout have them
 * - "NHWC": convolution kernels are HWIO, and of rank 3 the first axis is the inputs, as in flax
 * - "outputFirst": every kernel has its outputs along the first axis, dense ones too, as in torch
 */
export type KernelLayout = "NCHW" | "NHWC" | "outputFirst";

/** Options of transforms that treat each unit of a kernel by itself. */
export interface UnitOptions {
  /** Where the outputs of kernels lie. @default {"NCHW"} */
  readonly layout?: KernelLayout;
  /** The axes of one unit, for all leaves or by leaf and path, in place of what `layout` says. */
  readonly axes?: readonly number[] | ((leaf: Tensor, path: string) => readonly number[]);
}

const UNIT_OPTIONS = { layout: true, axes: true } as const;

/** The axes of one unit of a leaf. */
export type UnitAxes = (leaf: Tensor, path: string) => readonly number[];

/**
 * The function that options ask for. Without axes given, it returns all axes for a leaf that is a vector but for
 * axes of extent 1.
 *
 * @throws {RangeError} If the layout is none of the three.
 * @throws {TypeError} If the axes are neither a list nor a function.
 */
export function unitAxes(operation: string, { layout = "NCHW", axes }: UnitOptions): UnitAxes {
  if (layout !== "NCHW" && layout !== "NHWC" && layout !== "outputFirst") {
    throw new RangeError(
      `${operation} expects layout "NCHW", "NHWC" or "outputFirst" but got ${String(layout)}`,
    );
  }
  if (typeof axes === "function") return axes;
  if (axes !== undefined) {
    if (Array.isArray(axes)) return () => axes;
    throw new TypeError(`${operation} expects axes to be a list or a function but got ${typeof axes}`);
  }
  return ({ shape }) => {
    const all = shape.map((_, axis) => axis);
    if (shape.filter((extent) => extent !== 1).length <= 1) return all;
    if (layout === "outputFirst") return all.slice(1);
    if (shape.length === 2) return [0];
    if (layout === "NCHW") return all.slice(1);
    return shape.length === 3 ? [0] : all.slice(0, -1);
  };
}

/** The Euclidean norm of each unit, with extent 1 along its axes. */
export function unitNorms(x: Tensor, axes: readonly number[]): Tensor {
  return sqrt(sum(square(x), { axes, keepDims: true }));
}

/**
 * The Euclidean norm of the unit that each element belongs to, in the shape of `x`, as
 * `optax.transforms.unitwise_norm` with the layout "NHWC": what `adaptiveGradClip` compares.
 *
 * @throws {RangeError} If the layout is unknown.
 * @throws {TypeError} If `axes` is neither a list nor a function.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { unitwiseNorm } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(unitwiseNorm(tensor([[3, 0], [4, 1]])).toArray(), [[5, 1], [5, 1]]);
 * ```
 */
export function unitwiseNorm(x: Tensor, options: UnitOptions = {}): Tensor {
  checkOptionNames("unitwiseNorm", options, UNIT_OPTIONS);
  checkTensor("unitwiseNorm", x);
  return broadcastTo(unitNorms(x, unitAxes("unitwiseNorm", options)(x, "")), x.shape);
}
