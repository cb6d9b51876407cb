/**
 * Exponentials, logarithms, roots and what is made of them.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, divide, multiply, negative, subtract } from "./arithmetic.ts";
import { floating, floatsOnly } from "./convert.ts";

const NONE = {};
const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

const expPrimitive: Primitive = defineElementwise({
  name: "exp",
  arity: 1,
  expression: ([x]) => unary("exp", x),
  dtype: sameDType("exp", isFloating, "float32 or float64"),
  pullback: [(g, _, y) => multiply(g, y)],
});

/**
 * The exponential `e^x`, elementwise.
 *
 * @example
 * ```ts
 * import { exp } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(exp(0).item(), 1);
 * ```
 */
export function exp(x: TensorLike): Tensor {
  return apply(expPrimitive, [floating("exp", x)], NONE);
}

const expm1Primitive: Primitive = defineElementwise({
  name: "expm1",
  arity: 1,
  expression: ([x]) => unary("expm1", x),
  dtype: sameDType("expm1", isFloating, "float32 or float64"),
  pullback: [(g, _, y) => multiply(g, add(y, 1))],
});

/**
 * `e^x - 1`, elementwise, exact where x is small.
 *
 * @example
 * ```ts
 * import { expm1 } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(expm1(0).item(), 0);
 * ```
 */
export function expm1(x: TensorLike): Tensor {
  return apply(expm1Primitive, [floating("expm1", x)], NONE);
}

const logPrimitive: Primitive = defineElementwise({
  name: "log",
  arity: 1,
  expression: ([x]) => unary("log", x),
  dtype: sameDType("log", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => divide(g, x)],
});

/**
 * The natural logarithm, elementwise; NaN below 0.
 *
 * @example
 * ```ts
 * import { log } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(log(1).item(), 0);
 * ```
 */
export function log(x: TensorLike): Tensor {
  return apply(logPrimitive, [floating("log", x)], NONE);
}

const log1pPrimitive: Primitive = defineElementwise({
  name: "log1p",
  arity: 1,
  expression: ([x]) => unary("log1p", x),
  dtype: sameDType("log1p", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => divide(g, add(x, 1))],
});

/**
 * `log(1 + x)`, elementwise, exact where x is small.
 *
 * @example
 * ```ts
 * import { log1p } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(log1p(0).item(), 0);
 * ```
 */
export function log1p(x: TensorLike): Tensor {
  return apply(log1pPrimitive, [floating("log1p", x)], NONE);
}

const sqrtPrimitive: Primitive = defineElementwise({
  name: "sqrt",
  arity: 1,
  expression: ([x]) => unary("sqrt", x),
  dtype: sameDType("sqrt", isFloating, "float32 or float64"),
  pullback: [(g, _, y) => divide(g, multiply(y, 2))],
});

/**
 * The square root, elementwise; NaN below 0.
 *
 * @example
 * ```ts
 * import { sqrt, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sqrt(tensor([4, 9])).toArray(), [2, 3]);
 * ```
 */
export function sqrt(x: TensorLike): Tensor {
  return apply(sqrtPrimitive, [floating("sqrt", x)], NONE);
}

const rsqrtPrimitive: Primitive = defineElementwise({
  name: "rsqrt",
  arity: 1,
  expression: ([x]) => binary("divide", 1, unary("sqrt", x)),
  dtype: sameDType("rsqrt", isFloating, "float32 or float64"),
  pullback: [(g, [x], y) => multiply(g, multiply(divide(y, x), -0.5))],
});

/**
 * The reciprocal of the square root, elementwise.
 *
 * @example
 * ```ts
 * import { rsqrt } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(rsqrt(4).item(), 0.5);
 * ```
 */
export function rsqrt(x: TensorLike): Tensor {
  return apply(rsqrtPrimitive, [floating("rsqrt", x)], NONE);
}

