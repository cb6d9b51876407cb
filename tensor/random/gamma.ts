/**
 * Gamma distributed numbers, and what is made of them.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames } from "../check_option_names.ts";
import { gammaKernel } from "../kernels/random/gamma.ts";
import { contiguousOperand, wordsOf } from "../operand.ts";
import { add, divide, multiply, subtract } from "../ops/arithmetic.ts";
import { exp, sqrt } from "../ops/exponential.ts";
import { maximum } from "../ops/selection.ts";
import { softmax } from "../ops/softmax.ts";
import { broadcastTo } from "../ops/broadcast_to.ts";
import { contiguous } from "../ops/contiguous.ts";
import { index } from "../ops/slice.ts";
import { reshape } from "../ops/reshape.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { checkKey } from "./key.ts";
import { normal } from "./normal.ts";
import { floatingDType, type FloatingOptions } from "./options.ts";
import { checkPositive, parameter, parameters } from "./parameter.ts";
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

const GAMMA_OPTIONS = { concentration: true, shape: true, dtype: true, partitionable: true } as const;

function draw(operation: string, key: Tensor, options: GammaOptions, logarithmic: boolean): Tensor {
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
  return draw("gamma", key, options, false);
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
  return draw("logGamma", key, options, true);
}

/** Options of `beta`. */
export interface BetaOptions extends FloatingOptions {
  /** The exponent of x, above 0. */
  readonly a: TensorLike;
  /** The exponent of 1 - x, above 0. */
  readonly b: TensorLike;
  /** The shape; that of both exponents by default. */
  readonly shape?: Shape;
}

const BETA_OPTIONS = { a: true, b: true, shape: true, dtype: true, partitionable: true } as const;

/**
 * Numbers with a density in proportion to `x^(a - 1) (1 - x)^(b - 1)` within 0 to 1, as `jax.random.beta`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If an exponent is not above 0.
 *
 * @example
 * ```ts
 * import { mean, random } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * assertAlmostEquals(mean(random.beta(random.key(0), { a: 1, b: 3, shape: [10000] })).item(), 0.25, 0.02);
 * ```
 */
export function beta(key: Tensor, options: BetaOptions): Tensor {
  checkOptionNames("beta", options, BETA_OPTIONS);
  const dtype = floatingDType("beta", options);
  const { shape, tensors: [a, b] } = parameters("beta", [options.a, options.b], options.shape, dtype);
  const keys = split(checkKey("beta", key), 2, { partitionable: options.partitionable ?? true });
  checkPositive("beta", "a", options.a);
  checkPositive("beta", "b", options.b);
  const [x, y] = [a, b].map((concentration, i) =>
    draw("beta", index(keys, i), { ...options, concentration, shape }, true)
  );
  const greatest = maximum(x, y);
  const [first, second] = [exp(subtract(x, greatest)), exp(subtract(y, greatest))];
  return divide(first, add(first, second));
}

/** Options of `dirichlet`. */
export interface DirichletOptions extends FloatingOptions {
  /** Concentrations [..., k], above 0. */
  readonly concentration: Tensor;
  /** The shape without the last axis; that of the concentrations by default. */
  readonly shape?: Shape;
}

const DIRICHLET_OPTIONS = GAMMA_OPTIONS;

/**
 * Probabilities of k categories that sum to 1, `[...shape, k]`, with a density in proportion to the product of
 * `x_i^(a_i - 1)`, as `jax.random.dirichlet`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If there is no axis of categories.
 *
 * @example
 * ```ts
 * import { random, sum, tensor } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const x = random.dirichlet(random.key(0), { concentration: tensor([1, 2, 3]) });
 * assertAlmostEquals(sum(x).item(), 1, 1e-6);
 * ```
 */
export function dirichlet(key: Tensor, options: DirichletOptions): Tensor {
  checkOptionNames("dirichlet", options, DIRICHLET_OPTIONS);
  const dtype = floatingDType("dirichlet", options);
  const concentration = parameter("dirichlet", options.concentration, dtype);
  if (concentration.rank === 0) {
    throw new RangeError(
      `dirichlet expects concentrations along an axis but got ${describe(concentration)}`,
    );
  }
  const shape = options.shape ?? concentration.shape.slice(0, -1);
  const whole = [...shape, concentration.shape[concentration.rank - 1]];
  return softmax(draw("dirichlet", key, { ...options, concentration, shape: whole }, true));
}

