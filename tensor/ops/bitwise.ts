/**
 * Operations on the bits of integers and on bools; no gradient flows through them.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { type DType, isInteger } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, cast as castTo, type Expression, unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { asTensor, promoted } from "./convert.ts";

const NONE = {};

function isBits(dtype: DType): boolean {
  return dtype === "bool" || isInteger(dtype);
}

/** One operand of integers or bools; a whole number is int32. */
function word(operation: string, x: TensorLike): Tensor {
  const tensor = asTensor(operation, x, "int32");
  if (!isBits(tensor.dtype)) {
    throw new TypeError(`${operation} expects integers or bools but got ${describe(tensor)}`);
  }
  return tensor;
}

/** Two operands of integers or bools in the dtype that both promote to. */
function words(operation: string, x: TensorLike, y: TensorLike): readonly [Tensor, Tensor] {
  if (typeof x === "number" && typeof y === "number") return [word(operation, x), word(operation, y)];
  const [a, b] = promoted(operation, x, y);
  return [word(operation, a), word(operation, b)];
}

const bitwiseAndPrimitive: Primitive = defineElementwise({
  name: "bitwiseAnd",
  arity: 2,
  expression: ([x, y]) => binary("and", x, y),
  dtype: sameDType("bitwiseAnd", isBits, "integers or bools"),
  pullback: null,
});

/**
 * The bits that both have, elementwise with broadcasting; of bools whether both are true.
 *
 * @throws {TypeError} If an operand is not of integers or bools.
 *
 * @example
 * ```ts
 * import { bitwiseAnd, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(bitwiseAnd(tensor([6, 5], { dtype: "int32" }), 3).toArray(), [2, 1]);
 * ```
 */
export function bitwiseAnd(x: TensorLike, y: TensorLike): Tensor {
  return apply(bitwiseAndPrimitive, words("bitwiseAnd", x, y), NONE);
}

const bitwiseOrPrimitive: Primitive = defineElementwise({
  name: "bitwiseOr",
  arity: 2,
  expression: ([x, y]) => binary("or", x, y),
  dtype: sameDType("bitwiseOr", isBits, "integers or bools"),
  pullback: null,
});

/**
 * The bits that either has, elementwise with broadcasting; of bools whether either is true.
 *
 * @throws {TypeError} If an operand is not of integers or bools.
 *
 * @example
 * ```ts
 * import { bitwiseOr, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(bitwiseOr(tensor([6, 5], { dtype: "int32" }), 3).toArray(), [7, 7]);
 * ```
 */
export function bitwiseOr(x: TensorLike, y: TensorLike): Tensor {
  return apply(bitwiseOrPrimitive, words("bitwiseOr", x, y), NONE);
}

const bitwiseXorPrimitive: Primitive = defineElementwise({
  name: "bitwiseXor",
  arity: 2,
  expression: ([x, y]) => binary("xor", x, y),
  dtype: sameDType("bitwiseXor", isBits, "integers or bools"),
  pullback: null,
});

/**
 * The bits that exactly one has, elementwise with broadcasting; of bools whether they differ.
 *
 * @throws {TypeError} If an operand is not of integers or bools.
 *
 * @example
 * ```ts
 * import { bitwiseXor, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(bitwiseXor(tensor([6, 5], { dtype: "int32" }), 3).toArray(), [5, 6]);
 * ```
 */
export function bitwiseXor(x: TensorLike, y: TensorLike): Tensor {
  return apply(bitwiseXorPrimitive, words("bitwiseXor", x, y), NONE);
}

const bitwiseNotPrimitive: Primitive = defineElementwise({
  name: "bitwiseNot",
  arity: 1,
  expression: ([x], _, dtype) => unary(dtype === "bool" ? "not" : "bitwiseNot", x),
  dtype: sameDType("bitwiseNot", isBits, "integers or bools"),
  pullback: null,
});

/**
 * Every bit turned over, elementwise; of bools whether they are false.
 *
 * @throws {TypeError} If the operand is not of integers or bools.
 *
 * @example
 * ```ts
 * import { bitwiseNot, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(bitwiseNot(tensor([0, 7], { dtype: "int32" })).toArray(), [-1, -8]);
 * ```
 */
export function bitwiseNot(x: TensorLike): Tensor {
  return apply(bitwiseNotPrimitive, [word("bitwiseNot", x)], NONE);
}

/** Operands of one integer type. */
function integers(operation: string, x: TensorLike, y: TensorLike): readonly [Tensor, Tensor] {
  const found = words(operation, x, y);
  if (!isInteger(found[0].dtype)) {
    throw new TypeError(
      `${operation} expects integers but got ${describe(found[0])} and ${describe(found[1])}`,
    );
  }
  return found;
}

const leftShiftPrimitive: Primitive = defineElementwise({
  name: "leftShift",
  arity: 2,
  expression: ([x, y]) => binary("shiftLeft", x, y),
  dtype: sameDType("leftShift", isInteger, "integers"),
  pullback: null,
});

