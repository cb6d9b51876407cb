/**
 * Trigonometric and hyperbolic functions.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, divide, multiply, negative, subtract } from "./arithmetic.ts";
import { floating } from "./convert.ts";
import { sqrt } from "./exponential.ts";

const NONE = {};

const sinPrimitive: Primitive = defineElementwise({
  name: "sin",
  arity: 1,
  expression: ([x]) => unary("sin", x),
  dtype: sameDType("sin", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => multiply(g, cos(x))],
});

/**
 * The sine of x in radians, elementwise.
 *
 * @example
 * ```ts
 * import { sin } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sin(0).item(), 0);
 * ```
 */
export function sin(x: TensorLike): Tensor {
  return apply(sinPrimitive, [floating("sin", x)], NONE);
}

const cosPrimitive: Primitive = defineElementwise({
  name: "cos",
  arity: 1,
  expression: ([x]) => unary("cos", x),
  dtype: sameDType("cos", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => multiply(g, negative(sin(x)))],
});

/**
 * The cosine of x in radians, elementwise.
 *
 * @example
 * ```ts
 * import { cos } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cos(0).item(), 1);
 * ```
 */
export function cos(x: TensorLike): Tensor {
  return apply(cosPrimitive, [floating("cos", x)], NONE);
}

const tanPrimitive: Primitive = defineElementwise({
  name: "tan",
  arity: 1,
  expression: ([x]) => unary("tan", x),
  dtype: sameDType("tan", isFloating, "float32 or float64"),
  pullback: [(g, _, y) => multiply(g, add(multiply(y, y), 1))],
});

/**
 * The tangent of x in radians, elementwise.
 *
 * @example
 * ```ts
 * import { tan } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(tan(0).item(), 0);
 * ```
 */
export function tan(x: TensorLike): Tensor {
  return apply(tanPrimitive, [floating("tan", x)], NONE);
}

const asinPrimitive: Primitive = defineElementwise({
  name: "asin",
  arity: 1,
  expression: ([x]) => unary("asin", x),
  dtype: sameDType("asin", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => divide(g, sqrt(subtract(1, multiply(x, x))))],
});

/**
 * The inverse sine on [-1, 1], in radians, elementwise.
 *
 * @example
 * ```ts
 * import { asin } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(asin(0).item(), 0);
 * ```
 */
export function asin(x: TensorLike): Tensor {
  return apply(asinPrimitive, [floating("asin", x)], NONE);
}

const acosPrimitive: Primitive = defineElementwise({
  name: "acos",
  arity: 1,
  expression: ([x]) => unary("acos", x),
  dtype: sameDType("acos", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => negative(divide(g, sqrt(subtract(1, multiply(x, x)))))],
});

/**
 * The inverse cosine on [-1, 1], in radians, elementwise.
 *
 * @example
 * ```ts
 * import { acos } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(acos(1).item(), 0);
 * ```
 */
export function acos(x: TensorLike): Tensor {
  return apply(acosPrimitive, [floating("acos", x)], NONE);
}

const atanPrimitive: Primitive = defineElementwise({
  name: "atan",
  arity: 1,
  expression: ([x]) => unary("atan", x),
  dtype: sameDType("atan", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => divide(g, add(multiply(x, x), 1))],
});

/**
 * The inverse tangent, in radians, elementwise.
 *
 * @example
 * ```ts
 * import { atan } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(atan(0).item(), 0);
 * ```
 */
export function atan(x: TensorLike): Tensor {
  return apply(atanPrimitive, [floating("atan", x)], NONE);
}

const sinhPrimitive: Primitive = defineElementwise({
  name: "sinh",
  arity: 1,
  expression: ([x]) => unary("sinh", x),
  dtype: sameDType("sinh", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => multiply(g, cosh(x))],
});

/**
 * The hyperbolic sine, elementwise.
 *
 * @example
 * ```ts
 * import { sinh } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sinh(0).item(), 0);
 * ```
 */
export function sinh(x: TensorLike): Tensor {
  return apply(sinhPrimitive, [floating("sinh", x)], NONE);
}

const coshPrimitive: Primitive = defineElementwise({
  name: "cosh",
  arity: 1,
  expression: ([x]) => unary("cosh", x),
  dtype: sameDType("cosh", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => multiply(g, sinh(x))],
});

/**
 * The hyperbolic cosine, elementwise.
 *
 * @example
 * ```ts
 * import { cosh } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cosh(0).item(), 1);
 * ```
 */
export function cosh(x: TensorLike): Tensor {
  return apply(coshPrimitive, [floating("cosh", x)], NONE);
}

const asinhPrimitive: Primitive = defineElementwise({
  name: "asinh",
  arity: 1,
  expression: ([x]) => unary("asinh", x),
  dtype: sameDType("asinh", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => divide(g, sqrt(add(multiply(x, x), 1)))],
});

/**
 * The inverse hyperbolic sine, elementwise.
 *
 * @example
 * ```ts
 * import { asinh } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(asinh(0).item(), 0);
 * ```
 */
export function asinh(x: TensorLike): Tensor {
  return apply(asinhPrimitive, [floating("asinh", x)], NONE);
}

const acoshPrimitive: Primitive = defineElementwise({
  name: "acosh",
  arity: 1,
  expression: ([x]) => unary("acosh", x),
  dtype: sameDType("acosh", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => divide(g, sqrt(subtract(multiply(x, x), 1)))],
});

/**
 * The inverse hyperbolic cosine from 1 on, elementwise.
 *
 * @example
 * ```ts
 * import { acosh } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(acosh(1).item(), 0);
 * ```
 */
export function acosh(x: TensorLike): Tensor {
  return apply(acoshPrimitive, [floating("acosh", x)], NONE);
}

const atanhPrimitive: Primitive = defineElementwise({
  name: "atanh",
  arity: 1,
  expression: ([x]) => unary("atanh", x),
  dtype: sameDType("atanh", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => divide(g, subtract(1, multiply(x, x)))],
});

/**
 * The inverse hyperbolic tangent on [-1, 1], elementwise.
 *
 * @example
 * ```ts
 * import { atanh } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(atanh(0).item(), 0);
 * ```
 */
export function atanh(x: TensorLike): Tensor {
  return apply(atanhPrimitive, [floating("atanh", x)], NONE);
}
