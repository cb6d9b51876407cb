/**
 * Changing the dtype of elements.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { type DType, DTYPES } from "../dtype.ts";
import { defineElementwise } from "../elementwise.ts";
import { cast as castExpression } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import { checkTensor } from "../check_tensor.ts";
import type { Tensor } from "../tensor.ts";

const castPrimitive: Primitive<{ readonly dtype: DType }> = defineElementwise({
  name: "cast",
  halves: true,
  arity: 1,
  expression: ([x], { dtype }) => castExpression(x, dtype),
  dtype: ([from], { dtype }) => {
    if (from === "key" || dtype === "key") {
      throw new TypeError(`cast expects number types but got ${from} to ${dtype}`);
    }
    return dtype;
  },
  pullback: [(g, [x]) => cast(g, x.dtype)],
});

/**
 * Elements converted to another dtype, as JAX does: floats round to nearest, integers truncate and saturate,
 * NaN becomes 0, and bool is whether an element is non-zero.
 *
 * @throws {TypeError} If the dtype is unknown, or a random key is cast.
 *
 * @example Truncating
 * ```ts
 * import { cast, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cast(tensor([1.7, -1.7]), "int32").toArray(), [1, -1]);
 * ```
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  checkTensor("cast", x);
  if (!DTYPES.includes(dtype)) {
    throw new TypeError(`cast expects one of ${DTYPES.join(", ")} but got ${String(dtype)}`);
  }
  return x.dtype === dtype ? x : apply(castPrimitive, [x], { dtype });
}
