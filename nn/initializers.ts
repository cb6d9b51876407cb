/**
 * Initializers: functions from a random key and a shape to the params of a layer, after jax.nn.initializers, with
 * the same numbers for the same key and fans.
 *
 * @module
 */
import {
  erf,
  erfinv,
  full,
  maximum,
  minimum,
  multiply,
  random,
  type Shape,
  type Tensor,
} from "../tensor/mod.ts";
import { sizeOf } from "../tensor/shape.ts";

/** How many inputs an output depends on, and how many outputs an input takes part in. */
export interface Fans {
  /** Inputs of one output. */
  readonly fanIn: number;
  /** Outputs of one input. */
  readonly fanOut: number;
}

/**
 * Makes a float32 tensor of a shape from a random key. Layers tell the fans of their params; without them they
 * follow from the shape, see `fansOf`.
 */
export type Initializer = (key: Tensor, shape: Shape, fans?: Fans) => Tensor;

/**
 * The fans of a kernel that ends with the axes of inputs and outputs, `[window..., inputs, outputs]`, as JAX has
 * them: `fanIn = window * inputs` and `fanOut = window * outputs`. A vector has both as its extent. A kernel with
 * its axes in another order, such as OIHW, needs fans of its own.
 *
 * @example
 * ```ts
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(initializers.fansOf([3, 3, 8, 16]), { fanIn: 72, fanOut: 144 });
 * ```
 */
export function fansOf(shape: Shape): Fans {
  if (shape.length === 0) return { fanIn: 1, fanOut: 1 };
  if (shape.length === 1) return { fanIn: shape[0], fanOut: shape[0] };
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: window * shape[shape.length - 2], fanOut: window * shape[shape.length - 1] };
}

/** Options of `varianceScaling`. */
export interface VarianceScalingOptions {
  /** The factor of the variance; positive. */
  readonly scale: number;
  /** What the scale is divided by: the fan of inputs, of outputs, or the mean of both. */
  readonly mode: "fanIn" | "fanOut" | "fanAverage";
  /** What is drawn. */
  readonly distribution: "truncatedNormal" | "normal" | "uniform";
}

/** The standard deviation of a standard normal variable cut off at -2 and 2. */
const TRUNCATED_DEVIATION = 0.87962566103423978;

/**
 * Numbers of mean 0 and variance `v = scale / fan`, as jax.nn.initializers.variance_scaling:
 *
 * - "uniform": uniform in `[-sqrt(3 v), sqrt(3 v))`;
 * - "normal": `sqrt(v)` times standard normal;
 * - "truncatedNormal": the same cut off at two standard deviations, and rescaled to variance v.
 *
 * @throws {RangeError} If `scale` is not positive, or `mode` or `distribution` is another word.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const make = initializers.varianceScaling({ scale: 3, mode: "fanIn", distribution: "uniform" });
 * const kernel = make(random.key(0), [9, 4]);
 * assertEquals(kernel.shape, [9, 4]);
 * assertEquals(kernel.data().every((x) => Math.abs(x) <= 1), true);
 * ```
 */
export function varianceScaling(options: VarianceScalingOptions): Initializer {
  const { scale, mode, distribution } = options;
  if (!(scale > 0) || !Number.isFinite(scale)) {
    throw new RangeError(`varianceScaling expects scale to be positive but got ${scale}`);
  }
  if (!["fanIn", "fanOut", "fanAverage"].includes(mode)) {
    throw new RangeError(
      `varianceScaling expects mode "fanIn", "fanOut" or "fanAverage" but got ${String(mode)}`,
    );
  }
  if (!["truncatedNormal", "normal", "uniform"].includes(distribution)) {
    throw new RangeError(
      `varianceScaling expects distribution "truncatedNormal", "normal" or "uniform" but got ${
        String(distribution)
      }`,
    );
  }
  return (key, shape, fans = fansOf(shape)) => {
    const { fanIn, fanOut } = fans;
    const fan = mode === "fanIn" ? fanIn : mode === "fanOut" ? fanOut : (fanIn + fanOut) / 2;
    const variance = scale / Math.max(fan, Number.MIN_VALUE);
    if (distribution === "uniform") {
      return multiply(random.uniform(key, shape, { min: -1, max: 1 }), Math.sqrt(3 * variance));
    }
    if (distribution === "normal") return multiply(random.normal(key, shape), Math.sqrt(variance));
    return multiply(truncatedNormal(key, shape), Math.sqrt(variance) / TRUNCATED_DEVIATION);
  };
}

// The largest float32 below 2.
const BELOW_TWO = 2 - 2 ** -23;

/** Standard normal numbers cut off at -2 and 2, by the inverse of their distribution function. */
function truncatedNormal(key: Tensor, shape: Shape): Tensor {
  const edge = erf(Math.fround(Math.SQRT2)).item();
  const drawn = multiply(erfinv(random.uniform(key, shape, { min: -edge, max: edge })), Math.SQRT2);
  return maximum(minimum(drawn, BELOW_TWO), -BELOW_TWO);
}

/** Uniform with variance `2 / (fanIn + fanOut)` (Glorot and Bengio, 2010); for tanh and sigmoid. */
export const glorotUniform: Initializer = varianceScaling({
  scale: 1,
  mode: "fanAverage",
  distribution: "uniform",
});

/** Truncated normal with variance `2 / (fanIn + fanOut)` (Glorot and Bengio, 2010); for tanh and sigmoid. */
export const glorotNormal: Initializer = varianceScaling({
  scale: 1,
  mode: "fanAverage",
  distribution: "truncatedNormal",
});

/** Uniform with variance `2 / fanIn` (He et al., 2015); for relu. */
export const heUniform: Initializer = varianceScaling({ scale: 2, mode: "fanIn", distribution: "uniform" });

/** Truncated normal with variance `2 / fanIn` (He et al., 2015); for relu. */
export const heNormal: Initializer = varianceScaling({
  scale: 2,
  mode: "fanIn",
  distribution: "truncatedNormal",
});

/** Uniform with variance `1 / fanIn` (LeCun et al., 1998). */
export const lecunUniform: Initializer = varianceScaling({
  scale: 1,
  mode: "fanIn",
  distribution: "uniform",
});

/** Truncated normal with variance `1 / fanIn` (LeCun et al., 1998); the default of kernels. */
export const lecunNormal: Initializer = varianceScaling({
  scale: 1,
  mode: "fanIn",
  distribution: "truncatedNormal",
});

/** All elements 0; the default of biases. */
export const zeros: Initializer = constant(0);

/** All elements 1. */
export const ones: Initializer = constant(1);

/**
 * All elements `value`.
 *
 * @throws {TypeError} If `value` is not a number.
 */
export function constant(value: number): Initializer {
  if (typeof value !== "number") {
    throw new TypeError(`constant expects a number but got ${value === null ? "null" : typeof value}`);
  }
  return (_key, shape) => full(shape, value);
}
