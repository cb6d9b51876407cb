/**
 * How many bits of integers are set, and how many are clear before the first that is; no gradient flows through them.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isInteger } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, cast as castTo, type Expression } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { word } from "./bitwise.ts";

const NONE = {};

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
