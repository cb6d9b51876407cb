/**
 * Operands of random shapes for the entries of primitives.
 *
 * @module
 */
import { isFloating } from "../../../tensor/dtype.ts";
import * as t from "../../../tensor/mod.ts";
import type { Shape, Tensor } from "../../../tensor/mod.ts";
import { numbers } from "./entry.ts";

/** An operand of a random shape whose elements are in the range of the entry's. */
function operandLike(small: Tensor, shape: Shape, start: number): Tensor {
  if (small.dtype === "key") return t.random.key(start);
  const data = [...small.data()];
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (isFloating(small.dtype)) {
    const drawn = numbers([start + size], Math.min(...data), Math.max(...data), small.dtype);
    return t.tensor(drawn.data().slice(start), { shape, dtype: small.dtype });
  }
  const list = Array.from({ length: size }, (_, i) => data[(start + i) % data.length]);
  return t.tensor(list, { shape, dtype: small.dtype });
}

/** Matrices with more on their diagonal, far from singular. */
function wellConditioned(x: Tensor): Tensor {
  const [rows, columns] = x.shape.slice(-2);
  return t.add(x, t.multiply(t.eye(rows, { columns, dtype: x.dtype }), 5));
}

/** Operands like an entry's of other shapes, from a place among the numbers; `matrices` far from singular. */
export function operandsFor(
  small: readonly Tensor[],
  shapes: readonly Shape[],
  start: number,
  matrices: boolean,
): readonly Tensor[] {
  return small.map((one, i) => {
    const drawn = operandLike(one, shapes[i], start + 7 * i);
    return matrices ? wellConditioned(drawn) : drawn;
  });
}