const cbrtPrimitive: Primitive = defineElementwise({
  name: "cbrt",
  arity: 1,
  expression: ([x]) => unary("cbrt", x),
  dtype: sameDType("cbrt", isFloating, "float32 or float64"),
  pullback: [(g, _, y) => divide(g, multiply(multiply(y, y), 3))],
});

/**
 * The cube root, elementwise.
 *
 * @example
 * ```ts
 * import { cbrt } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cbrt(-8).item(), -2);
 * ```
 */
export function cbrt(x: TensorLike): Tensor {
  return apply(cbrtPrimitive, [floating("cbrt", x)], NONE);
}

const tanhPrimitive: Primitive = defineElementwise({
  name: "tanh",
  arity: 1,
  expression: ([x]) => unary("tanh", x),
  dtype: sameDType("tanh", isFloating, "float32 or float64"),
  pullback: [(g, _, y) => multiply(g, subtract(1, multiply(y, y)))],
});

/**
 * The hyperbolic tangent, elementwise.
 *
 * @example
 * ```ts
 * import { tanh } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(tanh(0).item(), 0);
 * ```
 */
export function tanh(x: TensorLike): Tensor {
  return apply(tanhPrimitive, [floating("tanh", x)], NONE);
}

const sigmoidPrimitive: Primitive = defineElementwise({
  name: "sigmoid",
  arity: 1,
  expression: ([x]) => unary("sigmoid", x),
  dtype: sameDType("sigmoid", isFloating, "float32 or float64"),
  pullback: [(g, _, y) => multiply(g, multiply(y, subtract(1, y)))],
});

/**
 * The logistic function `1 / (1 + e^-x)`, elementwise.
 *
 * @throws {TypeError} If x is a tensor of integers or bools, as in JAX.
 *
 * @example
 * ```ts
 * import { sigmoid } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sigmoid(0).item(), 0.5);
 * ```
 */
export function sigmoid(x: TensorLike): Tensor {
  return apply(sigmoidPrimitive, [floatsOnly("sigmoid", x)], NONE);
}

const erfPrimitive: Primitive = defineElementwise({
  name: "erf",
  arity: 1,
  expression: ([x]) => unary("erf", x),
  dtype: sameDType("erf", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => multiply(g, multiply(exp(negative(multiply(x, x))), TWO_OVER_SQRT_PI))],
});

/**
 * The error function `2 / sqrt(pi) * integral of e^(-t^2) from 0 to x`, elementwise.
 *
 * @example
 * ```ts
 * import { erf } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(erf(0).item(), 0);
 * ```
 */
export function erf(x: TensorLike): Tensor {
  return apply(erfPrimitive, [floating("erf", x)], NONE);
}

const erfcPrimitive: Primitive = defineElementwise({
  name: "erfc",
  arity: 1,
  expression: ([x]) => unary("erfc", x),
  dtype: sameDType("erfc", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => multiply(g, multiply(exp(negative(multiply(x, x))), -TWO_OVER_SQRT_PI))],
});

/**
 * The complementary error function `1 - erf(x)`, elementwise, exact where it is small.
 *
 * @example
 * ```ts
 * import { erfc } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(erfc(0).item(), 1);
 * ```
 */
export function erfc(x: TensorLike): Tensor {
  return apply(erfcPrimitive, [floating("erfc", x)], NONE);
}

const erfinvPrimitive: Primitive = defineElementwise({
  name: "erfinv",
  arity: 1,
  expression: ([x]) => unary("erfinv", x),
  dtype: sameDType("erfinv", isFloating, "float32 or float64"),
  pullback: [(g, _, y) => multiply(g, multiply(exp(multiply(y, y)), 1 / TWO_OVER_SQRT_PI))],
});

/**
 * The inverse of the error function on [-1, 1], elementwise.
 *
 * @example
 * ```ts
 * import { erfinv } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(erfinv(0).item(), 0);
 * ```
 */
export function erfinv(x: TensorLike): Tensor {
  return apply(erfinvPrimitive, [floating("erfinv", x)], NONE);
}
