/**
 * The parts of floating-point numbers: signs, neighbours, bits, and what is not finite.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { type DType, DTYPES, isFloating, itemSize } from "../dtype.ts";
import { copyInto, defineElementwise, sameDType } from "../elementwise.ts";
import { binary, type Expression } from "../kernels/expression.ts";
import { batchInFront } from "../rules.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { abs } from "./sign.ts";
import { add, multiply, negative, subtract } from "./arithmetic.ts";
import { equal, isFinite, isNaN, less, lessEqual, logicalAnd, logicalNot, logicalOr } from "./comparison.ts";
import { numbers, promotedFloats, together } from "./convert.ts";
import { all } from "./reduce.ts";
import { where } from "./selection.ts";

const NONE = {};

/** Whether a number is negative or -0; the sign of NaN is not seen. */
function negativeExpression(x: Expression): Expression {
  const zero = binary("and", binary("equal", x, 0), binary("less", binary("divide", 1, x), 0));
  return binary("or", binary("less", x, 0), zero);
}

const signBitPrimitive: Primitive = defineElementwise({
  name: "signBit",
  arity: 1,
  expression: ([x], _, dtype) => isFloating(dtype) ? negativeExpression(x) : binary("less", x, 0),
  dtype: () => "bool",
  pullback: null,
});

/**
 * Whether elements are negative, -0 too; false for NaN, whose sign JavaScript does not keep.
 *
 * @example
 * ```ts
 * import { signBit, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(signBit(tensor([-1, -0, 0])).toArray(), [true, true, false]);
 * ```
 */
export function signBit(x: TensorLike): Tensor {
  return apply(signBitPrimitive, [numbers("signBit", x)], NONE);
}

/**
 * The magnitude of x with the sign of y, elementwise with broadcasting; no gradient flows to y.
 *
 * @example
 * ```ts
 * import { copySign } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(copySign(3, -0).item(), -3);
 * ```
 */
export function copySign(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = together("copySign", promotedFloats("copySign", x, y));
  const size = abs(a);
  return where(signBit(b), negative(size), size);
}

const nextAfterPrimitive: Primitive = defineElementwise({
  name: "nextAfter",
  arity: 2,
  expression: ([x, y], _, dtype) =>
    binary(dtype === "float64" ? "nextAfterFloat64" : "nextAfterFloat32", x, y),
  dtype: sameDType("nextAfter", isFloating, "floats"),
  pullback: null,
});

/**
 * The number of the dtype next to x in the direction of y, elementwise with broadcasting; NaN where either is.
 * Its gradient is 0.
 *
 * @example
 * ```ts
 * import { nextAfter } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(nextAfter(1, 2).item(), 1 + 2 ** -23);
 * ```
 */
export function nextAfter(x: TensorLike, y: TensorLike): Tensor {
  return apply(nextAfterPrimitive, promotedFloats("nextAfter", x, y), NONE);
}

/**
 * 0 where x is negative, 1 where it is positive, and y where it is 0, elementwise with broadcasting; NaN stays.
 *
 * @example
 * ```ts
 * import { heaviside, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(heaviside(tensor([-2, 0, 2]), 0.5).toArray(), [0, 0.5, 1]);
 * ```
 */
export function heaviside(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = together("heaviside", promotedFloats("heaviside", x, y));
  return where(less(a, 0), 0, where(less(0, a), 1, where(isNaN(a), a, b)));
}

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

const bitcastPrimitive: Primitive<{ readonly dtype: DType }> = definePrimitive<{ readonly dtype: DType }>({
  name: "bitcast",
  halves: true,
  infer: ([x], { dtype }) => [{ dtype, shape: x.shape }],
  execute([x], [output], _, machine) {
    // Copied as integers, so that no bit of a NaN changes.
    const size = itemSize(x.dtype);
    const dtype = size === 4 ? "uint32" : size === 2 ? "float16" : "uint8";
    copyInto({ ...x, dtype }, { ...output, dtype }, machine);
  },
  pullback: null,
  batch: batchInFront,
});

/**
 * The same bits read as another dtype of the same size, elementwise; no gradient flows through it.
 *
 * @throws {TypeError} If a dtype is bool, key or float64, or the sizes differ.
 *
 * @example
 * ```ts
 * import { bitcast } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(bitcast(1, "int32").item(), 0x3f800000);
 * ```
 */
export function bitcast(x: TensorLike, dtype: DType): Tensor {
  const tensor = numbers("bitcast", x);
  const size = DTYPES.includes(dtype) && dtype !== "bool" && dtype !== "key" ? itemSize(dtype) : 0;
  if (tensor.dtype === "bool" || size === 8 || size !== itemSize(tensor.dtype)) {
    throw new TypeError(
      `bitcast expects number types of one size, at most 4 bytes, but got ${describe(tensor)} to ${
        String(dtype)
      }`,
    );
  }
  return tensor.dtype === dtype ? tensor : apply(bitcastPrimitive, [tensor], { dtype });
}
