/**
 * How much of the result of a transposed convolution is kept.
 *
 * @module
 */
import { pad, type PerAxis, reshape, slice, sum, type Tensor } from "../tensor/mod.ts";
import { perAxis } from "../tensor/ops/spatial/axes.ts";

/**
 * What is taken away from the result of a transposed convolution, whose extents are `(e - 1) stride + reach` with
 * `reach = dilation (kernelSize - 1) + 1`:
 *
 * - numbers: so much on both sides, as in torch, or `[before, after]` for each axis, where negative numbers add zeros;
 * - "same": so much that `e stride` is left, as in flax;
 * - "valid": nothing, with zeros after it where there would be fewer than `e stride`, as in flax;
 * - "circular": nothing, but what passes a period of `e stride` is added to the other side, so that it is the transpose
 *   of a convolution with circular surroundings where the window steps by 1.
 */
export type ConvTransposePadding =
  | PerAxis
  | readonly (readonly [number, number])[]
  | "same"
  | "valid"
  | "circular";

/** What is taken away before and after each axis. */
export type Cuts = readonly (readonly [number, number])[];

/** How the window moved over the result. */
export interface Stride {
  /** The extents of the input. */
  readonly extents: readonly number[];
  /** Steps of the window. */
  readonly strides: readonly number[];
  /** The extents of the window with its dilation. */
  readonly reach: readonly number[];
}

/** What is taken away before and after each axis; negative numbers add zeros. */
export function cutsOf(
  name: string,
  padding: Exclude<ConvTransposePadding, "circular">,
  { extents, strides, reach }: Stride,
): Cuts {
  const rank = reach.length;
  if (padding === "valid") return reach.map((extent, i) => [0, Math.min(0, extent - strides[i])]);
  if (padding === "same") {
    return reach.map((extent, i) => {
      const before = strides[i] > extent - 1 ? 0 : extent - 1 - Math.ceil((extent + strides[i] - 2) / 2);
      return [before, extent - strides[i] - before];
    });
  }
  if (typeof padding === "string") {
    throw new RangeError(
      `${name} expects padding "same", "valid", "circular" or numbers but got "${String(padding)}"`,
    );
  }
  if (typeof padding === "number" || padding.every((one) => typeof one === "number")) {
    return perAxis(name, "padding", padding as PerAxis, rank, 0).map((one) => [one, one]);
  }
  const cuts = (padding as Cuts).map((one) => perAxis(name, "padding", one, 2, -Infinity));
  if (cuts.length !== rank) {
    throw new TypeError(
      `${name} expects padding for each of ${rank} axes but got ${JSON.stringify(padding)}`,
    );
  }
  cuts.forEach(([before, after], i) => {
    if ((extents[i] - 1) * strides[i] + reach[i] - before - after < 1) {
      throw new RangeError(`${name} expects padding that leaves elements but got ${JSON.stringify(padding)}`);
    }
  });
  return cuts.map(([before, after]) => [before, after]);
}

/** A result without what is cut off, from the axis `from` on. */
export function cut(x: Tensor, cuts: Cuts, from: number): Tensor {
  const at = (i: number): readonly [number, number] => cuts[i - from] ?? [0, 0];
  const kept = slice(
    x,
    x.shape.map((extent, i) => [Math.max(0, at(i)[0]), extent - Math.max(0, at(i)[1])]),
  );
  const widths = x.shape.map((_, i): [number, number] => [Math.max(0, -at(i)[0]), Math.max(0, -at(i)[1])]);
  return widths.every(([before, after]) => before === 0 && after === 0) ? kept : pad(kept, widths);
}

/** A full result added up over its periods, `y[j] = sum over m of x[j + m period + shift]`, from the axis `from` on. */
export function wrapped(x: Tensor, { extents, strides, reach }: Stride, from: number): Tensor {
  return reach.reduce((y, extent, i) => {
    const axis = from + i;
    const period = extents[i] * strides[i];
    const shift = Math.floor(Math.max(extent - strides[i], 0) / 2);
    const before = Math.ceil(shift / period) * period - shift;
    const length = before + y.shape[axis];
    const after = Math.ceil(length / period) * period - length;
    const full = pad(y, y.shape.map((_, k): [number, number] => k === axis ? [before, after] : [0, 0]));
    const rows = [...y.shape.slice(0, axis), (length + after) / period, period, ...y.shape.slice(axis + 1)];
    return sum(reshape(full, rows), { axes: axis });
  }, x);
}
