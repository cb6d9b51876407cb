/**
 * The logarithm of a mean of exponentials.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { normalizeAxes } from "../shape.ts";
import { REDUCE_OPTIONS, type ReduceOptions, type Tensor, type TensorLike } from "../tensor.ts";
import { subtract } from "./arithmetic.ts";
import { floating } from "./convert.ts";
import { logSumExp } from "./log_sum_exp.ts";

/**
 * The logarithm of the mean of exponentials over `axes`, all by default: `log(mean(e^x))`.
 *
 * @example
 * ```ts
 * import { logMeanExp, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(logMeanExp(tensor([1000, 1000])).item(), 1000);
 * ```
 */
export function logMeanExp(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("logMeanExp", options, REDUCE_OPTIONS);
  const tensor = floating("logMeanExp", x);
  const count = normalizeAxes("logMeanExp", options.axes, tensor.rank)
    .reduce((product, axis) => product * tensor.shape[axis], 1);
  return subtract(logSumExp(tensor, options), Math.log(count));
}
