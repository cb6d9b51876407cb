/**
 * What poolings over one, two or three axes have in common: their options, their windows, and how they go by axes.
 *
 * @module
 */
import { sizeOf } from "../../shape.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { expandDims, reshape, squeeze } from "../reshape.ts";
import {
  type AxisPadding,
  type ChannelOrder,
  channelsFirst,
  type PerAxis,
  perAxis,
  type Sides,
  sidesOf,
} from "./axes.ts";

/** Options of pooling. */
export interface PoolOptions {
  /** Extents of the window. */
  readonly window: PerAxis;
  /** Steps of the window; the window itself by default, so that windows do not overlap. */
  readonly strides?: PerAxis;
  /** Padding around the input; "valid" (none) by default. */
  readonly padding?: AxisPadding;
  /** Steps between the taps of the window; 1 by default. */
  readonly dilation?: PerAxis;
  /** Whether a last window that hangs over the end counts, as in torch; false by default. */
  readonly ceilMode?: boolean;
  /** The order of axes: "channelsFirst", [n, c, ...] (the default), or "channelsLast", [n, ..., c]. */
  readonly layout?: ChannelOrder;
}

/** The names of `PoolOptions`. */
export const POOL_OPTIONS = {
  window: true,
  strides: true,
  padding: true,
  dilation: true,
  ceilMode: true,
  layout: true,
} as const;

/** Input and sizes of a pooling, checked. */
export interface Pooling {
  readonly input: Tensor;
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  /** The padding, with what hangs over the end. */
  readonly sides: Sides;
  /** The padding that was asked for. */
  readonly asked: Sides;
}

/** Input and sizes of a pooling from its options, checked. */
export function preparePool(operation: string, x: Tensor, options: PoolOptions): Pooling {
  const input = channelsFirst(operation, x, null, options.layout ?? "channelsFirst");
  const rank = input.rank - 2;
  const window = perAxis(operation, "window", options.window, rank, 1);
  const strides = perAxis(operation, "strides", options.strides ?? window, rank, 1);
  const dilation = perAxis(operation, "dilation", options.dilation ?? 1, rank, 1);
  const reach = window.map((extent, i) => (extent - 1) * dilation[i] + 1);
  const extents = input.shape.slice(2);
  const asked = sidesOf(operation, options.padding ?? "valid", extents, reach, strides);
  const sides = asked.map(([before, after], i): readonly [number, number] => {
    const room = extents[i] + before + after - reach[i];
    if (room < 0) {
      throw new RangeError(
        `${operation} expects input at least as large as its window ${JSON.stringify(window)} but got ${
          describe(x)
        }`,
      );
    }
    if (options.ceilMode !== true) return [before, after];
    const count = Math.ceil(room / strides[i]);
    // A window that would start in the padding after the end does not count.
    const last = count * strides[i] < extents[i] + before ? count : count - 1;
    return [before, after + Math.max(0, last * strides[i] - room)];
  });
  return { input, window, strides, dilation, sides, asked };
}

/** Whether the kernels for two axes cover a pooling, axis by axis. */
export function isPlainPooling({ window, sides, dilation }: Pooling): boolean {
  return dilation.every((one) => one === 1) &&
    sides.every(([before, after], i) => before >= 0 && after >= 0 && before < window[i] && after < window[i]);
}

/** What kernels for two axes take. */
interface PlainPooling {
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
}

/**
 * A pooling of windows whose parts may be pooled first, over the last two axes and then over each one before them: of
 * equals in row-major order the first one stays the first.
 */
export function poolByAxes(
  { input, window, strides, sides }: Pick<Pooling, "input" | "window" | "strides" | "sides">,
  pool: (images: Tensor, options: PlainPooling) => Tensor,
): Tensor {
  if (window.length === 1) {
    const wide = {
      input: expandDims(input, 2),
      window: [1, ...window],
      strides: [1, ...strides],
      sides: [[0, 0] as const, ...sides],
    };
    return squeeze(poolByAxes(wide, pool), 2);
  }
  let result = input;
  for (let first = window.length - 2; first >= 0; first--) {
    // One axis beside which all behind it lie as one, or at the end two.
    const pair = first === window.length - 2;
    const axis = 2 + first;
    const { shape } = result;
    const width = pair ? shape[axis + 1] : sizeOf(shape.slice(axis + 1));
    const images = reshape(result, [shape[0], sizeOf(shape.slice(1, axis)), shape[axis], width]);
    const pooled = pool(images, {
      window: [window[first], pair ? window[first + 1] : 1],
      strides: [strides[first], pair ? strides[first + 1] : 1],
      padding: [sides[first], pair ? sides[first + 1] : [0, 0]],
    });
    const behind = pair ? [pooled.shape[3]] : shape.slice(axis + 1);
    result = reshape(pooled, [...shape.slice(0, axis), pooled.shape[2], ...behind]);
  }
  return result;
}