/** Options of distributions with degrees of freedom. */
export interface FreedomOptions extends FloatingOptions {
  /** The degrees of freedom, above 0. */
  readonly degreesOfFreedom: TensorLike;
  /** The shape; that of the degrees of freedom by default. */
  readonly shape?: Shape;
}

const FREEDOM_OPTIONS = { degreesOfFreedom: true, shape: true, dtype: true, partitionable: true } as const;

/**
 * Sums of squares of as many normal numbers as there are degrees of freedom, as `jax.random.chisquare`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the degrees of freedom are not above 0.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.chiSquare(random.key(0), { degreesOfFreedom: 4, shape: [3] }).shape, [3]);
 * ```
 */
export function chiSquare(key: Tensor, options: FreedomOptions): Tensor {
  checkOptionNames("chiSquare", options, FREEDOM_OPTIONS);
  const dtype = floatingDType("chiSquare", options);
  checkPositive("chiSquare", "degreesOfFreedom", options.degreesOfFreedom);
  const half = divide(parameter("chiSquare", options.degreesOfFreedom, dtype), 2);
  return multiply(exp(draw("chiSquare", key, { ...options, concentration: half }, true)), 2);
}

/**
 * Numbers of Student's t distribution, as `jax.random.t`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the degrees of freedom are not above 0.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.studentT(random.key(0), { degreesOfFreedom: 4, shape: [3] }).shape, [3]);
 * ```
 */
export function studentT(key: Tensor, options: FreedomOptions): Tensor {
  checkOptionNames("studentT", options, FREEDOM_OPTIONS);
  const { degreesOfFreedom, shape: given, ...rest } = options;
  const dtype = floatingDType("studentT", rest);
  checkPositive("studentT", "degreesOfFreedom", degreesOfFreedom);
  const { shape, tensors: [freedom] } = parameters("studentT", [degreesOfFreedom], given, dtype);
  const keys = split(checkKey("studentT", key), 2, { partitionable: rest.partitionable ?? true });
  const half = divide(freedom, 2);
  const drawn = draw("studentT", index(keys, 1), { ...rest, concentration: half, shape }, false);
  return multiply(normal(index(keys, 0), shape, rest), sqrt(divide(half, drawn)));
}

/** Options of `fisherF`. */
export interface FisherFOptions extends FloatingOptions {
  /** Degrees of freedom of the numerator, above 0. */
  readonly numerator: TensorLike;
  /** Degrees of freedom of the denominator, above 0. */
  readonly denominator: TensorLike;
  /** The shape; that of both by default. */
  readonly shape?: Shape;
}

const FISHER_F_OPTIONS = {
  numerator: true,
  denominator: true,
  shape: true,
  dtype: true,
  partitionable: true,
} as const;

/**
 * Ratios of two chi-square numbers over their degrees of freedom, as `jax.random.f`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If degrees of freedom are not above 0.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.fisherF(random.key(0), { numerator: 3, denominator: 8, shape: [2] }).shape, [2]);
 * ```
 */
export function fisherF(key: Tensor, options: FisherFOptions): Tensor {
  checkOptionNames("fisherF", options, FISHER_F_OPTIONS);
  const { numerator, denominator, shape: given, ...rest } = options;
  const dtype = floatingDType("fisherF", rest);
  checkPositive("fisherF", "numerator", numerator);
  checkPositive("fisherF", "denominator", denominator);
  const { shape, tensors: [above, below] } = parameters("fisherF", [numerator, denominator], given, dtype);
  const keys = split(checkKey("fisherF", key), 2, { partitionable: rest.partitionable ?? true });
  const mean = (at: number, freedom: Tensor): Tensor =>
    divide(chiSquare(index(keys, at), { ...rest, degreesOfFreedom: freedom, shape }), freedom);
  return divide(mean(1, above), mean(0, below));
}
