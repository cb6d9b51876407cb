/**
 * Axes of operands that lie as one.
 *
 * @module
 */
import type { Operand } from "./machine.ts";
import type { Shape } from "./shape.ts";

/** Whether all elements of an operand are one and the same. */
export function isScalar(x: Operand): boolean {
  for (let i = 0; i < x.shape.length; i++) if (x.shape[i] !== 1 && x.strides[i] !== 0) return false;
  return true;
}

/** Axes of several operands merged where all of them allow it, and axes of extent 1 dropped. */
export function mergeAxes(
  shape: Shape,
  strides: readonly (readonly number[])[],
): { readonly shape: number[]; readonly strides: number[][] } {
  const extents: number[] = [];
  const merged: number[][] = strides.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === 1) continue;
    const last = extents.length - 1;
    const fits = last >= 0 &&
      strides.every((list, i) => merged[i][last] === list[axis] * shape[axis]);
    if (fits) {
      extents[last] *= shape[axis];
      strides.forEach((list, i) => merged[i][last] = list[axis]);
    } else {
      extents.push(shape[axis]);
      strides.forEach((list, i) => merged[i].push(list[axis]));
    }
  }
  return { shape: extents, strides: merged };
}

/** Axes with the strides of each operand along them. */
export interface MergedAxes {
  readonly shape: number[];
  readonly strides: number[][];
}

/**
 * Extents of some axes, in their order or another, and strides of several operands along them, merged where all of
 * them allow it.
 */
export function axesOf(
  shape: Shape,
  strides: readonly (readonly number[])[],
  choose: (axis: number) => boolean,
  order?: (a: number, b: number) => number,
): MergedAxes {
  const axes = shape.map((_, i) => i).filter(choose);
  if (order !== undefined) axes.sort(order);
  return mergeAxes(axes.map((i) => shape[i]), strides.map((list) => axes.map((i) => list[i])));
}

/** The order of axes as they lie in memory, the innermost last. */
export function byReach(strides: readonly (readonly number[])[]): (a: number, b: number) => number {
  const reach = (axis: number): number => Math.max(...strides.map((list) => Math.abs(list[axis])));
  return (a, b) => reach(b) - reach(a);
}

/** Those of some axes that lie innermost and have `count` elements together. */
export function innermost(
  shape: Shape,
  strides: readonly (readonly number[])[],
  axes: readonly number[],
  count: number,
): readonly number[] {
  const order = [...axes].sort(byReach(strides));
  let [at, size] = [order.length, 1];
  while (at > 0 && size < count) size *= shape[order[--at]];
  return order.slice(at);
}

/** Whether neighbouring outputs are of neighbours in memory. */
export function isBeside({ strides }: MergedAxes): boolean {
  return strides.some((list) => list.at(-1) === 1);
}
