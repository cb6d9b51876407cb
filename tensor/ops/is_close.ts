/**
 * Whether numbers are equal but for rounding.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, multiply, subtract } from "./arithmetic.ts";
import { equal, isFinite, isNaN, lessEqual, logicalAnd, logicalOr } from "./comparison.ts";
import { promotedFloats, together } from "./convert.ts";
import { all } from "./reduce.ts";
import { where } from "./selection.ts";
import { abs } from "./sign.ts";

/** How near two numbers count as equal. */
export interface IsCloseOptions {
  /** The greatest distance, relative to y; 1e-5 by default. */
  readonly relativeTolerance?: number;
  /** The greatest distance beside the relative one; 1e-8 by default. */
  readonly absoluteTolerance?: number;
  /** Whether NaN is close to NaN; false by default. */
  readonly equalNan?: boolean;
}

const IS_CLOSE_OPTIONS = { relativeTolerance: true, absoluteTolerance: true, equalNan: true } as const;

/**
 * Whether `|x - y| <= absoluteTolerance + relativeTolerance * |y|`, elementwise with broadcasting; infinities are
 * close to themselves alone.
 *
 * @example
 * ```ts
 * import { isClose } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(isClose(1, 1.000001).toArray(), true);
 * ```
 */
export function isClose(x: TensorLike, y: TensorLike, options: IsCloseOptions = NO_OPTIONS): Tensor {
  checkOptionNames("isClose", options, IS_CLOSE_OPTIONS);
  return closeOf("isClose", x, y, options);
}

function closeOf(operation: string, x: TensorLike, y: TensorLike, options: IsCloseOptions): Tensor {
  const { relativeTolerance = 1e-5, absoluteTolerance = 1e-8, equalNan = false } = options;
  const [a, b] = together(operation, promotedFloats(operation, x, y));
  const within = lessEqual(abs(subtract(a, b)), add(multiply(abs(b), relativeTolerance), absoluteTolerance));
  const close = where(logicalAnd(isFinite(a), isFinite(b)), within, equal(a, b));
  return equalNan ? logicalOr(close, logicalAnd(isNaN(a), isNaN(b))) : close;
}

/**
 * Whether all elements are close, as `isClose` has it: one bool.
 *
 * @example
 * ```ts
 * import { allClose, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(allClose(tensor([1, 2]), tensor([1, 2.1])).toArray(), false);
 * ```
 */
export function allClose(x: TensorLike, y: TensorLike, options: IsCloseOptions = NO_OPTIONS): Tensor {
  checkOptionNames("allClose", options, IS_CLOSE_OPTIONS);
  return all(closeOf("allClose", x, y, options));
}
