/**
 * Nested arrays of the elements of a tensor.
 *
 * @module
 */
import { type Shape, sizeOf } from "./shape.ts";

/** Numbers nested to the depth of the rank. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[];

/** Elements, row-major, as arrays nested to the depth of the rank; what is not 0 as `true` on request. */
export function nest(data: ArrayLike<number>, shape: Shape, booleans: boolean): NestedNumbers {
  if (shape.length === 0) return booleans ? data[0] !== 0 : data[0];
  return build(data, shape, booleans, 0, 0);
}

function build(
  data: ArrayLike<number>,
  shape: Shape,
  booleans: boolean,
  axis: number,
  start: number,
): NestedNumbers {
  const extent = shape[axis];
  if (axis < shape.length - 1) {
    const step = sizeOf(shape.slice(axis + 1));
    return Array.from({ length: extent }, (_, i) => build(data, shape, booleans, axis + 1, start + i * step));
  }
  return booleans ? truths(data, start, extent) : numbers(data, start, extent);
}

function truths(data: ArrayLike<number>, start: number, count: number): boolean[] {
  return Array.from({ length: count }, (_, i) => data[start + i] !== 0);
}

/** Filled by index, which is many times quicker than mapping what is iterated. */
function numbers(data: ArrayLike<number>, start: number, count: number): number[] {
  const row = new Array<number>(count);
  for (let i = 0; i < count; i++) row[i] = data[start + i];
  return row;
}
