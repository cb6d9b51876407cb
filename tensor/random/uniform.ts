/**
 * Uniform random numbers.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { defineElementwise } from "../elementwise.ts";
import { binary, cast, type Expression } from "../kernels/expression.ts";
import { add, multiply, subtract } from "../ops/arithmetic.ts";
import { cast as castTo } from "../ops/cast.ts";
import { floating } from "../ops/convert.ts";
import { maximum } from "../ops/selection.ts";
import { broadcastTo } from "../ops/broadcast_to.ts";
import { slice } from "../ops/slice.ts";
import { squeeze } from "../ops/reshape.ts";
import type { Primitive } from "../primitive.ts";
import type { Shape } from "../shape.ts";
import { constantTensor } from "../make_tensor.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { drawBits } from "./bits.ts";
import { uniformHalf } from "./half.ts";
import {
  type AnyFloatingOptions,
  floatingDType,
  type FloatingOptions,
  halfDType,
  type LayoutOptions,
} from "./options.ts";

const NONE = {};

/** The upper 23 of 32 bits as a fraction in [0, 1): JAX's mantissa trick without the bit cast, as exact. */
export function unitFloat32(bits: Expression): Expression {
  return binary("multiply", cast(binary("shiftRight", bits, 9), "float32"), 2 ** -23);
}

/** The upper 52 of 64 bits as a fraction in [0, 1). */
export function unitFloat64(high: Expression, low: Expression): Expression {
  const upper = binary("multiply", cast(high, "float64"), 2 ** 20);
  const lower = cast(binary("shiftRight", low, 12), "float64");
  return binary("multiply", binary("add", upper, lower), 2 ** -52);
}

const unitPrimitive: Primitive = defineElementwise({
  name: "unitUniform",
  arity: 1,
  expression: ([bits]) => unitFloat32(bits),
  dtype: () => "float32",
  pullback: null,
});

const unitWidePrimitive: Primitive = defineElementwise({
  name: "unitUniformFloat64",
  arity: 2,
  expression: ([high, low]) => unitFloat64(high, low),
  dtype: () => "float64",
  pullback: null,
});

// XLA fuses the product and the sum, so they are rounded once.
const uniformPrimitive: Primitive = defineElementwise({
  name: "uniform",
  arity: 3,
  expression: ([bits, min, span]) => {
    const scaled = binary("multiply", cast(unitFloat32(bits), "float64"), cast(span, "float64"));
    return binary("maximum", min, cast(binary("add", scaled, cast(min, "float64")), "float32"));
  },
  dtype: () => "float32",
  pullback: [null, (g) => g, (g, [bits]) => multiply(g, apply(unitPrimitive, [bits], NONE))],
});

/** The high and the low words of 64 random bits an element. */
export function drawPairs(
  operation: string,
  key: Tensor,
  shape: Shape,
  options: LayoutOptions,
): readonly [Tensor, Tensor] {
  const pairs = drawBits(operation, key, shape, 64, options);
  const all = shape.map(() => null);
  return [
    squeeze(slice(pairs, [...all, [0, 1]]), shape.length),
    squeeze(slice(pairs, [...all, [1, 2]]), shape.length),
  ];
}

/** Options of `uniform`. */
export interface UniformOptions extends AnyFloatingOptions {
  /** The least value; 0 by default. A tensor broadcasts to the shape. */
  readonly min?: TensorLike;
  /** The value that all stay below, but for rounding; 1 by default. A tensor broadcasts to the shape. */
  readonly max?: TensorLike;
}

const UNIFORM_OPTIONS = { min: true, max: true, dtype: true, partitionable: true } as const;

/**
 * Numbers evenly distributed over `[min, max)`, with the bits of `jax.random.uniform`. Where `max` is not above
 * `min`, all are `min`. Gradients flow to bounds that are tensors.
 *
 * @throws {TypeError} If the first argument is not a random key, or the dtype is not floating point.
 * @throws {RangeError} If it is several keys, or a bound does not broadcast to the shape.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = random.uniform(random.key(0), [1000], { min: -1, max: 1 });
 * assertEquals(x.min().item() >= -1 && x.max().item() < 1, true);
 * ```
 */
export function uniform(key: Tensor, shape: Shape = [], options: UniformOptions = NO_OPTIONS): Tensor {
  checkOptionNames("uniform", options, UNIFORM_OPTIONS);
  const { min = 0, max = 1 } = options;
  const half = halfDType(options);
  if (half !== null) {
    const [low, high] = [min, max].map((bound) => castTo(castTo(asBound(bound), half), "float32"));
    return uniformHalf(key, shape, half, [low, high], options);
  }
  const dtype = floatingDType("uniform", options as FloatingOptions);
  if (dtype === "float64") {
    const unit = apply(unitWidePrimitive, drawPairs("uniform", key, shape, options), NONE);
    if (min === 0 && max === 1) return unit;
    const [low, span] = boundsOf(shape, min, max, dtype);
    return maximum(add(multiply(unit, span), low), low);
  }
  const bits = drawBits("uniform", key, shape, 32, options);
  if (min === 0 && max === 1) return apply(unitPrimitive, [bits], NONE);
  return apply(uniformPrimitive, [bits, ...boundsOf(shape, min, max, dtype)], NONE);
}

/** A bound as a tensor. */
function asBound(bound: TensorLike): Tensor {
  return typeof bound === "number" ? constantTensor("float32", [], bound) : floating("uniform", bound);
}

/** The least value and the distance to the greatest, rounded to the dtype. */
function boundsOf(
  shape: Shape,
  min: TensorLike,
  max: TensorLike,
  dtype: "float32" | "float64",
): readonly [Tensor, Tensor] {
  const [low, high] = [min, max].map((bound) => {
    if (typeof bound === "number" && !Number.isFinite(bound)) {
      throw new RangeError(`uniform expects finite bounds but got ${bound}`);
    }
    const tensor = typeof bound === "number"
      ? constantTensor(dtype, [], dtype === "float32" ? Math.fround(bound) : bound)
      : castTo(floating("uniform", bound), dtype);
    return tensor.rank === 0 ? tensor : broadcastTo(tensor, shape);
  });
  return [low, subtract(high, low)];
}
