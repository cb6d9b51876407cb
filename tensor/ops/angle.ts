/**
 * Angles, distances and the sine cardinal.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, type Expression, select, unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, divide, multiply, negative, square } from "./arithmetic.ts";
import { equal } from "./comparison.ts";
import { floating, promotedFloats } from "./convert.ts";
import { where } from "./selection.ts";

const NONE = {};

const atan2Primitive: Primitive = defineElementwise({
  name: "atan2",
  arity: 2,
  expression: ([y, x]) => binary("atan2", y, x),
  dtype: sameDType("atan2", isFloating, "floats"),
  pullback: [
    (g, [y, x]) => multiply(g, divide(x, add(square(y), square(x)))),
    (g, [y, x]) => multiply(g, divide(negative(y), add(square(y), square(x)))),
  ],
});

/**
 * The angle in radians, from -pi to pi, between the first axis and the point (x, y), elementwise with broadcasting.
 *
 * @example
 * ```ts
 * import { atan2 } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(atan2(1, 0).item(), Math.fround(Math.PI / 2));
 * ```
 */
export function atan2(y: TensorLike, x: TensorLike): Tensor {
  return apply(atan2Primitive, promotedFloats("atan2", y, x), NONE);
}

/** `x / length`; 1/2 where the length is 0 and NaN where it is infinite, as in JAX. */
function shareOf(g: Tensor, x: Tensor, length: Tensor): Tensor {
  const none = equal(length, 0);
  const share = divide(x, where(none, 1, length));
  return multiply(g, where(none, 0.5, where(equal(length, Infinity), NaN, share)));
}

const hypotPrimitive: Primitive = defineElementwise({
  name: "hypot",
  arity: 2,
  expression([x, y]) {
    const [a, b] = [unary("abs", x), unary("abs", y)];
    const [long, short] = [binary("maximum", a, b), binary("minimum", a, b)];
    const ratio = binary("divide", short, select(binary("equal", long, 0), 1, long));
    const length = binary(
      "multiply",
      long,
      unary("sqrt", binary("add", binary("multiply", ratio, ratio), 1)),
    );
    const infinite = binary("or", binary("equal", a, Infinity), binary("equal", b, Infinity));
    return select(infinite, Infinity, length);
  },
  dtype: sameDType("hypot", isFloating, "floats"),
  pullback: [(g, [x], output) => shareOf(g, x, output), (g, [_, y], output) => shareOf(g, y, output)],
});

/**
 * `sqrt(x^2 + y^2)` without overflow, elementwise with broadcasting; infinite where either is.
 *
 * @example
 * ```ts
 * import { hypot } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(hypot(3, 4).item(), 5);
 * ```
 */
export function hypot(x: TensorLike, y: TensorLike): Tensor {
  return apply(hypotPrimitive, promotedFloats("hypot", x, y), NONE);
}

/**
 * Degrees as radians: `x * pi / 180`, elementwise.
 *
 * @example
 * ```ts
 * import { deg2rad } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(deg2rad(180).item(), Math.fround(Math.PI));
 * ```
 */
export function deg2rad(x: TensorLike): Tensor {
  return multiply(floating("deg2rad", x), Math.PI / 180);
}

/**
 * Radians as degrees: `x * 180 / pi`, elementwise.
 *
 * @example
 * ```ts
 * import { rad2deg } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(rad2deg(Math.PI).item(), 180);
 * ```
 */
export function rad2deg(x: TensorLike): Tensor {
  return multiply(floating("rad2deg", x), 180 / Math.PI);
}

/** sin(pi x) or cos(pi x), with the nearest whole number taken off first: exact where the result is 0, 1 or -1. */
function turned(operator: "sin" | "cos", x: Expression): Expression {
  const whole = unary("round", x);
  const value = unary(operator, binary("multiply", binary("subtract", x, whole), Math.PI));
  const odd = binary(
    "subtract",
    whole,
    binary("multiply", unary("floor", binary("multiply", whole, 0.5)), 2),
  );
  return binary("multiply", value, binary("subtract", 1, binary("multiply", odd, 2)));
}

/** The terms of a power series that give all digits of a double within the radius below. */
const TERMS = 14;

/** The derivative of sin(t) / t of the given order at `t = pi x`: a power series near 0, a recurrence elsewhere. */
function sincExpression(x: Expression, order: number): Expression {
  const t = binary("multiply", x, Math.PI);
  const functions = [turned("sin", x), turned("cos", x)];
  let far: Expression = binary("divide", functions[0], t);
  for (let n = 1; n <= order; n++) {
    const term = functions[n % 2];
    const signed = n % 4 < 2 ? term : unary("negative", term);
    far = binary("divide", binary("subtract", signed, binary("multiply", far, n)), t);
  }
  // The coefficient of t^(2 k - order) is (-1)^k / (2 k + 1)! times the falling product of 2 k.
  const first = Math.ceil(order / 2);
  const coefficients = Array.from({ length: TERMS }, (_, i) => {
    const k = first + i;
    let coefficient = k % 2 === 0 ? 1 : -1;
    for (let j = 2; j <= 2 * k + 1; j++) coefficient /= j;
    for (let j = 0; j < order; j++) coefficient *= 2 * k - j;
    return coefficient;
  });
  const square = binary("multiply", t, t);
  const series = coefficients.reduceRight<Expression | number>(
    (sum, coefficient) =>
      sum === 0 ? coefficient : binary("add", binary("multiply", square, sum), coefficient),
    0,
  );
  const near = order % 2 === 0 ? series : binary("multiply", t, series);
  return select(binary("less", unary("abs", x), 0.5 + order / 8), near, far);
}

const sincPrimitive: Primitive<{ readonly order: number }> = defineElementwise({
  name: "sinc",
  arity: 1,
  expression: ([x], { order }) => sincExpression(x, order),
  dtype: sameDType("sinc", isFloating, "floats"),
  pullback: [
    (g, [x], _, { order }) => multiply(multiply(g, Math.PI), apply(sincPrimitive, [x], { order: order + 1 })),
  ],
});

/**
 * `sin(pi x) / (pi x)`, and 1 at 0, elementwise.
 *
 * @example
 * ```ts
 * import { sinc, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sinc(tensor([0, 1])).toArray(), [1, 0]);
 * ```
 */
export function sinc(x: TensorLike): Tensor {
  return apply(sincPrimitive, [floating("sinc", x)], { order: 0 });
}
