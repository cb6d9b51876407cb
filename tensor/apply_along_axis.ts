/**
 * Functions of lines, applied along an axis.
 *
 * @module
 */
import { moveAxis } from "./ops/axes.ts";
import { reshape } from "./ops/reshape.ts";
import { normalizeAxis, sizeOf } from "./shape.ts";
import { checkTensor } from "./check_tensor.ts";
import type { Tensor } from "./tensor.ts";
import { vmap } from "./vmap.ts";

/**
 * A function of vectors applied to each line along an axis; the axes of its result stand in the place of the axis, as
 * `jnp.apply_along_axis`.
 *
 * @throws {RangeError} If there is no such axis.
 *
 * @example
 * ```ts
 * import { applyAlongAxis, sum, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(applyAlongAxis((line) => sum(line), tensor([[1, 2], [3, 4]]), 0).toArray(), [4, 6]);
 * ```
 */
export function applyAlongAxis(f: (line: Tensor) => Tensor, x: Tensor, axis: number): Tensor {
  checkTensor("applyAlongAxis", x);
  if (typeof f !== "function") throw new TypeError(`applyAlongAxis expects a function but got ${typeof f}`);
  const at = normalizeAxis("applyAlongAxis", axis, x.rank);
  const rest = x.shape.toSpliced(at, 1);
  const lines = reshape(moveAxis(x, at, -1), [sizeOf(rest), x.shape[at]]);
  const results = vmap(f)(lines);
  const made = results.shape.slice(1);
  const whole = reshape(results, [...rest, ...made]);
  const axes = made.map((_, i) => i);
  return moveAxis(whole, axes.map((i) => rest.length + i), axes.map((i) => at + i));
}
