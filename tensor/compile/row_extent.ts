/**
 * How elements of shapes belong to rows.
 *
 * @module
 */
import type { Operand } from "../machine.ts";
import { broadcastStrides, equalShapes, type Shape } from "../shape.ts";

/** Rows of a shape along some of its axes, which follow each other. */
export interface Rows {
  /** The shape. */
  readonly shape: Shape;
  /** The axes that rows run along. */
  readonly axes: readonly number[];
}

/** How an entry's or a loop's elements belong to rows: one for each element, or one for each row. */
export type Extent = "whole" | "single";

/** How elements of a shape belong to rows; null where they do not. */
export function extentOf({ shape, axes }: Rows, of: Shape): Extent | null {
  if (equalShapes(of, shape)) return "whole";
  const others = shape.filter((_, axis) => !axes.includes(axis));
  const ones = shape.map((extent, axis) => axes.includes(axis) ? 1 : extent);
  return equalShapes(of, others) || equalShapes(of, ones) ? "single" : null;
}

/** An operand that broadcasts to `shape`, which is that of rows or of one element of each, over the shape of the rows. */
export function overRows(x: Operand, shape: Shape, rows: Rows): Operand {
  const own = broadcastStrides(x.shape, x.strides, shape);
  if (equalShapes(shape, rows.shape)) return { ...x, shape: rows.shape, strides: own };
  const all = shape.length === rows.shape.length;
  let next = 0;
  const strides = rows.shape.map((_, axis) => {
    if (rows.axes.includes(axis)) {
      if (all) next++;
      return 0;
    }
    return own[next++];
  });
  return { ...x, shape: rows.shape, strides };
}
