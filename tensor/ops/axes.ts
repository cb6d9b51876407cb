/**
 * Moving axes.
 *
 * @module
 */
import { axesInOrder } from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import type { Tensor } from "../tensor.ts";
import { transpose } from "./transpose.ts";

/** The `count` axes from `from` on moved so that they start at `to`. */
export function movedAxes(x: Tensor, from: number, count: number, to: number): Tensor {
  const order = Array.from({ length: x.rank }, (_, i) => i);
  const moved = order.splice(from, count);
  order.splice(to, 0, ...moved);
  return transpose(x, order);
}

/**
 * Axes moved to other places, one or several, the rest in their order. A view.
 *
 * @throws {RangeError} If there is no such axis, an axis is moved twice, or there are not as many places as axes.
 *
 * @example
 * ```ts
 * import { moveAxis, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(moveAxis(ones([2, 3, 4]), 0, -1).shape, [3, 4, 2]);
 * assertEquals(moveAxis(ones([2, 3, 4]), [0, 1], [2, 0]).shape, [3, 4, 2]);
 * ```
 */
export function moveAxis(
  x: Tensor,
  from: number | readonly number[],
  to: number | readonly number[],
): Tensor {
  checkTensor("moveAxis", x);
  const [sources, targets] = [from, to].map((axes) => axesInOrder("moveAxis", axes, x.rank));
  if (sources.length !== targets.length) {
    throw new RangeError(
      `moveAxis expects as many places as axes but got ${sources.length} axes and ${targets.length} places`,
    );
  }
  if (new Set(sources).size !== sources.length || new Set(targets).size !== targets.length) {
    throw new RangeError(`moveAxis expects axes to be distinct but got ${sources} to ${targets}`);
  }
  const order = Array.from({ length: x.rank }, (_, i) => i).filter((axis) => !sources.includes(axis));
  const pairs = targets.map((target, i) => [target, sources[i]]).sort((a, b) => a[0] - b[0]);
  for (const [target, source] of pairs) order.splice(target, 0, source);
  return transpose(x, order);
}
