/**
 * Plain arrays that are moved, reduced and multiplied by loops over all their positions.
 *
 * @module
 */
import { build, elementAt, mapAll, type Plain, positionsOf } from "../../ops/reference.ts";

/** The place of a position among the elements of a shape. */
export const offsetOf = (shape: readonly number[], position: readonly number[]): number =>
  position.reduce((at, index, i) => at * shape[i] + index, 0);

/** The sum of the elements over the axes that broadcasting has given a shape. */
export function sumTo(x: Plain, shape: readonly number[]): Plain {
  const data = new Array<number>(shape.reduce((product, extent) => product * extent, 1)).fill(0);
  const lead = x.shape.length - shape.length;
  positionsOf(x.shape).forEach((position, i) => {
    data[offsetOf(shape, shape.map((extent, axis) => extent === 1 ? 0 : position[lead + axis]))] += x.data[i];
  });
  return { shape, data };
}

/** The elements at given indices along each axis; null stands for all of them. */
export function pick(x: Plain, indices: readonly (readonly number[] | null)[]): Plain {
  const lists = x.shape.map((extent, i) => indices[i] ?? Array.from({ length: extent }, (_, j) => j));
  return build(
    lists.map((list) => list.length),
    (position) => elementAt(x, position.map((j, i) => lists[i][j])),
  );
}

/** The axes in another order. */
export function transposed(x: Plain, order: readonly number[]): Plain {
  return build(order.map((axis) => x.shape[axis]), (position) => {
    const at = new Array<number>(order.length);
    order.forEach((axis, i) => at[axis] = position[i]);
    return elementAt(x, at);
  });
}

/** `f` of the lines along an axis, each of which it gives a line for. */
export function alongAxis(x: Plain, axis: number, f: (line: readonly number[]) => readonly number[]): Plain {
  const extent = x.shape[axis];
  return build(x.shape, (position) => {
    const line = Array.from(
      { length: extent },
      (_, j) => elementAt(x, position.map((p, i) => i === axis ? j : p)),
    );
    return f(line)[position[axis]];
  });
}

/** A line that each element adds to, from the start or from the end. */
export function running(
  line: readonly number[],
  f: (before: number, x: number) => number,
  reverse = false,
): readonly number[] {
  const ordered = reverse ? line.toReversed() : line;
  const made: number[] = [];
  for (const x of ordered) made.push(made.length === 0 ? x : f(made[made.length - 1], x));
  return reverse ? made.toReversed() : made;
}

/** The product of matrices, the first of which may be a batch. */
export function matmul(x: Plain, y: Plain): Plain {
  const [rows, inner] = x.shape.slice(-2);
  const columns = y.shape[y.shape.length - 1];
  return build([...x.shape.slice(0, -2), rows, columns], (position) => {
    const [i, j] = position.slice(-2);
    let total = 0;
    for (let k = 0; k < inner; k++) {
      total += elementAt(x, [...position.slice(0, -2), i, k]) *
        elementAt(y, [...position.slice(0, -2), k, j]);
    }
    return total;
  });
}

/** Elements with new ones at the places that come up, one after the other. */
export function scattered(x: Plain, f: (data: number[]) => void): Plain {
  const data = [...x.data];
  f(data);
  return { shape: x.shape, data };
}

export const scaled = (x: Plain, factor: number): Plain => mapAll((a) => a * factor, x);
