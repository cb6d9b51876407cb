/**
 * Greatest common divisors and least common multiples.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isInteger } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { multiply } from "./arithmetic.ts";
import { floorDivide, operands } from "./division.ts";
import { abs } from "./sign.ts";

const NONE = {};

const gcdPrimitive: Primitive = defineElementwise({
  name: "gcd",
  arity: 2,
  expression: ([x, y]) => binary("gcd", x, y),
  dtype: sameDType("gcd", isInteger, "integers"),
  pullback: null,
});

function integers(operation: string, x: TensorLike, y: TensorLike): readonly [Tensor, Tensor] {
  const found = operands(operation, x, y);
  if (!isInteger(found[0].dtype)) {
    throw new TypeError(
      `${operation} expects integers but got ${describe(found[0])} and ${describe(found[1])}`,
    );
  }
  return found;
}

/**
 * The greatest common divisor of integers, elementwise with broadcasting; that of 0 and x is |x|.
 *
 * @throws {TypeError} If an operand is not of integers.
 *
 * @example
 * ```ts
 * import { gcd, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(gcd(tensor([12, -9], { dtype: "int32" }), 6).toArray(), [6, 3]);
 * ```
 */
export function gcd(x: TensorLike, y: TensorLike): Tensor {
  return apply(gcdPrimitive, integers("gcd", x, y), NONE);
}

/**
 * The least common multiple of integers, elementwise with broadcasting; 0 where either is 0.
 *
 * @throws {TypeError} If an operand is not of integers.
 *
 * @example
 * ```ts
 * import { lcm, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(lcm(tensor([4, 0], { dtype: "int32" }), 6).toArray(), [12, 0]);
 * ```
 */
export function lcm(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = integers("lcm", x, y);
  return abs(multiply(floorDivide(a, gcd(a, b)), b));
}
