/**
 * Powers and logarithms to the bases 2 and 10, logits, and products with logarithms.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, select, unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { divide, multiply, subtract } from "./arithmetic.ts";
import { equal } from "./comparison.ts";
import { floating, promotedFloats, together } from "./convert.ts";
import { log, log1p } from "./exponential.ts";
import { where } from "./selection.ts";

const NONE = {};

const exp2Primitive: Primitive = defineElementwise({
  name: "exp2",
  arity: 1,
  expression: ([x]) => binary("power", 2, x),
  dtype: sameDType("exp2", isFloating, "floats"),
  pullback: [(g, _, y) => multiply(g, multiply(y, Math.LN2))],
});

/**
 * `2^x`, elementwise.
 *
 * @example
 * ```ts
 * import { exp2, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(exp2(tensor([3, -1])).toArray(), [8, 0.5]);
 * ```
 */
export function exp2(x: TensorLike): Tensor {
  return apply(exp2Primitive, [floating("exp2", x)], NONE);
}

const log2Primitive: Primitive = defineElementwise({
  name: "log2",
  arity: 1,
  expression: ([x]) => unary("log2", x),
  dtype: sameDType("log2", isFloating, "floats"),
  pullback: [(g, [x]) => divide(g, multiply(x, Math.LN2))],
});

/**
 * The logarithm to base 2, elementwise; NaN below 0.
 *
 * @example
 * ```ts
 * import { log2 } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(log2(8).item(), 3);
 * ```
 */
export function log2(x: TensorLike): Tensor {
  return apply(log2Primitive, [floating("log2", x)], NONE);
}

const log10Primitive: Primitive = defineElementwise({
  name: "log10",
  arity: 1,
  expression: ([x]) => unary("log10", x),
  dtype: sameDType("log10", isFloating, "floats"),
  pullback: [(g, [x]) => divide(g, multiply(x, Math.LN10))],
});

/**
 * The logarithm to base 10, elementwise; NaN below 0.
 *
 * @example
 * ```ts
 * import { log10 } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(log10(1000).item(), 3);
 * ```
 */
export function log10(x: TensorLike): Tensor {
  return apply(log10Primitive, [floating("log10", x)], NONE);
}

/**
 * `log(x / (1 - x))`, the inverse of `sigmoid`, elementwise; NaN outside of [0, 1].
 *
 * @example
 * ```ts
 * import { logit } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(logit(0.5).item(), 0);
 * ```
 */
export function logit(x: TensorLike): Tensor {
  return apply(logitPrimitive, [floating("logit", x)], NONE);
}

const logitPrimitive: Primitive = defineElementwise({
  name: "logit",
  arity: 1,
  expression: ([x]) => {
    // Near 1/2 the quotient is near 1, so its logarithm is taken of what is beyond 1.
    const excess = binary(
      "divide",
      binary("subtract", binary("multiply", x, 2), 1),
      binary("subtract", 1, x),
    );
    const middle = binary("less", unary("abs", binary("subtract", x, 0.5)), 0.25);
    const quotient = binary("divide", x, binary("subtract", 1, x));
    return select(middle, unary("log1p", excess), unary("log", quotient));
  },
  dtype: sameDType("logit", isFloating, "floats"),
  pullback: [(g, [x]) => divide(g, multiply(x, subtract(1, x)))],
});

/**
 * `x log(y)`, and 0 where x is 0, whatever y is, elementwise with broadcasting.
 *
 * @example
 * ```ts
 * import { xLogY } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(xLogY(0, 0).item(), 0);
 * ```
 */
export function xLogY(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = together("xLogY", promotedFloats("xLogY", x, y));
  const nothing = equal(a, 0);
  return where(nothing, 0, multiply(a, log(where(nothing, 1, b))));
}

/**
 * `x log(1 + y)`, and 0 where x is 0, whatever y is, elementwise with broadcasting.
 *
 * @example
 * ```ts
 * import { xLog1pY } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(xLog1pY(0, -1).item(), 0);
 * ```
 */
export function xLog1pY(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = together("xLog1pY", promotedFloats("xLog1pY", x, y));
  const nothing = equal(a, 0);
  return where(nothing, 0, multiply(a, log1p(where(nothing, 1, b))));
}
