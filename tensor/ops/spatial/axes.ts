/**
 * Options of windows that slide over any number of spatial axes.
 *
 * @module
 */
import { isFloating } from "../../dtype.ts";
import { formatShape } from "../../shape.ts";
import { checkTensor } from "../../check_tensor.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { tensor } from "../create.ts";
import { transpose } from "../transpose.ts";

/** One number for all spatial axes, or one for each. */
export type PerAxis = number | readonly number[];

/**
 * Padding of spatial axes: one number for all sides, one for each axis, `[before, after]` for each axis, "valid" for
 * none, or "same" so that the result has `ceil(extent / stride)` elements, the odd one after ("sameLower": before).
 */
export type AxisPadding =
  | PerAxis
  | readonly (readonly [number, number])[]
  | "valid"
  | "same"
  | "sameLower";

/** Padding before and after each axis. */
export type Sides = readonly (readonly [number, number])[];

/** The order of axes: channels right behind the batch, or last. */
export type ChannelOrder = "channelsFirst" | "channelsLast";

/** Integers for `rank` axes, each at least `least`. */
export function perAxis(
  operation: string,
  name: string,
  value: PerAxis,
  rank: number,
  least: number,
): readonly number[] {
  const list = typeof value === "number" ? new Array<number>(rank).fill(value) : value;
  if (!Array.isArray(list) || list.length !== rank) {
    throw new TypeError(
      `${operation} expects ${name} as a number or one for each of ${rank} axes but got ${
        JSON.stringify(value)
      }`,
    );
  }
  if (list.some((one) => !Number.isInteger(one) || one < least)) {
    throw new RangeError(
      `${operation} expects ${name} of integers from ${least} on but got ${JSON.stringify(value)}`,
    );
  }
  return list;
}

/** The padding of each axis; `reach` is the extent of a window with its dilation. */
export function sidesOf(
  operation: string,
  padding: AxisPadding,
  extents: readonly number[],
  reach: readonly number[],
  strides: readonly number[],
): Sides {
  if (padding === "valid") return extents.map(() => [0, 0]);
  if (padding === "same" || padding === "sameLower") {
    return extents.map((extent, i) => {
      const count = Math.ceil(extent / strides[i]);
      const total = Math.max(0, (count - 1) * strides[i] + reach[i] - extent);
      const less = Math.floor(total / 2);
      return padding === "same" ? [less, total - less] : [total - less, less];
    });
  }
  if (typeof padding === "string") {
    throw new RangeError(
      `${operation} expects padding "valid", "same", "sameLower" or numbers but got "${String(padding)}"`,
    );
  }
  if (typeof padding === "number" || padding.every((one) => typeof one === "number")) {
    const list = perAxis(operation, "padding", padding as PerAxis, extents.length, 0);
    return list.map((one) => [one, one]);
  }
  const sides = padding as Sides;
  if (sides.length !== extents.length) {
    throw new TypeError(
      `${operation} expects padding for each of ${extents.length} axes but got ${JSON.stringify(padding)}`,
    );
  }
  return sides.map((side) => {
    const [before, after] = perAxis(operation, "padding", side, 2, -Infinity);
    return [before, after];
  });
}

/** Floats with a batch axis, channels behind it and `rank` spatial axes (null: as many as there are). */
export function channelsFirst(
  operation: string,
  x: Tensor,
  rank: number | null,
  order: ChannelOrder,
): Tensor {
  checkTensor(operation, x);
  if (order !== "channelsFirst" && order !== "channelsLast") {
    throw new RangeError(
      `${operation} expects layout "channelsFirst" or "channelsLast" but got ${String(order)}`,
    );
  }
  if (rank === null ? x.rank < 3 : x.rank !== rank + 2) {
    throw new RangeError(
      `${operation} expects images of rank ${rank === null ? "3 or more" : rank + 2} but got ${
        formatShape(x.shape)
      }`,
    );
  }
  if (!isFloating(x.dtype)) {
    throw new TypeError(`${operation} expects floats but got ${describe(x)}`);
  }
  return order === "channelsFirst" ? x : toFirst(x);
}

/** Channels moved from the end to behind the batch. */
export function toFirst(x: Tensor): Tensor {
  return transpose(x, [0, x.rank - 1, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 1)]);
}

/** Channels moved from behind the batch to the end. */
export function toLast(x: Tensor): Tensor {
  return transpose(x, [0, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 2), 1]);
}

/** A result in the order that was asked for. */
export function inOrder(x: Tensor, order: ChannelOrder): Tensor {
  return order === "channelsFirst" ? x : toLast(x);
}

/** The places of elements in the flattened spatial axes, [1, 1, ...extents]. */
export function placesOf(extents: readonly number[]): Tensor {
  const size = extents.reduce((product, extent) => product * extent, 1);
  return tensor(Int32Array.from({ length: size }, (_, i) => i), { shape: [1, 1, ...extents] });
}
