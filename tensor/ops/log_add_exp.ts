/**
 * Sums and differences of numbers that are given by their logarithms.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, type Expression, select, unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { divide, multiply, subtract } from "./arithmetic.ts";
import { equal } from "./comparison.ts";
import { floating, promotedFloats } from "./convert.ts";
import { expm1, sigmoid } from "./exponential.ts";
import { where } from "./selection.ts";

const NONE = {};

/** `log(e^x + e^y)` over log(base), for the unit `scale = log(base)` in which x and y are given. */
function logAddExpression(x: Expression, y: Expression, scale: number): Expression {
  const distance = binary("subtract", x, y);
  const power = unary("exp", binary("multiply", unary("negative", unary("abs", distance)), scale));
  const more = unary("log1p", power);
  const sum = binary("add", binary("maximum", x, y), scale === 1 ? more : binary("divide", more, scale));
  // The distance of equal infinities is NaN, and so is what meets NaN.
  return select(binary("equal", distance, distance), sum, binary("add", x, y));
}

/** The share of x in the sum: a sigmoid, and all of it where equal infinities meet. */
function shareOf(g: Tensor, x: Tensor, y: Tensor, scale: number): Tensor {
  const distance = multiply(subtract(x, y), scale);
  return multiply(g, where(equal(x, y), where(equal(subtract(x, y), 0), 0.5, 1), sigmoid(distance)));
}

const logAddExpPrimitive: Primitive = defineElementwise({
  name: "logAddExp",
  arity: 2,
  expression: ([x, y]) => logAddExpression(x, y, 1),
  dtype: sameDType("logAddExp", isFloating, "floats"),
  pullback: [(g, [x, y]) => shareOf(g, x, y, 1), (g, [x, y]) => shareOf(g, y, x, 1)],
});

/**
 * `log(e^x + e^y)` without overflow, elementwise with broadcasting.
 *
 * @example
 * ```ts
 * import { logAddExp } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(logAddExp(1000, -1000).item(), 1000);
 * ```
 */
export function logAddExp(x: TensorLike, y: TensorLike): Tensor {
  return apply(logAddExpPrimitive, promotedFloats("logAddExp", x, y), NONE);
}

const logAddExp2Primitive: Primitive = defineElementwise({
  name: "logAddExp2",
  arity: 2,
  expression: ([x, y]) => logAddExpression(x, y, Math.LN2),
  dtype: sameDType("logAddExp2", isFloating, "floats"),
  pullback: [(g, [x, y]) => shareOf(g, x, y, Math.LN2), (g, [x, y]) => shareOf(g, y, x, Math.LN2)],
});

/**
 * `log2(2^x + 2^y)` without overflow, elementwise with broadcasting.
 *
 * @example
 * ```ts
 * import { logAddExp2 } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(logAddExp2(1000, 1000).item(), 1001);
 * ```
 */
export function logAddExp2(x: TensorLike, y: TensorLike): Tensor {
  return apply(logAddExp2Primitive, promotedFloats("logAddExp2", x, y), NONE);
}

const log1mexpPrimitive: Primitive = defineElementwise({
  name: "log1mexp",
  arity: 1,
  expression: ([x]) => {
    const opposite = unary("negative", x);
    const near = unary("log", unary("negative", unary("expm1", opposite)));
    return select(
      binary("less", x, Math.LN2),
      near,
      unary("log1p", unary("negative", unary("exp", opposite))),
    );
  },
  dtype: sameDType("log1mexp", isFloating, "floats"),
  pullback: [(g, [x]) => divide(g, expm1(x))],
});

/**
 * `log(1 - e^-x)` for x above 0, without cancellation (Mächler, 2012), elementwise; its derivative is `1 / (e^x - 1)`.
 *
 * @example
 * ```ts
 * import { log1mexp } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(log1mexp(Math.LN2).item(), Math.fround(-Math.LN2));
 * ```
 */
export function log1mexp(x: TensorLike): Tensor {
  return apply(log1mexpPrimitive, [floating("log1mexp", x)], NONE);
}
