/**
 * Normally distributed random numbers.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { defineElementwise } from "../elementwise.ts";
import { binary, type Expression, select, unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { drawBits } from "./bits.ts";
import { normalHalf } from "./half.ts";
import {
  ANY_FLOATING_OPTIONS,
  type AnyFloatingOptions,
  floatingDType,
  type FloatingOptions,
  halfDType,
} from "./options.ts";
import { drawPairs, unitFloat32, unitFloat64 } from "./uniform.ts";

const NONE = {};

/** Coefficients of erfinv(x) / x in powers of `w - 5/2` and of `sqrt(w) - 3` for `w = -log(1 - x^2)`. */
const CENTRE: readonly number[] = [
  2.81022636e-08,
  3.43273939e-07,
  -3.5233877e-06,
  -4.39150654e-06,
  0.00021858087,
  -0.00125372503,
  -0.00417768164,
  0.246640727,
  1.50140941,
];
const TAIL: readonly number[] = [
  -0.000200214257,
  0.000100950558,
  0.00134934322,
  -0.00367342844,
  0.00573950773,
  -0.0076224613,
  0.00943887047,
  1.00167406,
  2.83297682,
];

/** erfinv in single precision (Giles, Approximating the erfinv function, 2012), as XLA computes it. */
function erfinvFloat32(x: Expression): Expression {
  const w = unary("negative", unary("log1p", unary("negative", binary("multiply", x, x))));
  const near = binary("less", w, 5);
  const t = select(near, binary("subtract", w, 2.5), binary("subtract", unary("sqrt", w), 3));
  let sum: Expression = select(near, CENTRE[0], TAIL[0]);
  for (let i = 1; i < CENTRE.length; i++) {
    sum = binary("add", binary("multiply", sum, t), select(near, CENTRE[i], TAIL[i]));
  }
  return binary("multiply", sum, x);
}

/** From [0, 1) onto the numbers between -1 and 1: `2 u + nextafter(-1, 0)`. */
function symmetric(unit: Expression, epsilon: number): Expression {
  return binary("add", binary("multiply", unit, 2), -1 + epsilon);
}

const normalPrimitive: Primitive = defineElementwise({
  name: "normal",
  arity: 1,
  expression: ([bits]) =>
    binary("multiply", erfinvFloat32(symmetric(unitFloat32(bits), 2 ** -24)), Math.SQRT2),
  dtype: () => "float32",
  pullback: null,
});

const normalWidePrimitive: Primitive = defineElementwise({
  name: "normalFloat64",
  arity: 2,
  expression: ([high, low]) =>
    binary("multiply", unary("erfinv", symmetric(unitFloat64(high, low), 2 ** -53)), Math.SQRT2),
  dtype: () => "float64",
  pullback: null,
});

/**
 * Numbers from the normal distribution with mean 0 and standard deviation 1: `sqrt(2) erfinv(u)` for u uniform
 * over (-1, 1). The bits are those of `jax.random.normal`, the numbers equal up to a few roundings.
 *
 * @throws {TypeError} If the first argument is not a random key, or the dtype is not floating point.
 * @throws {RangeError} If it is several keys.
 *
 * @example
 * ```ts
 * import { random, standardDeviation } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * assertAlmostEquals(standardDeviation(random.normal(random.key(0), [10000])).item(), 1, 0.05);
 * ```
 */
export function normal(key: Tensor, shape: Shape = [], options: AnyFloatingOptions = NO_OPTIONS): Tensor {
  checkOptionNames("normal", options, ANY_FLOATING_OPTIONS);
  const half = halfDType(options);
  if (half !== null) return normalHalf(key, shape, half, options);
  if (floatingDType("normal", options as FloatingOptions) === "float64") {
    return apply(normalWidePrimitive, drawPairs("normal", key, shape, options), NONE);
  }
  return apply(normalPrimitive, [drawBits("normal", key, shape, 32, options)], NONE);
}
