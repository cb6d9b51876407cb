/**
 * Second derivatives: Hessians, and their products with vectors.
 *
 * @module
 */
import { checkOptionNames } from "./check_option_names.ts";
import { grad } from "./grad.ts";
import { jacfwd, JACOBIAN_OPTIONS, type JacobianOptions } from "./jacobian.ts";
import { jvp } from "./jvp.ts";
import type { TreeFunction } from "./tape.ts";
import type { Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/**
 * The second derivatives of a scalar function: the forward-mode Jacobian of its gradient. For an argument of shape
 * `[...a]` it has shape `[...a, ...a]`; for trees it is a tree like the argument of trees like the argument.
 *
 * @example
 * ```ts
 * import { hessian, power, sum, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(hessian((x) => sum(power(x, 3)))(tensor([1, 2])).toArray(), [[6, 0], [0, 12]]);
 * ```
 */
export function hessian<A extends unknown[] = Tensor[], H = Tensor>(
  f: (...args: A) => Tensor,
  options: JacobianOptions = {},
): (...args: A) => H {
  checkOptionNames("hessian", options, JACOBIAN_OPTIONS);
  if (typeof f !== "function") throw new TypeError(`hessian expects a function but got ${tree.describe(f)}`);
  const gradient = grad(f as TreeFunction<Tensor>, options);
  return jacfwd<A, H>(gradient as unknown as (...args: A) => unknown, options);
}

/**
 * The product of the Hessian of a scalar function with a vector, forward over reverse, at the cost of a few gradients:
 * the derivative of the gradient by the first argument along `vector`.
 *
 * @param params The first argument of `f`, a tree.
 * @param vector A tree like it.
 * @param rest The other arguments.
 *
 * @example
 * ```ts
 * import { hvp, power, sum, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(hvp((x: Tensor) => sum(power(x, 3)), tensor([1, 2]), tensor([1, 1])).toArray(), [6, 12]);
 * ```
 */
export function hvp<P, Rest extends unknown[]>(
  f: (params: P, ...rest: Rest) => Tensor,
  params: P,
  vector: P,
  ...rest: Rest
): P {
  if (typeof f !== "function") throw new TypeError(`hvp expects a function but got ${tree.describe(f)}`);
  const gradient = grad(f);
  return jvp((x: P) => gradient(x, ...rest), [params], [vector]).tangent;
}
