/**
 * Indices in brackets, as NumPy has them: positions, ranges, new axes and tensors.
 *
 * @module
 */
import { broadcastShapes, contiguousStrides, formatShape, type Shape } from "../shape.ts";
import { describe, type SliceRange, Tensor } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { fromStart, type IndexMode, indicesOf, placed } from "./index_mode.ts";
import { nonzero } from "./nonzero.ts";
import { sequence, spread, strided } from "./positions.ts";
import { resolveRange } from "./slice.ts";

/**
 * One part of an index: a position, whose axis disappears; a range `[start, stop, step]`; `null` for a whole axis;
 * "..." for as many whole axes as are left; "new" for a new axis of extent 1; a tensor of integers, the positions along
 * an axis; or a tensor of bools, which chooses along as many axes as it has.
 */
export type IndexItem = number | SliceRange | "..." | "new" | Tensor;

/** One part of an index, or a list of them, axis by axis. */
export type IndexExpression = IndexItem | readonly IndexItem[];

/** A part that is resolved: a range of an axis with its start, step and count; positions along one; or a new axis. */
export type Resolved =
  | { readonly kind: "range"; readonly axis: number; readonly range: readonly [number, number, number] }
  | { readonly kind: "indices"; readonly axis: number; readonly indices: Tensor }
  | { readonly kind: "new" };

/** The items of an index: an array that starts like a range but is no list of items does not exist. */
function itemsOf(index: IndexExpression): readonly IndexItem[] {
  return Array.isArray(index) ? index as readonly IndexItem[] : [index as IndexItem];
}

function axesTaken(item: IndexItem): number {
  if (item === "new" || item === "...") return 0;
  return item instanceof Tensor && item.dtype === "bool" ? item.rank : 1;
}

/**
 * The parts of an index for a shape, with positions as ranges of one element where nothing else needs them as tensors.
 * `squeezed` holds the axes that disappear.
 */
export function resolveIndex(
  operation: string,
  shape: Shape,
  index: IndexExpression,
  mode: IndexMode,
): { readonly parts: readonly Resolved[]; readonly squeezed: readonly number[] } {
  const items = itemsOf(index);
  const taken = items.reduce<number>((sum, item) => sum + axesTaken(item), 0);
  if (taken > shape.length) {
    throw new RangeError(
      `${operation} expects at most ${shape.length} indices for ${formatShape(shape)} but got ${taken}`,
    );
  }
  if (items.filter((item) => item === "...").length > 1) {
    throw new RangeError(`${operation} expects at most one "..." but got more`);
  }
  const full = items.includes("...") ? items : [...items, "..." as const];
  const outside = full.some((item) => item instanceof Tensor) || reachesOut(full, shape, taken, mode);
  const parts: Resolved[] = [];
  const squeezed: number[] = [];
  let axis = 0;
  for (const item of full) {
    if (item === "new") parts.push({ kind: "new" });
    else if (item === "...") {
      for (let i = taken; i < shape.length; i++, axis++) {
        parts.push({ kind: "range", axis, range: [0, 1, shape[axis]] });
      }
    } else if (item instanceof Tensor && item.dtype === "bool") {
      const extents = shape.slice(axis, axis + item.rank);
      if (item.shape.some((extent, i) => extent !== extents[i])) {
        throw new RangeError(
          `${operation} expects a mask of the shape ${formatShape(extents)} but got ${describe(item)}`,
        );
      }
      for (const indices of nonzero(item)) parts.push({ kind: "indices", axis: axis++, indices });
    } else if (item instanceof Tensor) {
      parts.push({ kind: "indices", axis: axis++, indices: indicesOf(operation, item) });
    } else if (typeof item === "number") {
      if (!Number.isInteger(item)) {
        throw new TypeError(`${operation} expects integer positions but got ${item}`);
      }
      if (outside) parts.push({ kind: "indices", axis, indices: indicesOf(operation, item) });
      else {
        const at = item < 0 ? item + shape[axis] : item;
        if (at < 0 || at >= shape[axis]) {
          throw new RangeError(
            `${operation} expects an index within an axis of extent ${shape[axis]} but got ${item}`,
          );
        }
        parts.push({ kind: "range", axis, range: [at, 1, 1] });
        squeezed.push(axis);
      }
      axis++;
    } else {
      if (item !== null && !Array.isArray(item)) {
        throw new TypeError(
          `${operation} expects numbers, ranges, null, "...", "new" or tensors as indices but got ${
            String(item)
          }`,
        );
      }
      parts.push({ kind: "range", axis, range: resolveRange(operation, item, shape[axis]) });
      axis++;
    }
  }
  return { parts, squeezed };
}

/** Whether a position is outside of its axis where that is no error. */
function reachesOut(items: readonly IndexItem[], shape: Shape, taken: number, mode: IndexMode): boolean {
  if (mode === "error") return false;
  let axis = 0;
  for (const item of items) {
    if (typeof item === "number" && (item < -shape[axis] || item >= shape[axis])) return true;
    axis += item === "..." ? shape.length - taken : axesTaken(item);
  }
  return false;
}

/** Where the axes of the result come from: the place of those that the tensors share, and that of each part. */
export interface ResultAxes {
  /** The shape that the tensors broadcast to. */
  readonly shared: Shape;
  /** The axis of the result where they start. */
  readonly start: number;
  /** The axis of the result for each part; that of the first shared axis for tensors. */
  readonly axes: readonly number[];
  /** The number of axes of the result. */
  readonly rank: number;
}

/** Tensors side by side leave their axes in their place; apart from each other they come first. */
export function resultAxes(operation: string, parts: readonly Resolved[]): ResultAxes {
  const tensors = parts.flatMap((part) => part.kind === "indices" ? [part.indices.shape] : []);
  const shared = tensors.length === 0 ? [] : broadcastShapes(operation, ...tensors);
  const first = parts.findIndex((part) => part.kind === "indices");
  const last = parts.findLastIndex((part) => part.kind === "indices");
  const together = last - first + 1 === tensors.length;
  const start = tensors.length === 0 || !together ? 0 : first;
  let next = together ? 0 : shared.length;
  const axes = parts.map((part, i) => {
    if (part.kind !== "indices") return next++;
    if (together && i === first) next += shared.length;
    return start;
  });
  return { shared, start, axes, rank: shared.length + parts.length - tensors.length };
}

/** The position in the flattened tensor of each element of the result, before axes disappear; outside is negative. */
export function positionsOf(
  operation: string,
  shape: Shape,
  parts: readonly Resolved[],
  mode: IndexMode,
): Tensor {
  const { shared, start, axes, rank } = resultAxes(operation, parts);
  const strides = contiguousStrides(shape);
  const size = shape.reduce((product, extent) => product * extent, 1);
  const sums = parts.map((part, i): Tensor => {
    if (part.kind === "new") return sequence(1, 0, 0, rank, axes[i]);
    const stride = strides[part.axis];
    if (part.kind === "range") {
      const [from, step, count] = part.range;
      return sequence(count, from * stride, step * stride, rank, axes[i]);
    }
    const extent = shape[part.axis];
    const found = fromStart(placed(operation, part.indices, extent, mode), extent);
    const along = found.shape.map((_, j) => start + shared.length - found.rank + j);
    return spread(strided(found, extent, stride, size), along, rank);
  });
  return sums.length === 0 ? sequence(1, 0, 0, 0, 0) : sums.reduce((sum, part) => add(sum, part));
}
