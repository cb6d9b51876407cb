/**
 * Gradients that are made larger or smaller on their way back.
 *
 * @module
 */

import { add, multiply, stopGradient, subtract } from "../tensor/mod.ts";
import { tensorsOf } from "./tensors_of.ts";
import { mapLeaves } from "./leaves.ts";

/**
 * The same finite values, whose gradients are multiplied by `scale`, as `optax.scale_gradient`: between two parts of a
 * model, one of which is to learn more slowly.
 *
 * @throws {RangeError} If `scale` is not finite.
 *
 * @example
 * ```ts
 * import { grad, square, tensor, type Tensor } from "@weft/weft";
 * import { scaleGradient } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(grad((x: Tensor) => square(scaleGradient(x, 0.25)))(tensor(3)).item(), 1.5);
 * ```
 */
export function scaleGradient<T>(values: T, scale: number): T {
  if (!Number.isFinite(scale)) {
    throw new RangeError(`scaleGradient expects scale to be finite but got ${String(scale)}`);
  }
  tensorsOf("scaleGradient", values);
  return mapLeaves(values, (leaf) => {
    const fixed = stopGradient(leaf);
    return add(fixed, multiply(subtract(leaf, fixed), scale));
  });
}
