/**
 * Adding numbers that are known by their logarithms.
 *
 * @module
 */
import { abs, add, exp, log1p, maximum, negative, subtract, type Tensor } from "../../tensor/mod.ts";

/** `log(e^a + e^b)` of finite numbers, elementwise with broadcasting. */
export function logAddExp(a: Tensor, b: Tensor): Tensor {
  return add(maximum(a, b), log1p(exp(negative(abs(subtract(a, b))))));
}
