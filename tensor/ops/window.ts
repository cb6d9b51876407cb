/**
 * Options that sliding windows share: strides and padding of rows and columns.
 *
 * @module
 */

/** One number for rows and columns, or one for each. */
export type Pair = number | readonly [number, number];

/**
 * Padding of rows and columns: one number for all sides, one for each axis, `[before, after]` for each axis,
 * "valid" for none, or "same" so that the output has `ceil(extent / stride)` elements, the odd one after.
 */
export type Padding =
  | Pair
  | readonly [readonly [number, number], readonly [number, number]]
  | "valid"
  | "same";

/** A pair of integers of at least `least`. */
export function pairOf(
  operation: string,
  name: string,
  value: Pair,
  least: number,
): readonly [number, number] {
  const pair = typeof value === "number" ? [value, value] : value;
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new TypeError(
      `${operation} expects ${name} as a number or a pair but got ${JSON.stringify(value)}`,
    );
  }
  for (const one of pair) {
    if (!Number.isInteger(one) || one < least) {
      throw new RangeError(
        `${operation} expects ${name} of integers from ${least} on but got ${JSON.stringify(value)}`,
      );
    }
  }
  return [pair[0], pair[1]];
}

/** The zeros before and after rows and columns. `window` is the extent of a window with its dilation. */
export function paddingOf(
  operation: string,
  padding: Padding,
  extents: readonly [number, number],
  window: readonly [number, number],
  strides: readonly [number, number],
): readonly [readonly [number, number], readonly [number, number]] {
  if (padding === "valid") return [[0, 0], [0, 0]];
  if (padding === "same") {
    const sides = ([0, 1] as const).map((i): readonly [number, number] => {
      const count = Math.ceil(extents[i] / strides[i]);
      const total = Math.max(0, (count - 1) * strides[i] + window[i] - extents[i]);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    });
    return [sides[0], sides[1]];
  }
  if (typeof padding === "string") {
    throw new RangeError(
      `${operation} expects padding "valid", "same" or numbers but got "${String(padding)}"`,
    );
  }
  if (typeof padding === "number" || typeof padding[0] === "number") {
    const [rows, columns] = pairOf(operation, "padding", padding as Pair, 0);
    return [[rows, rows], [columns, columns]];
  }
  const sides = padding as readonly [readonly [number, number], readonly [number, number]];
  return [pairOf(operation, "padding", sides[0], 0), pairOf(operation, "padding", sides[1], 0)];
}
