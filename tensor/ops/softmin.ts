/**
 * Shares that are greatest where elements are least.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { normalizeAxes } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { negative } from "./arithmetic.ts";
import { floating } from "./convert.ts";
import { softmax, SOFTMAX_OPTIONS, type SoftmaxOptions } from "./softmax.ts";

/**
 * The softmax of `-x`, as torch.nn.functional.softmin: the least element has the greatest share.
 *
 * @example
 * ```ts
 * import { softmin, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(softmin(tensor([0, 1000])).toArray(), [1, 0]);
 * ```
 */
export function softmin(x: TensorLike, options: SoftmaxOptions = NO_OPTIONS): Tensor {
  checkOptionNames("softmin", options, SOFTMAX_OPTIONS);
  const tensor = floating("softmin", x);
  normalizeAxes("softmin", options.axes ?? -1, tensor.rank);
  return softmax(negative(tensor), options);
}
