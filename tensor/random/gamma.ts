/**
 * Gamma distributed numbers.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames } from "../check_option_names.ts";
import { gammaKernel } from "../kernels/random/gamma.ts";
import { contiguousOperand } from "../operand.ts";
import { wordsOf } from "../words_of.ts";
import { broadcastTo } from "../ops/broadcast_to.ts";
import { contiguous } from "../ops/contiguous.ts";
import { reshape } from "../ops/reshape.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { type Shape, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { checkKey } from "./key.ts";
import { floatingDType, type FloatingOptions } from "./options.ts";
import { checkPositive, parameters } from "./parameter.ts";
import { split } from "./split.ts";

interface Gamma {
  readonly logarithmic: boolean;
  readonly partitionable: boolean;
}

const gammaPrimitive: Primitive<Gamma> = definePrimitive<Gamma>({
  name: "gamma",
  infer: ([_, concentration]) => [{ dtype: concentration.dtype, shape: concentration.shape }],
  execute([keys, concentration], [output], { logarithmic, partitionable }, machine) {
    machine.launch(
      gammaKernel(concentration.dtype as "float32", partitionable),
      [wordsOf(contiguousOperand(keys, machine)), contiguousOperand(concentration, machine), output],
      [logarithmic ? 1 : 0],
      sizeOf(output.shape),
      256,
    );
  },
  pullback: null,
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
});

/** Options of `gamma` and `logGamma`. */
export interface GammaOptions extends FloatingOptions {
  /** The concentration a, above 0. */
  readonly concentration: TensorLike;
  /** The shape; that of the concentration by default. */
  readonly shape?: Shape;
}

/** The names of `GammaOptions`. */
export const GAMMA_OPTIONS = { concentration: true, shape: true, dtype: true, partitionable: true } as const;

/** Gamma distributed numbers, or their logarithms. */
export function drawGamma(
  operation: string,
  key: Tensor,
  options: GammaOptions,
  logarithmic: boolean,
): Tensor {
  checkKey(operation, key);
  checkPositive(operation, "a concentration", options.concentration);
  const dtype = floatingDType(operation, options);
  const { shape, tensors: [concentration] } = parameters(
    operation,
    [options.concentration],
    options.shape,
    dtype,
  );
  const { partitionable = true } = options;
  const size = sizeOf(shape);
  const flat = reshape(contiguous(broadcastTo(concentration, shape)), [size]);
  const keys = split(key, size, { partitionable });
  return reshape(apply(gammaPrimitive, [keys, flat], { logarithmic, partitionable }), shape);
}

/**
 * Numbers with the density `x^(a - 1) exp(-x) / gamma(a)` above 0, by the method of Marsaglia and Tsang with a key for
 * each element, as `jax.random.gamma`. No gradient flows to the concentration.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the concentration is not above 0, or does not broadcast to the shape.
 *
 * @example
 * ```ts
 * import { mean, random } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * assertAlmostEquals(mean(random.gamma(random.key(0), { concentration: 3, shape: [10000] })).item(), 3, 0.1);
 * ```
 */
export function gamma(key: Tensor, options: GammaOptions): Tensor {
  checkOptionNames("gamma", options, GAMMA_OPTIONS);
  return drawGamma("gamma", key, options, false);
}

/**
 * Logarithms of gamma distributed numbers, which do not underflow for small concentrations, as `jax.random.loggamma`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the concentration is not above 0, or does not broadcast to the shape.
 *
 * @example
 * ```ts
 * import { isFinite, random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(isFinite(random.logGamma(random.key(0), { concentration: 1e-3 })).item(), 1);
 * ```
 */
export function logGamma(key: Tensor, options: GammaOptions): Tensor {
  checkOptionNames("logGamma", options, GAMMA_OPTIONS);
  return drawGamma("logGamma", key, options, true);
}
