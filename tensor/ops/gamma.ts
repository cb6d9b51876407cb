/**
 * The logarithm of the gamma function and its derivatives.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { multiply } from "./arithmetic.ts";
import { floating } from "./convert.ts";

const lgammaPrimitive: Primitive = defineElementwise({
  name: "lgamma",
  arity: 1,
  expression: ([x]) => unary("lgamma", x),
  dtype: sameDType("lgamma", isFloating, "floats"),
  pullback: [(g, [x]) => multiply(g, digamma(x))],
});

/**
 * `log(|gamma(x)|)`, elementwise; infinite at 0 and the negative integers.
 *
 * @example
 * ```ts
 * import { lgamma } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(lgamma(3).item(), Math.fround(Math.LN2));
 * ```
 */
export function lgamma(x: TensorLike): Tensor {
  return apply(lgammaPrimitive, [floating("lgamma", x)], {});
}

const digammaPrimitive: Primitive = defineElementwise({
  name: "digamma",
  arity: 1,
  expression: ([x]) => unary("digamma", x),
  dtype: sameDType("digamma", isFloating, "floats"),
  pullback: [(g, [x]) => multiply(g, polygamma(1, x))],
});

/**
 * The derivative of `lgamma`, elementwise; NaN at 0 and the negative integers.
 *
 * @example
 * ```ts
 * import { digamma } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(digamma(1).item(), Math.fround(-0.5772156649015329));
 * ```
 */
export function digamma(x: TensorLike): Tensor {
  return apply(digammaPrimitive, [floating("digamma", x)], {});
}

const polygammaPrimitive: Primitive<{ readonly order: number }> = defineElementwise({
  name: "polygamma",
  arity: 1,
  expression: ([x], { order }) => binary("polygamma", order, x),
  dtype: sameDType("polygamma", isFloating, "floats"),
  pullback: [(g, [x], _, { order }) => multiply(g, polygamma(order + 1, x))],
});

/**
 * The derivative of `digamma` of a given order, elementwise: `(-1)^(n+1) n!` times the sum of `(x + i)^-(n+1)` over
 * i = 0, 1, ... for n from 1 on; `digamma` itself for 0.
 *
 * @throws {RangeError} If the order is not an integer from 0 to 100.
 *
 * @example
 * ```ts
 * import { polygamma } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(polygamma(1, 1).item(), Math.fround(Math.PI ** 2 / 6));
 * ```
 */
export function polygamma(order: number, x: TensorLike): Tensor {
  if (!Number.isInteger(order) || order < 0 || order > 100) {
    throw new RangeError(`polygamma expects an integer order from 0 to 100 but got ${String(order)}`);
  }
  const tensor = floating("polygamma", x);
  return order === 0 ? digamma(tensor) : apply(polygammaPrimitive, [tensor], { order });
}
