/**
 * Axes in another order.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { defineView } from "./define_view.ts";
import type { Primitive } from "../primitive.ts";
import { formatShape, normalizeAxis } from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Axes in another order. */
export const transposePrimitive: Primitive<{ readonly axes: readonly number[] }> = defineView(
  "transpose",
  (shape, { axes }) => axes.map((axis) => shape[axis]),
  (x, shape, { axes }) => ({ shape, strides: axes.map((axis) => x.strides[axis]), offset: x.offset }),
  (g, _, { axes }) => transpose(g, inverse(axes)),
  {
    rule: ({ inputs, attributes: { axes }, apply }) =>
      apply(inputs, { axes: [0, ...axes.map((axis) => axis + 1)] }),
  },
);

function inverse(axes: readonly number[]): number[] {
  const result = new Array<number>(axes.length);
  axes.forEach((axis, i) => result[axis] = i);
  return result;
}

/**
 * The axes in another order, reversed by default. Always a view.
 *
 * @throws {RangeError} If `axes` is not a permutation of the tensor's axes.
 *
 * @example
 * ```ts
 * import { tensor, transpose } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(transpose(tensor([[1, 2], [3, 4]])).toArray(), [[1, 3], [2, 4]]);
 * ```
 */
export function transpose(x: Tensor, axes?: readonly number[]): Tensor {
  checkTensor("transpose", x);
  if (axes !== undefined && !Array.isArray(axes)) {
    throw new TypeError(`transpose expects axes as an array but got ${String(axes)}`);
  }
  const order = axes === undefined
    ? Array.from({ length: x.rank }, (_, i) => x.rank - 1 - i)
    : axes.map((axis) => normalizeAxis("transpose", axis, x.rank));
  if (order.length !== x.rank || new Set(order).size !== x.rank) {
    throw new RangeError(
      `transpose expects each of the ${x.rank} axes once but got ${formatShape(axes ?? order)}`,
    );
  }
  return order.every((axis, i) => axis === i) ? x : apply(transposePrimitive, [x], { axes: order });
}

/** Two axes exchanged. */
export function swapAxes(x: Tensor, a: number, b: number): Tensor {
  checkTensor("swapAxes", x);
  const order = Array.from({ length: x.rank }, (_, i) => i);
  const [from, to] = [normalizeAxis("swapAxes", a, x.rank), normalizeAxis("swapAxes", b, x.rank)];
  [order[from], order[to]] = [to, from];
  return transpose(x, order);
}
