/**
 * Reductions of windows over all axes.
 *
 * @module
 */
import { checkOptionNames } from "../../check_option_names.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { takeAlongAxis } from "../along_axis.ts";
import { argmax, argmin } from "../arg_reduce.ts";
import { sum } from "../reduce.ts";
import { expandDims, reshape, squeeze } from "../reshape.ts";
import type { AxisPadding, PerAxis } from "./axes.ts";
import { slidingWindows } from "./sliding_windows.ts";

/** Options of `reduceWindow`. */
export interface ReduceWindowOptions {
  /** What becomes of the elements of a window. */
  readonly operation: "max" | "min" | "sum";
  /** Extents of the window over all axes. */
  readonly window: readonly number[];
  /** Steps of the window; 1 by default. */
  readonly strides?: PerAxis;
  /** Padding of all axes; "valid" (none) by default. It holds what changes nothing. */
  readonly padding?: AxisPadding;
  /** Steps between the taps of the window; 1 by default. */
  readonly dilation?: PerAxis;
}

const REDUCE_WINDOW_OPTIONS = {
  operation: true,
  window: true,
  strides: true,
  padding: true,
  dilation: true,
} as const;

/**
 * The greatest, the least or the sum of each window over all axes, as `jax.lax.reduce_window`.
 *
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { reduceWindow, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(reduceWindow(tensor([1, 2, 3]), { operation: "sum", window: [2] }).toArray(), [3, 5]);
 * ```
 */
export function reduceWindow(x: Tensor, options: ReduceWindowOptions): Tensor {
  checkOptionNames("reduceWindow", options, REDUCE_WINDOW_OPTIONS);
  const { operation, window, ...rest } = options;
  if (operation !== "max" && operation !== "min" && operation !== "sum") {
    throw new RangeError(`reduceWindow expects operation "max", "min" or "sum" but got ${String(operation)}`);
  }
  if (!Array.isArray(window) || window.length !== x.rank) {
    throw new RangeError(
      `reduceWindow expects a window extent for each axis but got ${JSON.stringify(window)} for ${
        describe(x)
      }`,
    );
  }
  const value = operation === "sum" ? 0 : operation === "max" ? -Infinity : Infinity;
  const windows = slidingWindows(x, { window, value, ...rest });
  const flat = reshape(windows, [...windows.shape.slice(0, x.rank), -1]);
  if (operation === "sum") return sum(flat, { axes: -1 });
  const at = expandDims((operation === "max" ? argmax : argmin)(flat, { axis: -1 }), -1);
  return squeeze(takeAlongAxis(flat, at, -1), -1);
}
