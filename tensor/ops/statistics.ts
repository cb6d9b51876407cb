/**
 * Counts, ranges and averages.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { equalShapes, formatShape, normalizeAxes } from "../shape.ts";
import { REDUCE_OPTIONS, type ReduceOptions, type Tensor, type TensorLike } from "../tensor.ts";
import { divide, multiply, subtract } from "./arithmetic.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { cast } from "./cast.ts";
import { notEqual } from "./comparison.ts";
import { floating, numbers, numeric, promotedFloats } from "./convert.ts";
import { max, mean, min, sum } from "./reduce.ts";
import { reshape } from "./reshape.ts";

/**
 * The number of elements that are not 0 (int32) over `axes`, all by default.
 *
 * @example
 * ```ts
 * import { countNonzero, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(countNonzero(tensor([0, 2, NaN])).item(), 2);
 * ```
 */
export function countNonzero(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("countNonzero", options, REDUCE_OPTIONS);
  const tensor = numbers("countNonzero", x);
  normalizeAxes("countNonzero", options.axes, tensor.rank);
  return sum(cast(notEqual(tensor, 0), "int32"), options);
}

/**
 * The greatest element less the least (peak to peak) over `axes`, all by default.
 *
 * @throws {RangeError} If a reduced axis is empty.
 *
 * @example
 * ```ts
 * import { ptp, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ptp(tensor([3, 1, 4])).item(), 3);
 * ```
 */
export function ptp(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("ptp", options, REDUCE_OPTIONS);
  const tensor = numeric("ptp", x);
  normalizeAxes("ptp", options.axes, tensor.rank);
  return subtract(max(tensor, options), min(tensor, options));
}

/** Options of `average`. */
export interface AverageOptions {
  /** The axes, negative ones counted from the end; all of them by default. */
  readonly axes?: number | readonly number[];
  /** Keeps the reduced axes with extent 1; false by default. */
  readonly keepDims?: boolean;
  /** The weight of each element: of the shape of x, or of the reduced axes alone; all equal by default. */
  readonly weights?: TensorLike;
}

const AVERAGE_OPTIONS = { axes: true, keepDims: true, weights: true } as const;

/**
 * The weighted mean over `axes`, all by default: `sum(weights * x) / sum(weights)`.
 *
 * @throws {RangeError} If the weights have neither the shape of x nor that of the reduced axes.
 *
 * @example
 * ```ts
 * import { average, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(average(tensor([1, 4]), { weights: tensor([3, 1]) }).item(), 1.75);
 * ```
 */
export function average(x: TensorLike, options: AverageOptions = NO_OPTIONS): Tensor {
  checkOptionNames("average", options, AVERAGE_OPTIONS);
  const { weights, ...rest } = options;
  if (weights === undefined) {
    const tensor = floating("average", x);
    normalizeAxes("average", options.axes, tensor.rank);
    return mean(tensor, rest);
  }
  const [tensor, factors] = promotedFloats("average", x, weights);
  const axes = normalizeAxes("average", options.axes, tensor.rank);
  const reduced = axes.map((axis) => tensor.shape[axis]);
  let full = factors;
  if (!equalShapes(factors.shape, tensor.shape)) {
    if (!equalShapes(factors.shape, reduced)) {
      throw new RangeError(
        `average expects weights of shape ${formatShape(tensor.shape)} or ${formatShape(reduced)} but got ${
          formatShape(factors.shape)
        }`,
      );
    }
    const along = tensor.shape.map((extent, i) => axes.includes(i) ? extent : 1);
    full = broadcastTo(reshape(factors, along), tensor.shape);
  }
  return divide(sum(multiply(tensor, full), rest), sum(full, rest));
}
