/**
 * New elements around those of a tensor.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { checkTensor } from "../check_tensor.ts";
import { isInteger, roundTo } from "../dtype.ts";
import { constantTensor } from "../make_tensor.ts";
import { describe, Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { extend, type ExtendMode, isExtension } from "./extend.ts";
import { extended, ramp, statistic } from "./pad_sides.ts";
import { where } from "./selection.ts";
import { padded, slice } from "./slice.ts";

/** What the new elements are; see `PadOptions`. */
export type PadMode =
  | "constant"
  | "edge"
  | "reflect"
  | "symmetric"
  | "wrap"
  | "linearRamp"
  | "maximum"
  | "mean"
  | "median"
  | "minimum"
  | "empty";

/** Numbers before and after each axis: one number for all, or one pair for each axis. */
export type PadValues = number | readonly (readonly [before: number, after: number])[];

/** How `pad` pads. */
export interface PadOptions {
  /**
   * "constant" takes `value`, "edge" the outermost element, "reflect" mirrors at it, "symmetric" mirrors with it,
   * "wrap" goes around, "linearRamp" runs to `endValue`, and "maximum", "mean", "median" and "minimum" take that of
   * `statLength` elements; "empty" leaves the new elements open, and they are 0. "constant" by default.
   */
  readonly mode?: PadMode;
  /** The value of the new elements of the mode "constant", also a scalar tensor; 0 by default. */
  readonly value?: PadValues | Tensor;
  /** The outermost new elements of the mode "linearRamp"; 0 by default. */
  readonly endValue?: PadValues;
  /** How many elements next to the edge the statistics of a mode take; all by default. */
  readonly statLength?: number;
  /** Whether mirroring is about the axis of values too, 2 edge - x ("odd"); "even" by default. */
  readonly reflectType?: "even" | "odd";
  /** New elements between neighbours of each axis, as in `jax.lax.pad`; negative widths then leave elements out. */
  readonly interior?: readonly number[];
}

const PAD_OPTIONS = {
  mode: true,
  value: true,
  endValue: true,
  statLength: true,
  reflectType: true,
  interior: true,
} as const;

const MODES: readonly PadMode[] = [
  "constant",
  "edge",
  "reflect",
  "symmetric",
  "wrap",
  "linearRamp",
  "maximum",
  "mean",
  "median",
  "minimum",
  "empty",
];

type Pairs = readonly (readonly [number, number])[];

function pairsOf(values: PadValues, rank: number): Pairs {
  return typeof values === "number" ? Array.from({ length: rank }, () => [values, values] as const) : values;
}

function widthsOf(x: Tensor, widths: PadValues, negative: boolean): Pairs {
  if (typeof widths !== "number" && (!Array.isArray(widths) || widths.length !== x.rank)) {
    throw new RangeError(
      `pad expects one [before, after] for each of ${x.rank} axes but got ${JSON.stringify(widths)}`,
    );
  }
  const pairs = pairsOf(widths, x.rank);
  for (const pair of pairs) {
    if (
      !Array.isArray(pair) || pair.length !== 2 ||
      !pair.every((width) => Number.isInteger(width) && (negative || width >= 0))
    ) {
      throw new RangeError(
        `pad expects widths as pairs of non-negative integers but got ${JSON.stringify(widths)}`,
      );
    }
  }
  return pairs;
}

/**
 * New elements before and after each axis: `widths` holds `[before, after]` for each axis, or is one number for all sides.
 *
 * @throws {RangeError} If there is not one pair for each axis, a width is negative, the mode is unknown, or there is no
 * element to take new ones from.
 * @throws {TypeError} If the value does not fit the dtype.
 *
 * @example
 * ```ts
 * import { pad, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(pad(tensor([1, 2]), [[1, 2]]).toArray(), [0, 1, 2, 0, 0]);
 * assertEquals(pad(tensor([1, 2, 3]), 2, { mode: "reflect" }).toArray(), [3, 2, 1, 2, 3, 2, 1]);
 * ```
 */
