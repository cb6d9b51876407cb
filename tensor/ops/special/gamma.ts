/**
 * The gamma function and what is made of it.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import type { Primitive } from "../../primitive.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { add, divide, multiply, subtract } from "../arithmetic.ts";
import { cast } from "../cast.ts";
import { equal, isNaN, less, logicalAnd, logicalOr, notEqual } from "../comparison.ts";
import { floating, promotedFloats, together } from "../convert.ts";
import { remainder } from "../division.ts";
import { exp } from "../exponential.ts";
import { signBit } from "../float_parts.ts";
import { digamma, lgamma } from "../gamma.ts";
import { floor } from "../rounding.ts";
import { where } from "../selection.ts";
import { betaln } from "./beta.ts";
import { defineSpecial } from "./define_special.ts";

const NONE = {};

const gammaPrimitive: Primitive = defineSpecial("gammaFunction", [
  (g, [x], y) => multiply(g, multiply(y, digamma(x))),
]);

/**
 * The gamma function, elementwise: `(x - 1)!` at whole numbers; NaN at the negative ones, infinite at 0.
 *
 * @example
 * ```ts
 * import { gamma } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(gamma(5).item(), 24);
 * ```
 */
export function gamma(x: TensorLike): Tensor {
  return apply(gammaPrimitive, [floating("gamma", x)], NONE);
}

/**
 * The sign of the gamma function, elementwise: 1 or -1, and NaN at the negative whole numbers; that of a zero at 0.
 *
 * @example
 * ```ts
 * import { gammasgn, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(gammasgn(tensor([2, -0.5, -1.5])).toArray(), [1, -1, 1]);
 * ```
 */
export function gammasgn(x: TensorLike): Tensor {
  const tensor = floating("gammasgn", x);
  const below = floor(tensor);
  const negative = less(tensor, 0);
  const nowhere = logicalOr(logicalAnd(negative, equal(tensor, below)), isNaN(tensor));
  const odd = logicalAnd(negative, notEqual(remainder(below, 2), 0));
  const minus = logicalOr(odd, logicalAnd(equal(tensor, 0), signBit(tensor)));
  return cast(where(nowhere, NaN, where(minus, -1, 1)), tensor.dtype);
}

/**
 * `n! = gamma(n + 1)`, elementwise; 0 for negative n.
 *
 * @example
 * ```ts
 * import { factorial } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(factorial(5).item(), 120);
 * ```
 */
export function factorial(n: TensorLike): Tensor {
  const tensor = floating("factorial", n);
  const negative = less(tensor, 0);
  return where(negative, 0, gamma(add(where(negative, 0, tensor), 1)));
}

/** Options of `comb`. */
export interface CombOptions {
  /** Whether an element may be chosen more than once; false by default. */
  readonly repetition?: boolean;
}

const COMB_OPTIONS = { repetition: true } as const;

/**
 * The number of ways to choose k out of n, elementwise with broadcasting; 0 where k is negative or above n.
 *
 * @example
 * ```ts
 * import { comb } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * assertAlmostEquals(comb(5, 2).item(), 10, 1e-5);
 * assertAlmostEquals(comb(5, 2, { repetition: true }).item(), 15, 1e-5);
 * ```
 */
export function comb(n: TensorLike, k: TensorLike, options: CombOptions = NO_OPTIONS): Tensor {
  checkOptionNames("comb", options, COMB_OPTIONS);
  const [all, chosen] = together("comb", promotedFloats("comb", n, k));
  if (options.repetition === true) {
    const none = logicalAnd(equal(chosen, 0), logicalOr(less(0, all), equal(all, 0)));
    return where(none, 1, comb(subtract(add(all, chosen), 1), chosen));
  }
  const outside = logicalOr(less(all, chosen), logicalOr(less(all, 0), less(chosen, 0)));
  const [safeAll, safeChosen] = [where(outside, 0, all), where(outside, 0, chosen)];
  const rest = add(subtract(safeAll, safeChosen), 1);
  const ways = divide(exp(multiply(betaln(rest, add(safeChosen, 1)), -1)), add(safeAll, 1));
  return where(outside, 0, ways);
}

/**
 * The rising factorial `z (z + 1) ... (z + m - 1) = gamma(z + m) / gamma(z)`, elementwise with broadcasting.
 *
 * @example
 * ```ts
 * import { poch } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(poch(3, 2).item(), 12);
 * ```
 */
export function poch(z: TensorLike, m: TensorLike): Tensor {
  const [from, count] = together("poch", promotedFloats("poch", z, m));
  return where(equal(count, 0), 1, divide(gamma(add(from, count)), gamma(from)));
}

/**
 * The logarithm of the multivariate gamma function of dimension d, elementwise: `d (d - 1) log(pi) / 4` and the sum of
 * `lgamma(a - i / 2)` for i from 0 to d - 1.
 *
 * @throws {RangeError} If the dimension is not a positive integer.
 *
 * @example
 * ```ts
 * import { lgamma, multigammaln } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(multigammaln(3, 1).item(), lgamma(3).item());
 * ```
 */
export function multigammaln(a: TensorLike, d: number): Tensor {
  if (!Number.isInteger(d) || d < 1) {
    throw new RangeError(`multigammaln expects a positive integer dimension but got ${String(d)}`);
  }
  const tensor = floating("multigammaln", a);
  let sum = lgamma(tensor);
  for (let i = 1; i < d; i++) sum = add(sum, lgamma(subtract(tensor, i / 2)));
  return add(sum, (d * (d - 1) * Math.log(Math.PI)) / 4);
}
