/**
 * Activations of neural networks, elementwise.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { isFloating } from "../dtype.ts";
import { defineElementwise, sameDType } from "../elementwise.ts";
import { binary, select, unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { abs } from "./sign.ts";
import { add, divide, multiply, negative, subtract } from "./arithmetic.ts";
import { greater, greaterEqual, less, logicalAnd } from "./comparison.ts";
import { floating, floatsOnly, numeric } from "./convert.ts";
import { erf, expm1, sigmoid, tanh } from "./exponential.ts";
import { stopGradient } from "./stop_gradient.ts";
import { clip, where } from "./selection.ts";

const reluPrimitive: Primitive = defineElementwise({
  name: "relu",
  arity: 1,
  expression: ([x]) => binary("maximum", x, 0),
  dtype: ([dtype]) => dtype,
  pullback: [(g, _, y) => apply(gatePrimitive, [g, y], {})],
});

const gatePrimitive: Primitive = defineElementwise({
  name: "gate",
  arity: 2,
  expression: ([g, y]) => select(binary("less", 0, y), g, 0),
  dtype: sameDType("gate", isFloating, "float32 or float64"),
  pullback: [(h, [_, y]) => apply(gatePrimitive, [h, y], {}), null],
});

/**
 * `max(x, 0)`; its gradient at 0 is 0.
 *
 * @example
 * ```ts
 * import { relu, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(relu(tensor([-1, 2])).toArray(), [0, 2]);
 * ```
 */
export function relu(x: TensorLike): Tensor {
  return apply(reluPrimitive, [numeric("relu", x)], {});
}

/** `min(max(x, 0), 6)`; its gradient at 0 and at 6 is 0. */
export function relu6(x: TensorLike): Tensor {
  const tensor = floating("relu6", x);
  return where(
    logicalAnd(greater(tensor, 0), less(tensor, 6)),
    tensor,
    stopGradient(clip(tensor, { min: 0, max: 6 })),
  );
}

/** Options of `leakyRelu`. */
export interface LeakyReluOptions {
  /** The slope below 0; 0.01 by default. */
  readonly negativeSlope?: number;
}

const LEAKY_RELU_OPTIONS = { negativeSlope: true } as const;

/** `x` from 0 on and `negativeSlope * x` below. */
export function leakyRelu(x: TensorLike, options: LeakyReluOptions = NO_OPTIONS): Tensor {
  checkOptionNames("leakyRelu", options, LEAKY_RELU_OPTIONS);
  const tensor = floating("leakyRelu", x);
  return where(greaterEqual(tensor, 0), tensor, multiply(tensor, options.negativeSlope ?? 0.01));
}

/** Options of `elu`. */
export interface EluOptions {
  /** The limit below 0 is `-alpha`; 1 by default. */
  readonly alpha?: number;
}

const ELU_OPTIONS = { alpha: true } as const;

/** `x` above 0 and `alpha * (e^x - 1)` below (Clevert et al., 2015). */
export function elu(x: TensorLike, options: EluOptions = NO_OPTIONS): Tensor {
  checkOptionNames("elu", options, ELU_OPTIONS);
  const tensor = floating("elu", x);
  const above = greater(tensor, 0);
  return where(above, tensor, multiply(expm1(where(above, 0, tensor)), options.alpha ?? 1));
}

/** Options of `gelu`. */
export interface GeluOptions {
  /** "tanh" takes the approximation by tanh, "none" the exact form by erf; "none" by default. */
  readonly approximate?: "none" | "tanh";
}

const GELU_OPTIONS = { approximate: true } as const;

/**
 * `x * Phi(x)` with the normal distribution function Phi (Hendrycks and Gimpel, 2016).
 *
 * @example
 * ```ts
 * import { gelu } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(gelu(0).item(), 0);
 * ```
 */
export function gelu(x: TensorLike, options: GeluOptions = NO_OPTIONS): Tensor {
  checkOptionNames("gelu", options, GELU_OPTIONS);
  const tensor = floating("gelu", x);
  const { approximate = "none" } = options;
  if (approximate === "tanh") {
    const cube = multiply(multiply(tensor, tensor), tensor);
    const inner = multiply(add(tensor, multiply(cube, 0.044715)), Math.sqrt(2 / Math.PI));
    return multiply(multiply(tensor, 0.5), add(tanh(inner), 1));
  }
  if (approximate !== "none") {
    throw new RangeError(`gelu expects approximate to be "none" or "tanh" but got ${String(approximate)}`);
  }
  return multiply(multiply(tensor, 0.5), add(erf(multiply(tensor, Math.SQRT1_2)), 1));
}

/**
 * `x * sigmoid(x)`, also called swish.
 *
 * @throws {TypeError} If x is a tensor of integers or bools, as in JAX.
 */
export function silu(x: TensorLike): Tensor {
  const tensor = floatsOnly("silu", x);
  return multiply(tensor, sigmoid(tensor));
}