export function pad(x: Tensor, widths: PadValues, options: PadOptions = NO_OPTIONS): Tensor {
  checkOptionNames("pad", options, PAD_OPTIONS);
  checkTensor("pad", x);
  const { mode = "constant", interior } = options;
  if (!MODES.includes(mode)) {
    throw new RangeError(`pad expects a mode out of ${MODES.join(", ")} but got ${String(mode)}`);
  }
  const pairs = widthsOf(x, widths, interior !== undefined);
  if (
    interior !== undefined &&
    (interior.length !== x.rank || interior.some((n) => !Number.isInteger(n) || n < 0))
  ) {
    throw new RangeError(
      `pad expects a non-negative integer of interior for each of ${x.rank} axes but got ${
        JSON.stringify(interior)
      }`,
    );
  }
  if (pairs.every((pair) => pair[0] === 0 && pair[1] === 0) && interior === undefined) return x;
  if (x.dtype === "key") throw new TypeError(`pad expects numbers but got ${describe(x)}`);
  if (mode === "empty") return padConstant(x, pairs, {});
  if (mode === "constant") return padConstant(x, pairs, options);
  if (x.shape.some((extent, axis) => extent === 0 && (pairs[axis][0] > 0 || pairs[axis][1] > 0))) {
    throw new RangeError(`pad expects elements to pad from but got ${describe(x)}`);
  }
  if (options.reflectType !== "odd" && isRepetition(mode)) {
    const extension = { low: pairs.map((pair) => pair[0]), high: pairs.map((pair) => pair[1]), mode };
    if (isExtension(x.shape, extension)) return extend(x, extension);
  }
  const ends = pairsOf(options.endValue ?? 0, x.rank);
  return pairs.reduce<Tensor>((result, [before, after], axis) => {
    if (before === 0 && after === 0) return result;
    if (mode === "linearRamp") return ramp(result, axis, before, after, ends[axis]);
    if (isRepetition(mode)) {
      return extended(result, axis, before, after, mode, options.reflectType === "odd");
    }
    return statistic(result, axis, before, after, mode, options.statLength);
  }, x);
}

/** Whether the new elements are some of those inside. */
function isRepetition(mode: PadMode): mode is ExtendMode {
  return mode === "edge" || mode === "reflect" || mode === "symmetric" || mode === "wrap";
}

function padConstant(x: Tensor, pairs: Pairs, options: PadOptions): Tensor {
  const zeros = x.shape.map(() => 0);
  const { value = 0, interior = zeros } = options;
  const [low, high] = [pairs.map((pair) => pair[0]), pairs.map((pair) => pair[1])];
  const positive = (widths: readonly number[]): number[] => widths.map((width) => Math.max(0, width));
  const around = (y: Tensor, fill: number): Tensor => {
    const spaced = padded(y, zeros, zeros, interior, fill);
    const kept = spaced.shape.map((n, i) =>
      [Math.max(0, -low[i]), Math.max(0, n + Math.min(0, high[i]))] as const
    );
    return padded(slice(spaced, kept), positive(low), positive(high), zeros, fill);
  };
  if (value instanceof Tensor) {
    const inside = around(constantTensor("bool", x.shape, 1), 0);
    return where(inside, around(x, 0), cast(value, x.dtype));
  }
  const fills = pairsOf(value, x.rank);
  for (const fill of fills.flat()) {
    if (isInteger(x.dtype) && !Number.isInteger(fill)) {
      throw new TypeError(`pad expects an integer value for ${describe(x)} but got ${String(fill)}`);
    }
  }
  if (typeof value === "number") return around(x, roundTo(x.dtype, value));
  // Each side with a value of its own, axis by axis, as NumPy fills corners.
  return fills.reduce<Tensor>((result, [front, back], axis) => {
    const first = padded(result, zeros.with(axis, low[axis]), zeros, zeros, roundTo(x.dtype, front));
    return padded(first, zeros, zeros.with(axis, high[axis]), zeros, roundTo(x.dtype, back));
  }, x);
}
