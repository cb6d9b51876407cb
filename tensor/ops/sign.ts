/**
 * Absolute values and signs.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating, isNumber } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, cast as castTo, select, unary } from "../kernels/expression.ts";
import { multiply } from "./arithmetic.ts";
import { numbers, signed } from "./convert.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

const NONE = {};

const absPrimitive: Primitive = defineElementwise({
  name: "abs",
  arity: 1,
  expression: ([x]) => unary("abs", x),
  dtype: sameDType("abs", isNumber, "numbers"),
  pullback: [(g, [x]) => multiply(g, slope(x))],
});

/**
 * The absolute value, elementwise; its gradient at 0 is 1, as in JAX.
 *
 * @example
 * ```ts
 * import { abs, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(abs(tensor([1, -2])).toArray(), [1, 2]);
 * ```
 */
export function abs(x: TensorLike): Tensor {
  const tensor = numbers("abs", x);
  return tensor.dtype === "bool" ? tensor : apply(absPrimitive, [tensor], NONE);
}

const slopePrimitive: Primitive = defineElementwise({
  name: "slope",
  arity: 1,
  expression: ([x], _, dtype) => select(binary("lessEqual", 0, x), castTo(1, dtype), castTo(-1, dtype)),
  dtype: sameDType("slope", isFloating, "float32 or float64"),
  pullback: null,
});

/** 1 from 0 on and -1 elsewhere: the derivative of `abs`. */
function slope(x: Tensor): Tensor {
  return apply(slopePrimitive, [x], NONE);
}

const signPrimitive: Primitive = defineElementwise({
  name: "sign",
  arity: 1,
  expression: ([x]) => select(binary("less", 0, x), 1, select(binary("less", x, 0), -1, x)),
  dtype: sameDType("sign", isNumber, "numbers"),
  pullback: null,
});

/**
 * -1, 0 or 1 by the sign of x, elementwise; NaN and signed zeros stay.
 *
 * @example
 * ```ts
 * import { sign, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sign(tensor([-3, 0, 5])).toArray(), [-1, 0, 1]);
 * ```
 */
export function sign(x: TensorLike): Tensor {
  return apply(signPrimitive, [signed("sign", x)], NONE);
}