const softplusPrimitive: Primitive = defineElementwise({
  name: "softplus",
  arity: 1,
  expression: ([x]) =>
    binary("add", binary("maximum", x, 0), unary("log1p", unary("exp", unary("negative", unary("abs", x))))),
  dtype: sameDType("softplus", isFloating, "float32 or float64"),
  pullback: [(g, [x]) => multiply(g, sigmoid(x))],
});

/** Options of `softplus`. */
export interface SoftplusOptions {
  /** How sharp the bend is; 1 by default. */
  readonly beta?: number;
  /** Where `beta x` is above this the result is `x` itself, as in torch with 20; never by default. */
  readonly threshold?: number;
}

const SOFTPLUS_OPTIONS = { beta: true, threshold: true } as const;

/**
 * `log(1 + e^(beta x)) / beta`, stable at any size.
 *
 * @throws {RangeError} If `beta` is not above 0.
 *
 * @example
 * ```ts
 * import { softplus } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(softplus(1000, { beta: 2 }).item(), 1000);
 * ```
 */
export function softplus(x: TensorLike, options: SoftplusOptions = NO_OPTIONS): Tensor {
  checkOptionNames("softplus", options, SOFTPLUS_OPTIONS);
  const tensor = floating("softplus", x);
  const { beta = 1, threshold = Infinity } = options;
  if (typeof beta !== "number" || !(beta > 0)) {
    throw new RangeError(`softplus expects beta above 0 but got ${String(beta)}`);
  }
  const scaled = beta === 1 ? tensor : multiply(tensor, beta);
  const bent = apply(softplusPrimitive, [scaled], {});
  const result = beta === 1 ? bent : divide(bent, beta);
  return threshold === Infinity ? result : where(greater(scaled, threshold), tensor, result);
}

/** `log(sigmoid(x))`, stable at any size. */
export function logSigmoid(x: TensorLike): Tensor {
  return negative(softplus(negative(floating("logSigmoid", x))));
}

/** `x / (1 + |x|)`. */
export function softSign(x: TensorLike): Tensor {
  const tensor = floating("softSign", x);
  return divide(tensor, add(abs(tensor), 1));
}

const tanhSoftplusPrimitive: Primitive = defineElementwise({
  name: "tanhSoftplus",
  arity: 1,
  expression: ([x]) => {
    // With t = e^-|x|: (1 + 2 t) / (1 + 2 t + 2 t^2) from 0 on, (t^2 + 2 t) / (t^2 + 2 t + 2) below.
    const share = unary("exp", unary("negative", unary("abs", x)));
    const square = binary("multiply", share, share);
    const below = binary("less", x, 0);
    const above = binary("add", binary("add", share, share), select(below, square, 1));
    const rest = select(below, 1, square);
    return binary("divide", above, binary("add", above, binary("add", rest, rest)));
  },
  dtype: sameDType("mish", isFloating, "float32 or float64"),
  pullback: [(g, [x], y) => multiply(g, multiply(subtract(1, multiply(y, y)), sigmoid(x)))],
});

/** `x * tanh(softplus(x))` (Misra, 2019). */
export function mish(x: TensorLike): Tensor {
  const tensor = floating("mish", x);
  return multiply(tensor, apply(tanhSoftplusPrimitive, [tensor], {}));
}

/** Options of `hardTanh`. */
export interface HardTanhOptions {
  /** The least value; -1 by default. */
  readonly min?: number;
  /** The greatest value; 1 by default. */
  readonly max?: number;
}

const HARD_TANH_OPTIONS = { min: true, max: true } as const;

/**
 * `x` brought into [-1, 1], or other bounds. Its gradient at the bounds is 1, as in JAX; `clamp` has 0 there, as torch's
 * hardtanh.
 *
 * @throws {RangeError} If `min` is not below `max`.
 *
 * @example
 * ```ts
 * import { hardTanh, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(hardTanh(tensor([-3, 0.5, 3]), { max: 2 }).toArray(), [-1, 0.5, 2]);
 * ```
 */
export function hardTanh(x: TensorLike, options: HardTanhOptions = NO_OPTIONS): Tensor {
  checkOptionNames("hardTanh", options, HARD_TANH_OPTIONS);
  const tensor = floating("hardTanh", x);
  const { min = -1, max = 1 } = options;
  if (typeof min !== "number" || typeof max !== "number" || !(min < max)) {
    throw new RangeError(`hardTanh expects min below max but got ${String(min)} and ${String(max)}`);
  }
  return where(greater(tensor, max), max, where(less(tensor, min), min, tensor));
}

/** `relu6(x + 3) / 6`. */
export function hardSigmoid(x: TensorLike): Tensor {
  return divide(relu6(add(floating("hardSigmoid", x), 3)), 6);
}

/** `x * hardSigmoid(x)`, also called hard swish. */
export function hardSilu(x: TensorLike): Tensor {
  const tensor = floating("hardSilu", x);
  return multiply(tensor, hardSigmoid(tensor));
}
