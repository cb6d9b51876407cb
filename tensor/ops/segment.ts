/**
 * Reductions of the parts that carry the same number.
 *
 * @module
 */
import { checkOptionNames } from "../check_option_names.ts";
import { greatestOf, leastOf } from "../dtype.ts";
import { checkShape, formatShape } from "../shape.ts";
import { constantTensor } from "../make_tensor.ts";
import { describe, type Tensor } from "../tensor.ts";
import { asTensor } from "./convert.ts";
import { asInt32, checkMode, type IndexMode, indicesOf, placed } from "./index_mode.ts";
import { less } from "./comparison.ts";
import { scatterAdd } from "./indexing.ts";
import { scattered } from "./scatter.ts";
import { where } from "./selection.ts";

/** Options of segment reductions. */
export interface SegmentOptions {
  /** The number of segments, which is the extent of the result. */
  readonly segments: number;
  /**
   * What becomes of a number outside of the segments; "error" by default, "drop" leaves its part out. Negative ones
   * do not count from the end.
   */
  readonly mode?: IndexMode;
}

const SEGMENT_OPTIONS = { segments: true, mode: true } as const;

/** Combines the parts along the first axis at the places of their numbers with what an empty segment has. */
function segments(
  operation: string,
  how: "add" | "multiply" | "min" | "max",
  x: Tensor,
  ids: Tensor,
  options: SegmentOptions,
  empty: (x: Tensor) => number,
): Tensor {
  const tensor = asTensor(operation, x);
  const list = indicesOf(operation, ids);
  const { segments: count, mode = "error" } = options;
  checkShape(operation, [count]);
  checkMode(operation, mode);
  if (tensor.dtype === "key" || tensor.dtype === "bool") {
    throw new TypeError(`${operation} expects numbers but got ${describe(tensor)}`);
  }
  if (list.rank !== 1 || list.shape[0] !== tensor.shape[0]) {
    throw new RangeError(
      `${operation} expects one number for each part of ${describe(tensor)} but got ${
        formatShape(list.shape)
      }`,
    );
  }
  // Numbers below 0 are outside, where positions would count from the end.
  const found = list.dtype === "int32" ? where(less(list, 0), 2147483647, list) : list;
  const places = asInt32(placed(operation, found, count, mode));
  if (how === "add") return scatterAdd(tensor, places, { extent: count, mode: "drop" });
  const start = constantTensor(tensor.dtype, [count, ...tensor.shape.slice(1)], empty(tensor));
  return scattered(start, places, tensor, { how, axis: 0, unique: false });
}

/**
 * Sums of the parts along the first axis that carry the same number; 0 for none, as `jax.ops.segment_sum`.
 *
 * @throws {TypeError} If the numbers are not integers.
 * @throws {RangeError} If there is not one number for each part, or with the mode "error" one is outside.
 *
 * @example
 * ```ts
 * import { segmentSum, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const ids = tensor([0, 2, 0], { dtype: "int32" });
 * assertEquals(segmentSum(tensor([1, 2, 3]), ids, { segments: 3 }).toArray(), [4, 0, 2]);
 * ```
 */
export function segmentSum(x: Tensor, ids: Tensor, options: SegmentOptions): Tensor {
  checkOptionNames("segmentSum", options, SEGMENT_OPTIONS);
  return segments("segmentSum", "add", x, ids, options, () => 0);
}

/** Products of the parts that carry the same number; 1 for none. See `segmentSum`. */
export function segmentProd(x: Tensor, ids: Tensor, options: SegmentOptions): Tensor {
  checkOptionNames("segmentProd", options, SEGMENT_OPTIONS);
  return segments("segmentProd", "multiply", x, ids, options, () => 1);
}

/** The greatest of the parts that carry the same number; the least value of the dtype for none. See `segmentSum`. */
export function segmentMax(x: Tensor, ids: Tensor, options: SegmentOptions): Tensor {
  checkOptionNames("segmentMax", options, SEGMENT_OPTIONS);
  return segments("segmentMax", "max", x, ids, options, ({ dtype }) => leastOf(dtype));
}

/** The least of the parts that carry the same number; the greatest value of the dtype for none. See `segmentSum`. */
export function segmentMin(x: Tensor, ids: Tensor, options: SegmentOptions): Tensor {
  checkOptionNames("segmentMin", options, SEGMENT_OPTIONS);
  return segments("segmentMin", "min", x, ids, options, ({ dtype }) => greatestOf(dtype));
}
