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
