/**
 * Which works go along rows, and which rows they read whole.
 *
 * @module
 */
import { type DType, isHalf } from "../dtype.ts";
import { vectorMode } from "../kernel_choice.ts";
import { formatExpressions } from "../kernels/expression.ts";
import { primitiveOf, type Tape } from "../primitive.ts";
import { sizeOf } from "../shape.ts";
import { inputsOf, type LoopWork, outputsOf, type Work } from "./fuse/work.ts";
import type { Rows } from "./row_extent.ts";

/** Elements that rows are too short for where they are not turned: what each costs would show, unless there are few. */
const SHORT = 16;

/** Elements that are few. */
export const FEW: number = 1 << 14;

/** Elements from which rows that are fewer than threads may be would leave some without work. */
const LARGE = 1 << 16;
const LEAST_ROWS = 8;

/** Elements of a row from which a reduction alone is cut into chunks where rows are few. */
const CHUNK = 16384;
const MANY_ROWS = 64;

/** A loop on the elements of rows and then its totals by themselves, so that it can be joined. */
export function withoutTotals(work: LoopWork): readonly Work[] {
  const stored = new Map(
    work.totals.flatMap((total) => total.stored.map((one) => [one.slot, one.expression])),
  );
  const expressions = [...work.expressions, ...stored.values()];
  const outputs = [...work.outputs, ...stored.keys()];
  const loop: Work = { ...work, totals: [], expressions, outputs, name: formatExpressions(expressions) };
  return [...(outputs.length > 0 ? [loop] : []), ...work.totals.map(({ alone }) => alone)];
}

/** Whether vectors do not cover a type, so that what they cover is better off without it. */
export function isApart(dtype: DType): boolean {
  return dtype === "float64" || dtype === "key" || isHalf(dtype);
}

/** The rows that a work has to read whole; null where it reads none. */
export function rowsOf(work: Work, tape: Tape): Rows | null {
  let rows: Rows | null = null;
  if (work.kind === "reduction") {
    if (work.reduction !== "prod") rows = { shape: work.shape, axes: work.axes };
  } else if (work.kind === "entry") {
    const { entry } = work;
    const primitive = primitiveOf(entry);
    const { shape } = tape.slots[entry.inputs[0] ?? 0];
    const attributes = entry.attributes as { readonly axes: readonly number[]; readonly axis: number };
    if (primitive.rowStep !== undefined) rows = { shape, axes: [attributes.axis] };
    else if (primitive.reduction !== undefined && primitive.reduction !== "prod") {
      rows = { shape, axes: attributes.axes };
    }
  }
  if (rows === null) return null;
  const { shape, axes } = rows;
  const length = axes.reduce((size, axis) => size * shape[axis], 1);
  const count = sizeOf(shape) / length;
  const together = axes.length > 0 && axes.every((axis, i) => axis === axes[0] + i);
  if (!together || length < 2 || !(count >= 2)) return null;
  const along = axes.includes(shape.length - 1);
  if (along && length < SHORT && length * count > FEW && vectorMode() !== "relaxed") return null;
  if (length * count > LARGE && count < LEAST_ROWS) return null;
  if (length > CHUNK && count < MANY_ROWS) return null;
  const dtypes = [...inputsOf(work), ...outputsOf(work)].map((slot) => tape.slots[slot].dtype);
  return dtypes.some(isApart) ? null : rows;
}