/**
 * The bits of x moved up by y places, zeros after them, elementwise with broadcasting; 0 from 32 places on.
 *
 * @throws {TypeError} If an operand is not of integers.
 *
 * @example
 * ```ts
 * import { leftShift, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(leftShift(tensor([1, 3], { dtype: "int32" }), 2).toArray(), [4, 12]);
 * ```
 */
export function leftShift(x: TensorLike, y: TensorLike): Tensor {
  return apply(leftShiftPrimitive, integers("leftShift", x, y), NONE);
}

const rightShiftPrimitive: Primitive = defineElementwise({
  name: "rightShift",
  arity: 2,
  expression: ([x, y]) => binary("shiftRight", x, y),
  dtype: sameDType("rightShift", isInteger, "integers"),
  pullback: null,
});

/**
 * The bits of x moved down by y places, before them copies of the sign of int32 and zeros of others, elementwise
 * with broadcasting.
 *
 * @throws {TypeError} If an operand is not of integers.
 *
 * @example
 * ```ts
 * import { rightShift, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(rightShift(tensor([12, -12], { dtype: "int32" }), 2).toArray(), [3, -3]);
 * ```
 */
export function rightShift(x: TensorLike, y: TensorLike): Tensor {
  return apply(rightShiftPrimitive, integers("rightShift", x, y), NONE);
}

const rightShiftLogicalPrimitive: Primitive = defineElementwise({
  name: "rightShiftLogical",
  arity: 2,
  expression: ([x, y], _, dtype) =>
    castTo(binary("shiftRight", castTo(x, "uint32"), castTo(y, "uint32")), dtype),
  dtype: sameDType("rightShiftLogical", isInteger, "integers"),
  pullback: null,
});

/**
 * The bits of x moved down by y places, zeros before them whatever the sign, elementwise with broadcasting.
 *
 * @throws {TypeError} If an operand is not of integers.
 *
 * @example
 * ```ts
 * import { rightShiftLogical, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(rightShiftLogical(tensor([-1], { dtype: "int32" }), 28).toArray(), [15]);
 * ```
 */
export function rightShiftLogical(x: TensorLike, y: TensorLike): Tensor {
  return apply(rightShiftLogicalPrimitive, integers("rightShiftLogical", x, y), NONE);
}

/** The number of ones among 32 bits, in pairs, nibbles and bytes at once. */
function onesOf(x: Expression): Expression {
  const half = (y: Expression, places: number): Expression => binary("shiftRight", y, places);
  const masked = (y: Expression, mask: number): Expression => binary("and", y, mask);
  const pairs = binary("subtract", x, masked(half(x, 1), 0x5555_5555));
  const nibbles = binary("add", masked(pairs, 0x3333_3333), masked(half(pairs, 2), 0x3333_3333));
  const bytes = masked(binary("add", nibbles, half(nibbles, 4)), 0x0f0f_0f0f);
  return half(binary("multiply", bytes, 0x0101_0101), 24);
}

const populationCountPrimitive: Primitive = defineElementwise({
  name: "populationCount",
  arity: 1,
  expression: ([x], _, dtype) => castTo(onesOf(castTo(x, "uint32")), dtype),
  dtype: sameDType("populationCount", isInteger, "integers"),
  pullback: null,
});

/**
 * The number of bits that are 1, elementwise.
 *
 * @throws {TypeError} If the operand is not of integers.
 *
 * @example
 * ```ts
 * import { populationCount, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(populationCount(tensor([7, -1], { dtype: "int32" })).toArray(), [3, 32]);
 * ```
 */
export function populationCount(x: TensorLike): Tensor {
  return apply(populationCountPrimitive, [word("populationCount", x)], NONE);
}

const countLeadingZerosPrimitive: Primitive = defineElementwise({
  name: "countLeadingZeros",
  arity: 1,
  expression([x], _, dtype) {
    let filled = castTo(x, "uint32");
    for (const places of [1, 2, 4, 8, 16]) {
      filled = binary("or", filled, binary("shiftRight", filled, places));
    }
    return castTo(binary("subtract", dtype === "uint8" ? 8 : 32, onesOf(filled)), dtype);
  },
  dtype: sameDType("countLeadingZeros", isInteger, "integers"),
  pullback: null,
});

/**
 * The number of zeros before the first bit that is 1, elementwise; all bits for 0.
 *
 * @throws {TypeError} If the operand is not of integers.
 *
 * @example
 * ```ts
 * import { countLeadingZeros, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(countLeadingZeros(tensor([1, 0], { dtype: "int32" })).toArray(), [31, 32]);
 * ```
 */
export function countLeadingZeros(x: TensorLike): Tensor {
  return apply(countLeadingZerosPrimitive, [word("countLeadingZeros", x)], NONE);
}
