/**
 * Floats rounded to whole numbers and to decimals.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { isFloating } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { unary } from "../kernels/expression.ts";
import { divide, multiply } from "./arithmetic.ts";
import { numbers } from "./convert.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

const NONE = {};

/** A rounding of floats; integers and bools are whole already. */
function rounded(primitive: Primitive, x: Tensor): Tensor {
  return isFloating(x.dtype) ? apply(primitive, [x], NONE) : x;
}

const floorPrimitive: Primitive = defineElementwise({
  name: "floor",
  arity: 1,
  expression: ([x]) => unary("floor", x),
  dtype: sameDType("floor", isFloating, "float32 or float64"),
  pullback: null,
});

/**
 * The largest integer not above x, elementwise; its gradient is 0.
 *
 * @example
 * ```ts
 * import { floor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(floor(-1.5).item(), -2);
 * ```
 */
export function floor(x: TensorLike): Tensor {
  return rounded(floorPrimitive, numbers("floor", x));
}

const ceilPrimitive: Primitive = defineElementwise({
  name: "ceil",
  arity: 1,
  expression: ([x]) => unary("ceil", x),
  dtype: sameDType("ceil", isFloating, "float32 or float64"),
  pullback: null,
});

/**
 * The smallest integer not below x, elementwise; its gradient is 0.
 *
 * @example
 * ```ts
 * import { ceil } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ceil(1.2).item(), 2);
 * ```
 */
export function ceil(x: TensorLike): Tensor {
  return rounded(ceilPrimitive, numbers("ceil", x));
}

const roundPrimitive: Primitive = defineElementwise({
  name: "round",
  arity: 1,
  expression: ([x]) => unary("round", x),
  dtype: sameDType("round", isFloating, "float32 or float64"),
  pullback: null,
});

/** Options of `round`. */
export interface RoundOptions {
  /** How many decimal places stay; a negative one rounds to tens, hundreds and so on. 0 by default. */
  readonly decimals?: number;
}

const ROUND_OPTIONS = { decimals: true } as const;

/**
 * The nearest integer, or number of so many decimals, halves to even, elementwise; its gradient is 0.
 *
 * @throws {RangeError} If the decimals are not an integer, or negative for integers.
 *
 * @example
 * ```ts
 * import { round, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(round(tensor([0.5, 1.5])).toArray(), [0, 2]);
 * ```
 */
export function round(x: TensorLike, options: RoundOptions = NO_OPTIONS): Tensor {
  checkOptionNames("round", options, ROUND_OPTIONS);
  const tensor = numbers("round", x);
  const { decimals = 0 } = options;
  if (!Number.isInteger(decimals) || (decimals < 0 && !isFloating(tensor.dtype))) {
    throw new RangeError(
      `round expects an integer of decimals, not negative for integers, but got ${String(decimals)}`,
    );
  }
  if (decimals === 0 || !isFloating(tensor.dtype)) return rounded(roundPrimitive, tensor);
  const factor = 10 ** Math.abs(decimals);
  return decimals > 0
    ? divide(round(multiply(tensor, factor)), factor)
    : multiply(round(divide(tensor, factor)), factor);
}

const truncPrimitive: Primitive = defineElementwise({
  name: "trunc",
  arity: 1,
  expression: ([x]) => unary("trunc", x),
  dtype: sameDType("trunc", isFloating, "float32 or float64"),
  pullback: null,
});

/**
 * x without its fraction, elementwise; its gradient is 0.
 *
 * @example
 * ```ts
 * import { trunc } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(trunc(-1.5).item(), -1);
 * ```
 */
export function trunc(x: TensorLike): Tensor {
  return rounded(truncPrimitive, numbers("trunc", x));
}
