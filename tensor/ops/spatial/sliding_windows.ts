/**
 * Windows that slide over the last axes.
 *
 * @module
 */
import { checkOptionNames } from "../../check_option_names.ts";
import { isInteger } from "../../dtype.ts";
import { checkTensor } from "../../check_tensor.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { pad } from "../pad.ts";
import { reshape } from "../reshape.ts";
import { slice } from "../slice.ts";
import { windowsOver } from "../windows_over.ts";
import { type AxisPadding, type PerAxis, perAxis, type Sides, sidesOf } from "./axes.ts";

/** Options of `slidingWindows`. */
export interface SlidingWindowsOptions {
  /** Extents of the window over the last axes, one for each that it covers. */
  readonly window: readonly number[];
  /** Steps of the window; 1 by default. */
  readonly strides?: PerAxis;
  /** Padding of those axes; "valid" (none) by default. */
  readonly padding?: AxisPadding;
  /** Steps between the taps of the window; 1 by default. */
  readonly dilation?: PerAxis;
  /** What the padding holds; 0 by default. */
  readonly value?: number;
}

const SLIDING_WINDOWS_OPTIONS = {
  window: true,
  strides: true,
  padding: true,
  dilation: true,
  value: true,
} as const;

/**
 * Every window over the last axes: `[..., e1, ..., ek]` becomes `[..., o1, ..., ok, w1, ..., wk]`, where
 * `o = floor((e + padding - (w - 1) dilation - 1) / stride) + 1`. As `numpy.lib.stride_tricks.sliding_window_view`
 * with strides, padding and dilation.
 *
 * @throws {RangeError} If a window is larger than its axis with the padding.
 *
 * @example
 * ```ts
 * import { arange, slidingWindows } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(slidingWindows(arange(5), { window: [3], strides: 2 }).toArray(), [[0, 1, 2], [2, 3, 4]]);
 * ```
 */
export function slidingWindows(x: Tensor, options: SlidingWindowsOptions): Tensor {
  checkOptionNames("slidingWindows", options, SLIDING_WINDOWS_OPTIONS);
  checkTensor("slidingWindows", x);
  const { window, value = 0 } = options;
  const rank = window.length;
  if (!Array.isArray(window) || rank > x.rank) {
    throw new RangeError(
      `slidingWindows expects a window of at most ${x.rank} axes but got ${JSON.stringify(window)}`,
    );
  }
  perAxis("slidingWindows", "window", window, rank, 1);
  const strides = perAxis("slidingWindows", "strides", options.strides ?? 1, rank, 1);
  const dilation = perAxis("slidingWindows", "dilation", options.dilation ?? 1, rank, 1);
  const first = x.rank - rank;
  const reach = window.map((extent, i) => (extent - 1) * dilation[i] + 1);
  const sides = sidesOf("slidingWindows", options.padding ?? "valid", x.shape.slice(first), reach, strides);
  const padded = padSides(x, sides, value);
  const axes = window.map((_, i) => first + i);
  if (axes.some((axis, i) => padded.shape[axis] < reach[i])) {
    throw new RangeError(
      `slidingWindows expects axes at least as large as the window ${JSON.stringify(window)} but got ${
        describe(x)
      }`,
    );
  }
  return windowsOver(padded, { axes, window, strides, dilation });
}

/** New elements around the last axes; a negative width takes elements away. */
export function padSides(x: Tensor, sides: Sides, value: number): Tensor {
  const first = x.rank - sides.length;
  const cut = sides.some(([before, after]) => before < 0 || after < 0)
    ? slice(x, [
      ...x.shape.slice(0, first).map(() => null),
      ...sides.map(([before, after], i) => {
        const extent = x.shape[first + i];
        return [Math.min(extent, Math.max(0, -before)), Math.max(0, extent - Math.max(0, -after))] as const;
      }),
    ])
    : x;
  const widths = sides.map(([before, after]) => [Math.max(0, before), Math.max(0, after)] as const);
  const fill = isInteger(x.dtype) && !Number.isFinite(value) ? extreme(x, value) : value;
  return pad(cut, [...x.shape.slice(0, first).map(() => [0, 0] as const), ...widths], { value: fill });
}

/** The least or greatest integer in place of an infinity. */
function extreme(x: Tensor, value: number): number {
  const [least, greatest] = { int32: [-(2 ** 31), 2 ** 31 - 1], uint32: [0, 2 ** 32 - 1] }[
    x.dtype as "int32" | "uint32"
  ] ?? [0, 255];
  return value < 0 ? least : greatest;
}

/** Zeros (or `value`) between the elements of the last axes: `factors[i] - 1` of them along each. */
export function dilate(x: Tensor, factors: readonly number[], value = 0): Tensor {
  let result = x;
  factors.forEach((factor, i) => {
    if (factor === 1) return;
    const axis = x.rank - factors.length + i;
    const extent = result.shape[axis];
    const [before, after] = [result.shape.slice(0, axis), result.shape.slice(axis + 1)];
    const apart = reshape(result, [...before, extent, 1, ...after]);
    const padded = pad(
      apart,
      apart.shape.map((_, j) => j === axis + 1 ? [0, factor - 1] as const : [0, 0] as const),
      { value },
    );
    const joined = reshape(padded, [...before, extent * factor, ...after]);
    const length = Math.max(0, (extent - 1) * factor + 1);
    result = slice(
      joined,
      joined.shape.map((size, j) => j === axis ? [0, length] as const : [0, size] as const),
    );
  });
  return result;
}
