/**
 * Generalized normal numbers, points of balls, and two-sided lengths of normal vectors.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { add, divide, multiply } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { power } from "../ops/power.ts";
import { sum } from "../ops/reduce.ts";
import { expandDims } from "../ops/reshape.ts";
import { abs } from "../ops/sign.ts";
import { index } from "../ops/slice.ts";
import { checkShape, type Shape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { rademacher } from "./bernoulli.ts";
import { exponential } from "./exponential.ts";
import { gamma } from "./gamma.ts";
import { checkKey } from "./key.ts";
import { maxwell } from "./log_normal.ts";
import { FLOATING_OPTIONS, floatingDType, type FloatingOptions } from "./options.ts";
import { parameters } from "./parameter.ts";
import { split } from "./split.ts";

function checkOrder(operation: string, p: number): void {
  if (!(p > 0)) throw new RangeError(`${operation} expects a power above 0 but got ${String(p)}`);
}

/**
 * Numbers with a density in proportion to `exp(-|x|^p)`, as `jax.random.generalized_normal`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the power is not above 0.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.generalizedNormal(random.key(0), 4, [3]).shape, [3]);
 * ```
 */
export function generalizedNormal(
  key: Tensor,
  p: number,
  shape: Shape = [],
  options: FloatingOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("generalizedNormal", options, FLOATING_OPTIONS);
  checkKey("generalizedNormal", key);
  checkOrder("generalizedNormal", p);
  checkShape("generalizedNormal", shape);
  const dtype = floatingDType("generalizedNormal", options);
  const { partitionable = true } = options;
  const keys = split(key, 2, { partitionable });
  const size = gamma(index(keys, 0), { ...options, concentration: 1 / p, shape });
  const sign = cast(rademacher(index(keys, 1), shape, { partitionable }), dtype);
  return multiply(sign, power(size, 1 / p));
}

/** Options of `ball`. */
export interface BallOptions extends FloatingOptions {
  /** The order of the norm that the ball is of; 2 by default. */
  readonly p?: number;
  /** How many points, as a shape; one by default. */
  readonly shape?: Shape;
}

const BALL_OPTIONS = { p: true, shape: true, dtype: true, partitionable: true } as const;

/**
 * Points `[...shape, d]` evenly distributed in the unit ball of d dimensions, as `jax.random.ball` (Barthe et al., 2005).
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the dimension is not a positive integer, or p is not above 0.
 *
 * @example
 * ```ts
 * import { norm, random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals((norm(random.ball(random.key(0), 3)).item() as number) <= 1, true);
 * ```
 */
export function ball(key: Tensor, d: number, options: BallOptions = NO_OPTIONS): Tensor {
  checkOptionNames("ball", options, BALL_OPTIONS);
  const { p = 2, shape = [], ...rest } = options;
  checkKey("ball", key);
  checkOrder("ball", p);
  if (!Number.isInteger(d) || d < 1) {
    throw new RangeError(`ball expects a positive integer dimension but got ${String(d)}`);
  }
  checkShape("ball", shape);
  const keys = split(key, 2, { partitionable: rest.partitionable ?? true });
  const g = generalizedNormal(index(keys, 0), p, [...shape, d], rest);
  const e = exponential(index(keys, 1), shape, rest);
  const length = power(add(sum(power(abs(g), p), { axes: -1 }), e), 1 / p);
  return divide(g, expandDims(length, -1));
}

/** Options of `doubleSidedMaxwell`. */
export interface DoubleSidedMaxwellOptions extends FloatingOptions {
  /** What is added; 0 by default. */
  readonly location?: TensorLike;
  /** What the numbers are multiplied with; 1 by default. */
  readonly scale?: TensorLike;
}

const DOUBLE_SIDED_MAXWELL_OPTIONS = {
  location: true,
  scale: true,
  dtype: true,
  partitionable: true,
} as const;

/**
 * Lengths of vectors of three normal numbers with a random sign, as `jax.random.double_sided_maxwell`. The shape of the
 * parameters stands behind that of the samples.
 *
 * @throws {TypeError} If the first argument is not a random key.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.doubleSidedMaxwell(random.key(0), [3], { scale: 2 }).shape, [3]);
 * ```
 */
export function doubleSidedMaxwell(
  key: Tensor,
  shape: Shape = [],
  options: DoubleSidedMaxwellOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("doubleSidedMaxwell", options, DOUBLE_SIDED_MAXWELL_OPTIONS);
  const { location = 0, scale = 1, ...rest } = options;
  checkKey("doubleSidedMaxwell", key);
  checkShape("doubleSidedMaxwell", shape);
  const dtype = floatingDType("doubleSidedMaxwell", rest);
  const { shape: own, tensors } = parameters("doubleSidedMaxwell", [location, scale], undefined, dtype);
  const whole = shape.length === 0 ? [...own, ...own] : [...shape, ...own];
  const layout = { partitionable: rest.partitionable ?? true };
  const keys = split(key, 2, layout);
  const lengths = maxwell(index(keys, 0), whole, rest);
  const sign = cast(rademacher(index(keys, 1), whole, layout), dtype);
  return add(multiply(multiply(sign, lengths), tensors[1]), tensors[0]);
}
