/**
 * Exponential integrals, and those of Dawson and Spence.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import { isFloating } from "../../dtype.ts";
import { defineElementwise, sameDType } from "../../elementwise.ts";
import { special } from "../../kernels/expression.ts";
import type { Primitive } from "../../primitive.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { divide, multiply, negative, subtract } from "../arithmetic.ts";
import { equal } from "../comparison.ts";
import { floating } from "../convert.ts";
import { exp, log } from "../exponential.ts";
import { where } from "../selection.ts";
import { defineSpecial } from "./define_special.ts";

const NONE = {};

const expiPrimitive: Primitive = defineSpecial("expi", [(g, [x]) => multiply(g, divide(exp(x), x))]);

/**
 * The exponential integral Ei, elementwise: the principal value of the integral of `e^t / t` from -infinity to x.
 *
 * @example
 * ```ts
 * import { expi } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(expi(1).item(), Math.fround(1.8951178163559368));
 * ```
 */
export function expi(x: TensorLike): Tensor {
  return apply(expiPrimitive, [floating("expi", x)], NONE);
}

const expnPrimitive: Primitive<{ readonly order: number }> = defineElementwise({
  name: "expn",
  arity: 1,
  expression: ([x], { order }) => special("expn", order, x),
  dtype: sameDType("expn", isFloating, "floats"),
  pullback: [
    (g, [x], y, { order }) =>
      order === 0
        ? negative(multiply(g, multiply(y, subtract(1, divide(-1, x)))))
        : negative(multiply(g, expn(order - 1, x))),
  ],
});

/**
 * The exponential integral of order n, elementwise: the integral of `e^(-x t) / t^n` over t from 1 on; NaN for negative x.
 *
 * @throws {RangeError} If the order is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { expn } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(expn(2, 0).item(), 1);
 * ```
 */
export function expn(n: number, x: TensorLike): Tensor {
  if (!Number.isInteger(n) || n < 0) {
    throw new RangeError(`expn expects an integer order of at least 0 but got ${String(n)}`);
  }
  return apply(expnPrimitive, [floating("expn", x)], { order: n });
}

/**
 * The exponential integral of order 1, elementwise: `expn(1, x)`.
 *
 * @example
 * ```ts
 * import { exp1 } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(exp1(1).item(), Math.fround(0.21938393439552029));
 * ```
 */
export function exp1(x: TensorLike): Tensor {
  return apply(expnPrimitive, [floating("exp1", x)], { order: 1 });
}

const dawsnPrimitive: Primitive = defineSpecial("dawsn", [
  (g, [x], y) => multiply(g, subtract(1, multiply(multiply(x, y), 2))),
]);

/**
 * Dawson's integral, elementwise: `exp(-x^2)` times the integral of `exp(t^2)` from 0 to x.
 *
 * @example
 * ```ts
 * import { dawsn } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(dawsn(1).item(), Math.fround(0.5380795069127684));
 * ```
 */
export function dawsn(x: TensorLike): Tensor {
  return apply(dawsnPrimitive, [floating("dawsn", x)], NONE);
}

const spencePrimitive: Primitive = defineSpecial("spence", [
  (g, [x]) => {
    const atOne = equal(x, 1);
    const slope = divide(log(x), subtract(1, where(atOne, 2, x)));
    return multiply(g, where(atOne, -1, slope));
  },
]);

/**
 * Spence's function, elementwise: the integral of `log(t) / (1 - t)` from 1 to x, which is the dilogarithm of 1 - x; NaN
 * for negative x.
 *
 * @example
 * ```ts
 * import { spence } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(spence(0).item(), Math.fround(Math.PI ** 2 / 6));
 * ```
 */
export function spence(x: TensorLike): Tensor {
  return apply(spencePrimitive, [floating("spence", x)], NONE);
}
