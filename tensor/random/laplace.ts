/**
 * Numbers with heavy tails on both sides.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { abs, sign } from "../ops/sign.ts";
import { multiply, negative, subtract } from "../ops/arithmetic.ts";
import { log, log1p } from "../ops/exponential.ts";
import { tan } from "../ops/trigonometric.ts";
import { checkShape, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { checkKey } from "./key.ts";
import { FLOATING_OPTIONS, floatingDType, type FloatingOptions } from "./options.ts";
import { uniform } from "./uniform.ts";

/** The least positive normal number of a dtype. */
export function tiny(dtype: "float32" | "float64"): number {
  return dtype === "float32" ? 2 ** -126 : 2 ** -1022;
}

/**
 * Numbers with the density `exp(-|x|) / 2`, as `jax.random.laplace`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.laplace(random.key(0), [3]).shape, [3]);
 * ```
 */
export function laplace(key: Tensor, shape: Shape = [], options: FloatingOptions = NO_OPTIONS): Tensor {
  checkOptionNames("laplace", options, FLOATING_OPTIONS);
  checkKey("laplace", key);
  checkShape("laplace", shape);
  const epsilon = floatingDType("laplace", options) === "float32" ? 2 ** -24 : 2 ** -53;
  const u = uniform(key, shape, { ...options, min: -1 + epsilon, max: 1 });
  return multiply(sign(u), log1p(negative(abs(u))));
}

/**
 * Numbers whose distribution function is the sigmoid, `log u - log(1 - u)`, as `jax.random.logistic`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.logistic(random.key(0), [3]).shape, [3]);
 * ```
 */
export function logistic(key: Tensor, shape: Shape = [], options: FloatingOptions = NO_OPTIONS): Tensor {
  checkOptionNames("logistic", options, FLOATING_OPTIONS);
  checkKey("logistic", key);
  checkShape("logistic", shape);
  const u = uniform(key, shape, { ...options, min: tiny(floatingDType("logistic", options)), max: 1 });
  return subtract(log(u), log1p(negative(u)));
}

/**
 * Numbers with the density `1 / (pi (1 + x^2))`, `tan(pi (u - 1/2))`, as `jax.random.cauchy`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.cauchy(random.key(0), [3]).shape, [3]);
 * ```
 */
export function cauchy(key: Tensor, shape: Shape = [], options: FloatingOptions = NO_OPTIONS): Tensor {
  checkOptionNames("cauchy", options, FLOATING_OPTIONS);
  checkKey("cauchy", key);
  checkShape("cauchy", shape);
  const epsilon = floatingDType("cauchy", options) === "float32" ? 2 ** -23 : 2 ** -52;
  const u = uniform(key, shape, { ...options, min: epsilon, max: 1 });
  return tan(multiply(subtract(u, 0.5), Math.PI));
}
