/**
 * Numbers that are not finite: where they are, and others in their place.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { type DType, isFloating } from "../dtype.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { equal, isFinite, isNaN, logicalAnd, logicalNot, logicalOr } from "./comparison.ts";
import { numbers } from "./convert.ts";
import { signBit } from "./float_parts.ts";
import { where } from "./selection.ts";

/** Whether elements are infinite, of either sign. */
export function isInf(x: TensorLike): Tensor {
  const tensor = numbers("isInf", x);
  return logicalNot(logicalOr(isFinite(tensor), isNaN(tensor)));
}

/** Whether elements are positively infinite. */
export function isPosInf(x: TensorLike): Tensor {
  const tensor = numbers("isPosInf", x);
  return logicalAnd(isInf(tensor), logicalNot(signBit(tensor)));
}

/** Whether elements are negatively infinite. */
export function isNegInf(x: TensorLike): Tensor {
  const tensor = numbers("isNegInf", x);
  return logicalAnd(isInf(tensor), signBit(tensor));
}

/** What `nanToNum` puts in the place of numbers that are not finite. */
export interface NanToNumOptions {
  /** In the place of NaN; 0 by default. */
  readonly nan?: TensorLike;
  /** In the place of infinity; the greatest number of the dtype by default. */
  readonly posInf?: TensorLike;
  /** In the place of -infinity; the least number of the dtype by default. */
  readonly negInf?: TensorLike;
}

const NAN_TO_NUM_OPTIONS = { nan: true, posInf: true, negInf: true } as const;

/**
 * Numbers that are not finite replaced, elementwise; integers and bools stay.
 *
 * @example
 * ```ts
 * import { nanToNum, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(nanToNum(tensor([NaN, 2, Infinity]), { posInf: 9 }).toArray(), [0, 2, 9]);
 * ```
 */
export function nanToNum(x: TensorLike, options: NanToNumOptions = NO_OPTIONS): Tensor {
  checkOptionNames("nanToNum", options, NAN_TO_NUM_OPTIONS);
  const tensor = numbers("nanToNum", x);
  if (!isFloating(tensor.dtype)) return tensor;
  const greatest = greatestOf(tensor.dtype);
  const { nan = 0, posInf = greatest, negInf = -greatest } = options;
  const known = where(isNaN(tensor), nan, tensor);
  return where(equal(tensor, Infinity), posInf, where(equal(tensor, -Infinity), negInf, known));
}

/** The greatest finite number of a floating-point dtype. */
function greatestOf(dtype: DType): number {
  switch (dtype) {
    case "float64":
      return Number.MAX_VALUE;
    case "float16":
      return 65504;
    case "bfloat16":
      return (2 - 2 ** -7) * 2 ** 127;
    default:
      return (2 - 2 ** -23) * 2 ** 127;
  }
}
