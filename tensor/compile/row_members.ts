/**
 * Which works can be parts of a loop over given rows.
 *
 * @module
 */
import { vectorMode } from "../kernel_choice.ts";
import type { Entry, Tape } from "../primitive.ts";
import { equalShapes, type Shape, sizeOf } from "../shape.ts";
import { inputsOf, outputsOf, type Work } from "./fuse/work.ts";
import { extentOf, type Rows } from "./row_extent.ts";
import { FEW, isApart } from "./row_works.ts";

/**
 * Elements of a row, and of what lies between the elements of a row, up to which a reduction has loops of its own that a
 * loop over rows does not come near to, where there are more than `FEW` in all.
 */
const OWN = [64, 15] as const;

/** Whether a work, which has to read the rows `own` whole or none, is one on the rows. */
export function fitsRows(work: Work, own: Rows | null, rows: Rows, tape: Tape): boolean {
  const shapeOf = (slot: number): Shape => tape.slots[slot].shape;
  const dtypes = [...inputsOf(work), ...outputsOf(work)].map((slot) => tape.slots[slot].dtype);
  if (dtypes.some(isApart)) return false;
  if (own !== null) return equalShapes(own.shape, rows.shape) && equalShapes(own.axes, rows.axes);
  if (work.kind === "loop") {
    return work.base === null && work.totals.length === 0 &&
      extentOf(rows, shapeOf(work.outputs[0])) !== null;
  }
  if (work.kind === "reduction") return false;
  const { name } = work.entry.primitive;
  if (name !== "reshape" && name !== "broadcastTo" && name !== "stopGradient") return false;
  const [from, to] = [work.entry.inputs[0], work.entry.outputs[0]].map((slot) =>
    extentOf(rows, shapeOf(slot))
  );
  if (name === "broadcastTo") return from === "single" && to !== null && keepsAxes(work.entry, tape);
  return from === "single" && to === "single";
}

/** Whether a broadcast puts no axes before those that there are. */
function keepsAxes({ inputs: [from], outputs: [to] }: Entry, tape: Tape): boolean {
  return tape.slots[from].shape.length === tape.slots[to].shape.length;
}

/**
 * Whether a work reads what others of its group make, of which `isMade` tells, element by element, and not broadcast over
 * other axes.
 */
export function readsInPlace(
  work: Work,
  isMade: (slot: number) => boolean,
  { shape, axes }: Rows,
  tape: Tape,
): boolean {
  if (work.kind === "entry" && work.entry.primitive.name === "reshape") return true;
  const own = work.kind === "loop" ? tape.slots[work.outputs[0]].shape : shape;
  const ones = shape.map((extent, axis) => axes.includes(axis) ? 1 : extent);
  return inputsOf(work).every((slot) => {
    if (!isMade(slot)) return true;
    const from = tape.slots[slot].shape;
    const same = work.kind === "entry" && work.entry.primitive.name === "stopGradient";
    return same || equalShapes(from, own) || (equalShapes(own, shape) && equalShapes(from, ones));
  });
}

/**
 * Whether works, of which `reading` have to read the rows whole, are a reduction and what is done with its results alone,
 * and the reduction is faster by itself.
 */
export function areBetterApart(works: readonly Work[], reading: number, rows: Rows, tape: Tape): boolean {
  const { shape, axes } = rows;
  const last = axes[axes.length - 1];
  const along = last === shape.length - 1;
  const size = sizeOf(along ? shape.slice(axes[0]) : shape.slice(last + 1));
  if (vectorMode() === null || size > OWN[along ? 0 : 1] || sizeOf(shape) <= FEW) return false;
  return reading === 1 &&
    works.every((work) =>
      outputsOf(work).every((slot) => extentOf(rows, tape.slots[slot].shape) === "single")
    );
}
