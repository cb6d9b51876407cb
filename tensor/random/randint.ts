/**
 * Uniform random integers.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames } from "../check_option_names.ts";
import { type DType, isInteger, roundTo } from "../dtype.ts";
import { defineElementwise } from "../elementwise.ts";
import { isTracedNumber } from "../host.ts";
import { binary, cast, select } from "../kernels/expression.ts";
import { cast as castTo } from "../ops/cast.ts";
import { broadcastTo } from "../ops/broadcast_to.ts";
import type { Primitive } from "../primitive.ts";
import type { Shape } from "../shape.ts";
import { constantTensor } from "../make_tensor.ts";
import { describe, Tensor, type TensorLike } from "../tensor.ts";
import { drawBits } from "./bits.ts";
import { checkKey } from "./key.ts";
import type { LayoutOptions } from "./options.ts";
import { split } from "./split.ts";

// 64 random bits modulo the span, in 32-bit arithmetic.
const randintPrimitive: Primitive<{ readonly dtype: DType }> = defineElementwise({
  name: "randint",
  arity: 4,
  expression: ([high, low, min, max], { dtype }) => {
    const distance = binary("subtract", cast(max, "uint32"), cast(min, "uint32"));
    const span = select(binary("lessEqual", max, min), 1, distance);
    const root = binary("remainder", 65536, span);
    const factor = binary("remainder", binary("multiply", root, root), span);
    const upper = binary("multiply", binary("remainder", high, span), factor);
    const offset = binary("remainder", binary("add", upper, binary("remainder", low, span)), span);
    return cast(binary("add", cast(min, "uint32"), offset), dtype);
  },
  dtype: (_, { dtype }) => dtype,
  pullback: null,
});

/** Options of `randint`. */
export interface RandintOptions extends LayoutOptions {
  /** The least value; 0 by default. A tensor of integers broadcasts to the shape. */
  readonly min?: TensorLike;
  /** The integer that all stay below. A tensor of integers broadcasts to the shape. */
  readonly max: TensorLike;
  /** Type of the elements; int32 by default. */
  readonly dtype?: "int32" | "uint32";
}

const RANDINT_OPTIONS = { min: true, max: true, dtype: true, partitionable: true } as const;

/**
 * Integers evenly distributed over `min` to `max - 1`, as `jax.random.randint` draws them. Where `max` is not
 * above `min`, all are `min`.
 *
 * @throws {TypeError} If the first argument is not a random key, or a bound is not an integer.
 * @throws {RangeError} If it is several keys, or a bound is outside of the dtype or does not broadcast.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const dice = random.randint(random.key(0), [1000], { min: 1, max: 7 });
 * assertEquals([dice.min().item(), dice.max().item()], [1, 6]);
 * ```
 */
export function randint(key: Tensor, shape: Shape, options: RandintOptions): Tensor {
  checkOptionNames("randint", options, RANDINT_OPTIONS);
  const { min = 0, max, dtype = "int32", ...layout } = options;
  if (dtype !== "int32" && dtype !== "uint32") {
    throw new TypeError(`randint expects a dtype of int32 or uint32 but got ${String(dtype)}`);
  }
  checkKey("randint", key);
  const bounds = [boundOf(min, shape, dtype), boundOf(max, shape, dtype)];
  const [forHigh, forLow] = split(key, 2, layout);
  const high = drawBits("randint", forHigh, shape, 32, layout);
  const low = drawBits("randint", forLow, shape, 32, layout);
  return apply(randintPrimitive, [high, low, ...bounds], { dtype });
}

function boundOf(bound: TensorLike, shape: Shape, dtype: "int32" | "uint32"): Tensor {
  if (bound instanceof Tensor) {
    if (!isInteger(bound.dtype)) {
      throw new TypeError(`randint expects bounds that are integers but got ${describe(bound)}`);
    }
    return broadcastTo(castTo(bound, dtype), shape);
  }
  // What is typed as a number may be a traced one inside of compile.
  const given: unknown = bound;
  if (isTracedNumber(given)) return given.recorder.recordScalar(given, dtype);
  if (!Number.isInteger(bound)) {
    throw new TypeError(`randint expects bounds that are integers but got ${String(bound)}`);
  }
  if (roundTo(dtype, bound) !== bound) {
    throw new RangeError(`randint expects bounds within ${dtype} but got ${bound}`);
  }
  return constantTensor(dtype, [], bound);
}
