/**
 * Polynomials as vectors of coefficients, those of the highest powers first, as `jnp.polyval` and its kin.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { describe, type Tensor, type TensorLike } from "../../tensor.ts";
import { add, divide, multiply, negative } from "../arithmetic.ts";
import { concatenate } from "../concatenate.ts";
import { asTensor, floating, numbers, promoted } from "../convert.ts";
import { arange } from "../ranges.ts";
import { zeros } from "../full.ts";
import { lstsq } from "../linalg/lstsq.ts";
import { norm } from "../norm.ts";
import { power } from "../power.ts";
import { expandDims } from "../reshape.ts";
import { flip, slice, unstack } from "../slice.ts";
import { convolve } from "../spatial/convolve.ts";

function coefficients(operation: string, p: Tensor): Tensor {
  const tensor = numbers(operation, p);
  if (tensor.rank !== 1) {
    throw new RangeError(`${operation} expects a vector of coefficients but got ${describe(tensor)}`);
  }
  return tensor;
}

function checkCount(operation: string, what: string, count: number): void {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(
      `${operation} expects ${what} to be an integer of at least 0 but got ${String(count)}`,
    );
  }
}

/**
 * The values of a polynomial at x, by Horner's scheme.
 *
 * @param p Coefficients [n], that of the highest power first.
 * @throws {RangeError} If the coefficients are no vector.
 *
 * @example
 * ```ts
 * import { polyval, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(polyval(tensor([1, 0, 2]), 3).item(), 11);
 * ```
 */
export function polyval(p: Tensor, x: TensorLike): Tensor {
  const [given, at] = promoted("polyval", coefficients("polyval", p), asTensor("polyval", x));
  return unstack(given).reduce((value, factor) => add(multiply(value, at), factor), multiply(at, 0));
}

function padded(operation: string, a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  const [x, y] = promoted(operation, coefficients(operation, a), coefficients(operation, b));
  const size = Math.max(x.size, y.size);
  const wide = (p: Tensor): Tensor => concatenate([zeros([size - p.size], { dtype: p.dtype }), p]);
  return [wide(x), wide(y)];
}

/**
 * The sum of two polynomials.
 *
 * @throws {RangeError} If coefficients are no vector.
 *
 * @example
 * ```ts
 * import { polyadd, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(polyadd(tensor([1, 2]), tensor([3, 4, 5])).toArray(), [3, 5, 7]);
 * ```
 */
export function polyadd(a: Tensor, b: Tensor): Tensor {
  return add(...padded("polyadd", a, b));
}

/**
 * The difference of two polynomials.
 *
 * @throws {RangeError} If coefficients are no vector.
 *
 * @example
 * ```ts
 * import { polysub, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(polysub(tensor([3, 4, 5]), tensor([1, 2])).toArray(), [3, 3, 3]);
 * ```
 */
export function polysub(a: Tensor, b: Tensor): Tensor {
  const [x, y] = padded("polysub", a, b);
  return add(x, negative(y));
}

/**
 * The product of two polynomials.
 *
 * @throws {RangeError} If coefficients are no vector.
 *
 * @example
 * ```ts
 * import { polymul, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(polymul(tensor([1, 1]), tensor([1, -1])).toArray(), [1, 0, -1]);
 * ```
 */
export function polymul(a: Tensor, b: Tensor): Tensor {
  const [x, y] = promoted("polymul", coefficients("polymul", a), coefficients("polymul", b));
  return convolve(x, y);
}

/**
 * The derivative of a polynomial, of a given order.
 *
 * @throws {RangeError} If the coefficients are no vector, or the order is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { polyder, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(polyder(tensor([1, 2, 3])).toArray(), [2, 2]);
 * ```
 */
export function polyder(p: Tensor, order = 1): Tensor {
  let result = coefficients("polyder", p);
  checkCount("polyder", "the order", order);
  for (let k = 0; k < order && result.size > 0; k++) {
    const degree = result.size - 1;
    const factors = arange(0, { start: degree, step: -1, dtype: result.dtype });
    result = multiply(slice(result, [[0, degree]]), factors);
  }
  return result;
}

/** Options of `polyint`. */
export interface PolyintOptions {
  /** How often to integrate; 1 by default. */
  readonly order?: number;
  /** The constant of each integration; 0 by default. */
  readonly constant?: number;
}

const POLYINT_OPTIONS = { order: true, constant: true } as const;

/**
 * The integral of a polynomial.
 *
 * @throws {RangeError} If the coefficients are no vector, or the order is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { polyint, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(polyint(tensor([2, 2]), { constant: 3 }).toArray(), [1, 2, 3]);
 * ```
 */
export function polyint(p: Tensor, options: PolyintOptions = NO_OPTIONS): Tensor {
  checkOptionNames("polyint", options, POLYINT_OPTIONS);
  const { order = 1, constant = 0 } = options;
  let result = floating("polyint", coefficients("polyint", p));
  checkCount("polyint", "the order", order);
  for (let k = 0; k < order; k++) {
    const divisors = arange(0, { start: result.size, step: -1, dtype: result.dtype });
    const last = add(zeros([1], { dtype: result.dtype }), constant);
    result = concatenate([divide(result, divisors), last]);
  }
  return result;
}

/** Options of `vander`. */
export interface VanderOptions {
  /** How many powers; as many as there are numbers by default. */
  readonly columns?: number;
  /** Whether the powers increase; they decrease to 0 by default. */
  readonly increasing?: boolean;
}

const VANDER_OPTIONS = { columns: true, increasing: true } as const;

/**
 * The matrix [n, columns] of the powers of numbers (Vandermonde).
 *
 * @throws {RangeError} If x is no vector, or the columns are not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { tensor, vander } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(vander(tensor([2, 3])).toArray(), [[2, 1], [3, 1]]);
 * ```
 */
export function vander(x: Tensor, options: VanderOptions = NO_OPTIONS): Tensor {
  checkOptionNames("vander", options, VANDER_OPTIONS);
  const points = coefficients("vander", x);
  const { columns = points.size, increasing = false } = options;
  checkCount("vander", "the columns", columns);
  const exponents = arange(columns, { dtype: "int32" });
  return power(expandDims(points, 1), increasing ? exponents : flip(exponents));
}

/**
 * The polynomial of a degree that is nearest to points by least squares.
 *
 * @param x Where the points are [m].
 * @param y Their values [m] or [m, k].
 * @returns Coefficients [degree + 1] or [degree + 1, k], that of the highest power first.
 * @throws {RangeError} If x is no vector, y has another number of points, or the degree is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { allClose, polyfit, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const line = polyfit(tensor([0, 1, 2]), tensor([1, 3, 5]), 1);
 * assertEquals(allClose(line, tensor([2, 1]), { absoluteTolerance: 1e-5 }).item(), 1);
 * ```
 */
export function polyfit(x: Tensor, y: Tensor, degree: number): Tensor {
  checkCount("polyfit", "the degree", degree);
  const [at, values] = promoted(
    "polyfit",
    floating("polyfit", coefficients("polyfit", x)),
    numbers("polyfit", y),
  );
  if (values.rank < 1 || values.rank > 2 || values.shape[0] !== at.size) {
    throw new RangeError(`polyfit expects a value for each of ${at.size} points but got ${describe(values)}`);
  }
  const powers = vander(at, { columns: degree + 1 });
  // Columns of one size, so that none of them counts as zero.
  const sizes = norm(powers, { axes: 0 });
  const { x: solution } = lstsq(divide(powers, sizes), values);
  return divide(solution, values.rank === 1 ? sizes : expandDims(sizes, 1));
}
