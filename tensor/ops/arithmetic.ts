/**
 * Arithmetic: sums, differences, products, quotients, squares and reciprocals.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating, isNumber } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, unary } from "../kernels/expression.ts";
import { logicalAnd, logicalOr } from "./comparison.ts";
import { floating, numeric, promoted, promotedFloats, signed } from "./convert.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

const NONE = {};

const addPrimitive: Primitive = defineElementwise({
  name: "add",
  arity: 2,
  expression: ([x, y]) => binary("add", x, y),
  dtype: sameDType("add", isNumber, "numbers"),
  pullback: [(g) => g, (g) => g],
});

/**
 * The sum `x + y`, elementwise with broadcasting; integers wrap around, and of bools it is whether either is true.
 *
 * @example
 * ```ts
 * import { add, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(add(tensor([1, 2]), 3).toArray(), [4, 5]);
 * ```
 */
export function add(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = promoted("add", x, y);
  return a.dtype === "bool" ? logicalOr(a, b) : apply(addPrimitive, [a, b], NONE);
}

const subtractPrimitive: Primitive = defineElementwise({
  name: "subtract",
  arity: 2,
  expression: ([x, y]) => binary("subtract", x, y),
  dtype: sameDType("subtract", isNumber, "numbers"),
  pullback: [(g) => g, (g) => negative(g)],
});

/**
 * The difference `x - y`, elementwise with broadcasting.
 *
 * @throws {TypeError} If both are bools.
 *
 * @example
 * ```ts
 * import { subtract, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(subtract(tensor([1, 2]), 3).toArray(), [-2, -1]);
 * ```
 */
export function subtract(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = promoted("subtract", x, y);
  return apply(subtractPrimitive, [signed("subtract", a), b], NONE);
}

const multiplyPrimitive: Primitive = defineElementwise({
  name: "multiply",
  arity: 2,
  expression: ([x, y]) => binary("multiply", x, y),
  dtype: sameDType("multiply", isNumber, "numbers"),
  pullback: [(g, [_, y]) => multiply(g, y), (g, [x]) => multiply(g, x)],
});

/**
 * The product `x * y`, elementwise with broadcasting; of bools it is whether both are true.
 *
 * @example
 * ```ts
 * import { multiply, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(multiply(tensor([1, 2]), 3).toArray(), [3, 6]);
 * ```
 */
export function multiply(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = promoted("multiply", x, y);
  return a.dtype === "bool" ? logicalAnd(a, b) : apply(multiplyPrimitive, [a, b], NONE);
}

const dividePrimitive: Primitive = defineElementwise({
  name: "divide",
  arity: 2,
  expression: ([x, y]) => binary("divide", x, y),
  dtype: sameDType("divide", isFloating, "float32 or float64"),
  pullback: [(g, [_, y]) => divide(g, y), (g, [_, y], output) => negative(divide(multiply(g, output), y))],
});

/**
 * The quotient `x / y`, elementwise with broadcasting; integers are divided as float32.
 *
 * @example
 * ```ts
 * import { divide, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(divide(tensor([1, 3], { dtype: "int32" }), 2).toArray(), [0.5, 1.5]);
 * ```
 */
export function divide(x: TensorLike, y: TensorLike): Tensor {
  return apply(dividePrimitive, promotedFloats("divide", x, y), NONE);
}

const negativePrimitive: Primitive = defineElementwise({
  name: "negative",
  arity: 1,
  expression: ([x]) => unary("negative", x),
  dtype: sameDType("negative", isNumber, "numbers"),
  pullback: [(g) => negative(g)],
});

/**
 * `-x`, elementwise.
 *
 * @throws {TypeError} If x is of bools.
 *
 * @example
 * ```ts
 * import { negative, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(negative(tensor([1, -2])).toArray(), [-1, 2]);
 * ```
 */
export function negative(x: TensorLike): Tensor {
  return apply(negativePrimitive, [signed("negative", x)], NONE);
}

const squarePrimitive: Primitive = defineElementwise({
  name: "square",
  arity: 1,
  expression: ([x]) => binary("multiply", x, x),
  dtype: sameDType("square", isNumber, "numbers"),
  pullback: [(g, [x]) => multiply(g, multiply(x, 2))],
});

/**
 * `x * x`, elementwise.
 *
 * @example
 * ```ts
 * import { square, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(square(tensor([1, -3])).toArray(), [1, 9]);
 * ```
 */
export function square(x: TensorLike): Tensor {
  return apply(squarePrimitive, [numeric("square", x)], NONE);
}

const reciprocalPrimitive: Primitive = defineElementwise({
  name: "reciprocal",
  arity: 1,
  expression: ([x]) => binary("divide", 1, x),
  dtype: sameDType("reciprocal", isFloating, "float32 or float64"),
  pullback: [(g, _, y) => negative(multiply(g, multiply(y, y)))],
});

/**
 * `1 / x`, elementwise.
 *
 * @example
 * ```ts
 * import { reciprocal } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(reciprocal(4).item(), 0.25);
 * ```
 */
export function reciprocal(x: TensorLike): Tensor {
  return apply(reciprocalPrimitive, [floating("reciprocal", x)], NONE);
}
