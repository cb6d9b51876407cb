/**
 * Bits of integers moved to higher and to lower places; no gradient flows through them.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isInteger } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, cast as castTo } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { words } from "./bitwise.ts";

const NONE = {};

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
