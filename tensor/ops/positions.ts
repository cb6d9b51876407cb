/**
 * Positions in a flattened tensor, as sums of what each axis adds.
 *
 * @module
 */
import { sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { tensorFromData } from "../make_tensor.ts";
import { multiply } from "./arithmetic.ts";
import { isInside } from "./index_mode.ts";
import { where } from "./selection.ts";
import { reshape } from "./reshape.ts";

/** The int32 `start`, `start + step`, ... along axis `axis` of `rank`, the other extents 1. */
export function sequence(count: number, start: number, step: number, rank: number, axis: number): Tensor {
  const data = new Int32Array(count);
  for (let i = 0; i < count; i++) data[i] = start + i * step;
  return tensorFromData("int32", Array.from({ length: rank }, (_, i) => i === axis ? count : 1), data);
}

/**
 * What indices of an axis, counted from its start, add to the position: their multiples of the stride. An index
 * outside puts the sum outside of the whole tensor of `size` elements, also when it is counted from the end.
 */
export function strided(indices: Tensor, extent: number, stride: number, size: number): Tensor {
  return where(isInside(indices, extent), multiply(indices, stride), -2 * size - 1);
}

/** A tensor with its axes put where `axes` says in a shape of `rank`, the other extents 1. */
export function spread(x: Tensor, axes: readonly number[], rank: number): Tensor {
  const shape = new Array<number>(rank).fill(1);
  axes.forEach((axis, i) => shape[axis] = x.shape[i]);
  return sizeOf(shape) === x.size ? reshape(x, shape) : x;
}
