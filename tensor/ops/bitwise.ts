/**
 * Logic on the bits of integers and on bools; no gradient flows through them.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { type DType, isInteger } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { asTensor, promoted } from "./convert.ts";

const NONE = {};

function isBits(dtype: DType): boolean {
  return dtype === "bool" || isInteger(dtype);
}

/** One operand of integers or bools; a whole number is int32. */
export function word(operation: string, x: TensorLike): Tensor {
  const tensor = asTensor(operation, x, "int32");
  if (!isBits(tensor.dtype)) {
    throw new TypeError(`${operation} expects integers or bools but got ${describe(tensor)}`);
  }
  return tensor;
}

/** Two operands of integers or bools in the dtype that both promote to. */
export function words(operation: string, x: TensorLike, y: TensorLike): readonly [Tensor, Tensor] {
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
