/**
 * Reductions that leave NaN out.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { isFloating } from "../dtype.ts";
import { normalizeAxes, normalizeAxis } from "../shape.ts";
import {
  ARG_REDUCE_OPTIONS,
  type ArgReduceOptions,
  REDUCE_OPTIONS,
  type ReduceOptions,
  type Tensor,
  type TensorLike,
} from "../tensor.ts";
import { isNaN, logicalAnd, logicalNot } from "./comparison.ts";
import { floating, numbers } from "./convert.ts";
import { cumprod, cumsum, CUMULATIVE_OPTIONS, type CumulativeOptions } from "./cumulative.ts";
import { sqrt } from "./exponential.ts";
import { all, max, mean, min, prod, sum } from "./reduce.ts";
import { argmax, argmin } from "./arg_reduce.ts";
import { variance, VARIANCE_OPTIONS, type VarianceOptions } from "./variance.ts";
import { where } from "./selection.ts";

/** The options with NaN taken out of what takes part. */
function without<Options extends ReduceOptions>(operation: string, x: Tensor, options: Options): Options {
  normalizeAxes(operation, options.axes, x.rank);
  if (!isFloating(x.dtype)) return options;
  const known = logicalNot(isNaN(x));
  return { ...options, where: options.where === undefined ? known : logicalAnd(known, options.where) };
}

/** NaN where there is nothing else. */
function orNaN(result: Tensor, x: Tensor, options: ReduceOptions): Tensor {
  if (!isFloating(x.dtype)) return result;
  const { where: mask, ...rest } = options;
  const nothing = all(isNaN(x), mask === undefined ? rest : options);
  return where(nothing, NaN, result);
}

/**
 * The sum of what is not NaN over `axes`, all by default; 0 for none.
 *
 * @example
 * ```ts
 * import { nanSum, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(nanSum(tensor([1, NaN, 2])).item(), 3);
 * ```
 */
export function nanSum(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanSum", options, REDUCE_OPTIONS);
  const tensor = numbers("nanSum", x);
  return sum(tensor, without("nanSum", tensor, options));
}

/** The product of what is not NaN over `axes`, all by default; 1 for none. */
export function nanProd(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanProd", options, REDUCE_OPTIONS);
  const tensor = numbers("nanProd", x);
  return prod(tensor, without("nanProd", tensor, options));
}

/**
 * The mean of what is not NaN over `axes`, all by default; NaN for none.
 *
 * @example
 * ```ts
 * import { nanMean, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(nanMean(tensor([1, NaN, 2])).item(), 1.5);
 * ```
 */
export function nanMean(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanMean", options, REDUCE_OPTIONS);
  const tensor = floating("nanMean", x);
  return mean(tensor, without("nanMean", tensor, options));
}

/**
 * The greatest of what is not NaN over `axes`, all by default; NaN for none.
 *
 * @throws {RangeError} If a reduced axis is empty.
 */
export function nanMax(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanMax", options, REDUCE_OPTIONS);
  const tensor = numbers("nanMax", x);
  return orNaN(max(tensor, without("nanMax", tensor, options)), tensor, options);
}

/**
 * The least of what is not NaN over `axes`, all by default; NaN for none.
 *
 * @throws {RangeError} If a reduced axis is empty.
 */
export function nanMin(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanMin", options, REDUCE_OPTIONS);
  const tensor = numbers("nanMin", x);
  return orNaN(min(tensor, without("nanMin", tensor, options)), tensor, options);
}

/** The mean squared distance of what is not NaN from its mean over `axes`; NaN for none. */
export function nanVariance(x: TensorLike, options: VarianceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanVariance", options, VARIANCE_OPTIONS);
  const tensor = floating("nanVariance", x);
  // What does not count has the distance 0, so that it spreads no NaN into gradients.
  const safe = where(isNaN(tensor), 0, tensor);
  return variance(safe, without("nanVariance", tensor, options));
}

/** The square root of `nanVariance`. */
export function nanStandardDeviation(x: TensorLike, options: VarianceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanStandardDeviation", options, VARIANCE_OPTIONS);
  const tensor = floating("nanStandardDeviation", x);
  const safe = where(isNaN(tensor), 0, tensor);
  return sqrt(variance(safe, without("nanStandardDeviation", tensor, options)));
}

function position(
  operation: string,
  find: (x: Tensor, options: ArgReduceOptions) => Tensor,
  x: Tensor,
  options: ArgReduceOptions,
  neutral: number,
): Tensor {
  if (options.axis !== undefined) normalizeAxis(operation, options.axis, x.rank);
  if (!isFloating(x.dtype)) return find(x, options);
  const unknown = isNaN(x);
  const { axis, ...rest } = options;
  const nothing = all(unknown, { ...rest, ...(axis === undefined ? {} : { axes: axis }) });
  return where(nothing, -1, find(where(unknown, neutral, x), options));
}

/**
 * The position of the greatest of what is not NaN along an axis (int32), or in the flattened tensor; -1 for none.
 *
 * @throws {RangeError} If there is no element.
 */
export function nanArgmax(x: TensorLike, options: ArgReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanArgmax", options, ARG_REDUCE_OPTIONS);
  return position("nanArgmax", argmax, numbers("nanArgmax", x), options, -Infinity);
}

/**
 * The position of the least of what is not NaN along an axis (int32), or in the flattened tensor; -1 for none.
 *
 * @throws {RangeError} If there is no element.
 */
export function nanArgmin(x: TensorLike, options: ArgReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanArgmin", options, ARG_REDUCE_OPTIONS);
  return position("nanArgmin", argmin, numbers("nanArgmin", x), options, Infinity);
}

/** The sums of what is not NaN up to each place along an axis. */
export function nanCumsum(x: TensorLike, options: CumulativeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanCumsum", options, CUMULATIVE_OPTIONS);
  const tensor = numbers("nanCumsum", x);
  normalizeAxis("nanCumsum", options.axis ?? -1, tensor.rank);
  return cumsum(isFloating(tensor.dtype) ? where(isNaN(tensor), 0, tensor) : tensor, options);
}

/** The products of what is not NaN up to each place along an axis. */
export function nanCumprod(x: TensorLike, options: CumulativeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanCumprod", options, CUMULATIVE_OPTIONS);
  const tensor = numbers("nanCumprod", x);
  normalizeAxis("nanCumprod", options.axis ?? -1, tensor.rank);
  return cumprod(isFloating(tensor.dtype) ? where(isNaN(tensor), 1, tensor) : tensor, options);
}
