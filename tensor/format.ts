/**
 * Arrays as text: dtype, shape, and the elements in nested brackets and aligned columns.
 *
 * @module
 */

import { type DType, isFloating } from "./dtype.ts";
import { formatFloats } from "./format_floats.ts";

/** What {@linkcode formatTensor} prints. */
export interface FormatSource {
  /** The type of the elements. The elements of a `key` are not shown. */
  readonly dtype: DType;
  /** The size of each axis; empty for a scalar. */
  readonly shape: readonly number[];
  /** The elements in row-major order, or a function that reads the one at an index. Only those shown are read. */
  readonly data: ArrayLike<number> | ((index: number) => number);
}

/** Options of {@linkcode formatTensor}. */
export interface FormatOptions {
  /** How many elements to show at each end of an axis that is shortened. @default {3} */
  readonly edgeItems?: number;
  /** The most elements to show in full; `Infinity` shows all. @default {1000} */
  readonly threshold?: number;
  /** The most digits after the decimal point. @default {4} */
  readonly precision?: number;
}

const LINE_WIDTH = 100;

// What stands for the elements that are left out.
const GAP = "...";

/** Indices along each axis, with -1 where some are left out. */
type Shown = readonly (readonly number[])[];

/**
 * Prints dtype and shape, and then the elements: `float32[2, 3]` and rows in brackets, on the same line if there
 * is only one. All floats share one notation and as many digits as the longest needs, up to `precision`:
 * scientific if the largest is 1e8 or more, the smallest is below 1e-4, or they are a factor of 1000 apart and
 * not all whole. With more than `threshold` elements, the middle of long axes is left out, as in NumPy; if many
 * short axes remain, the outer ones show their first entry only. Lines have up to 100 characters.
 *
 * @param source The array.
 * @param options How much to show.
 * @returns One or more lines, without a line break at the end.
 * @throws {RangeError} If an option is not a whole number in its range.
 */
export function formatTensor(source: FormatSource, options: FormatOptions = {}): string {
  const { edgeItems = 3, threshold = 1000, precision = 4 } = options;
  checkOption("edgeItems", edgeItems, 1, Number.MAX_SAFE_INTEGER);
  if (threshold !== Infinity) checkOption("threshold", threshold, 0, Number.MAX_SAFE_INTEGER);
  checkOption("precision", precision, 0, 20);
  const { shape } = source;
  const size = shape.reduce((product, length) => product * length, 1);
  const head = `${source.dtype}[${shape.join(", ")}]`;
  if (size === 0) return `${head} []`;
  const shown = size > threshold ? shorten(shape, edgeItems) : shape.map(range);
  const cells = formatElements(source, flatIndices(shape, shown), precision);
  const width = cells.reduce((most, cell) => Math.max(most, cell.length), 0);
  let next = 0;
  const body = nest(shown, 0, () => cells[next++].padStart(width));
  const oneLine = !body.includes("\n") && head.length + 1 + body.length <= LINE_WIDTH;
  return `${head}${oneLine ? " " : "\n"}${body}`;
}

function checkOption(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `formatTensor expects ${name} to be an integer from ${least} to ${most} but got ${value}`,
  );
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}

function shorten(shape: readonly number[], edgeItems: number): Shown {
  const shown = shape.map((length) => {
    if (length <= 2 * edgeItems) return range(length);
    return [...range(edgeItems), -1, ...range(edgeItems).map((index) => length - edgeItems + index)];
  });
  const count = (): number => shown.reduce((product, { length }) => product * length, 1);
  for (let axis = 0; axis < shape.length - 2 && count() > 1000; axis++) {
    if (shape[axis] > 1) shown[axis] = [0, -1];
  }
  return shown;
}

function flatIndices(shape: readonly number[], shown: Shown): readonly number[] {
  return shown.reduce<readonly number[]>((outer, along, axis) => {
    const present = along.filter((index) => index >= 0);
    return outer.flatMap((base) => present.map((index) => base * shape[axis] + index));
  }, [0]);
}

function formatElements(
  { dtype, data }: FormatSource,
  indices: readonly number[],
  precision: number,
): string[] {
  if (dtype === "key") return indices.map(() => "<key>");
  const values = indices.map((index) => typeof data === "function" ? data(index) : data[index]);
  if (dtype === "bool") return values.map((value) => value === 0 ? "false" : "true");
  return isFloating(dtype) ? formatFloats(values, precision) : values.map(String);
}

// Cells are asked for in row-major order, as they were read.
function nest(shown: Shown, axis: number, cell: () => string): string {
  if (axis === shown.length) return cell();
  const items = shown[axis].map((index) => index < 0 ? GAP : nest(shown, axis + 1, cell));
  const indent = " ".repeat(axis + 1);
  if (axis < shown.length - 1) {
    // Matrices and what is above them are set apart by empty lines.
    return `[${items.join("," + "\n".repeat(shown.length - 1 - axis) + indent)}]`;
  }
  const lines: string[] = [];
  let line = "";
  for (const item of items) {
    // The closing brackets, or a comma, come after the last.
    const full = indent.length + line.length + 2 + item.length + shown.length > LINE_WIDTH;
    if (line !== "" && full) lines.push(`${line},`);
    line = line === "" || full ? item : `${line}, ${item}`;
  }
  return `[${[...lines, line].join("\n" + indent)}]`;
}
