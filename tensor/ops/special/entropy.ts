/**
 * Entropies of single probabilities, and the power transform of Box and Cox.
 *
 * @module
 */
import type { Tensor, TensorLike } from "../../tensor.ts";
import { add, divide, multiply, negative, subtract } from "../arithmetic.ts";
import { equal, greater, greaterEqual, less, logicalAnd } from "../comparison.ts";
import { floating, promotedFloats, together } from "../convert.ts";
import { expm1, log, log1p } from "../exponential.ts";
import { xLogY } from "../logarithm.ts";
import { where } from "../selection.ts";

/**
 * The entropy `-x log(x)` of probabilities, elementwise; 0 at 0 and -infinity below.
 *
 * @example
 * ```ts
 * import { entr, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(entr(tensor([0, 1, -1])).toArray(), [0, 0, -Infinity]);
 * ```
 */
export function entr(x: TensorLike): Tensor {
  const tensor = floating("entr", x);
  const outside = less(tensor, 0);
  const safe = where(outside, 1, tensor);
  return where(outside, -Infinity, negative(xLogY(safe, safe)));
}

/**
 * The relative entropy `p log(p / q)` of probabilities, elementwise with broadcasting; 0 where p is 0 and q not negative,
 * infinite elsewhere outside of the positive numbers.
 *
 * @example
 * ```ts
 * import { relEntr } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(relEntr(1, 0.5).item(), Math.fround(Math.LN2));
 * ```
 */
export function relEntr(p: TensorLike, q: TensorLike): Tensor {
  const [a, b] = together("relEntr", promotedFloats("relEntr", p, q));
  const both = logicalAnd(greater(a, 0), greater(b, 0));
  const [safeA, safeB] = [where(both, a, 1), where(both, b, 1)];
  const none = logicalAnd(equal(a, 0), greaterEqual(b, 0));
  return where(both, subtract(xLogY(safeA, safeA), xLogY(safeA, safeB)), where(none, 0, Infinity));
}

/**
 * `p log(p / q) - p + q`, elementwise with broadcasting: the Kullback-Leibler divergence of measures that need not sum
 * to 1, as `jax.scipy.special.kl_div`.
 *
 * @example
 * ```ts
 * import { klDiv } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(klDiv(2, 2).item(), 0);
 * ```
 */
export function klDiv(p: TensorLike, q: TensorLike): Tensor {
  const [a, b] = together("klDiv", promotedFloats("klDiv", p, q));
  return add(subtract(relEntr(a, b), a), b);
}

function transformed(logarithm: Tensor, lambda: Tensor): Tensor {
  const atZero = equal(lambda, 0);
  const safe = where(atZero, 1, lambda);
  return where(atZero, logarithm, divide(expm1(multiply(safe, logarithm)), safe));
}

/**
 * The power transform `(x^lambda - 1) / lambda`, elementwise with broadcasting; `log(x)` where lambda is 0 (Box and Cox,
 * 1964).
 *
 * @example
 * ```ts
 * import { boxcox } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(boxcox(1, 2).item(), 0);
 * ```
 */
export function boxcox(x: TensorLike, lambda: TensorLike): Tensor {
  const [a, b] = together("boxcox", promotedFloats("boxcox", x, lambda));
  return transformed(log(a), b);
}

/**
 * The power transform of `1 + x`, elementwise with broadcasting, exact where x is small.
 *
 * @example
 * ```ts
 * import { boxcox1p } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(boxcox1p(0, 2).item(), 0);
 * ```
 */
export function boxcox1p(x: TensorLike, lambda: TensorLike): Tensor {
  const [a, b] = together("boxcox1p", promotedFloats("boxcox1p", x, lambda));
  return transformed(log1p(a), b);
}
