/**
 * Pooling over one, two or three axes.
 *
 * @module
 */
import { checkOptionNames } from "../../check_option_names.ts";
import { sizeOf } from "../../shape.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { abs } from "../sign.ts";
import { divide, multiply, negative } from "../arithmetic.ts";
import { cbrt, sqrt } from "../exponential.ts";
import { power } from "../power.ts";
import { tensor } from "../create.ts";
import { takeAlongAxis } from "../along_axis.ts";
import { avgPool2d, maxPool2d } from "../pooling.ts";
import { argmax, argmin, sum } from "../reduce.ts";
import { broadcastTo } from "../broadcast_to.ts";
import { expandDims, reshape, squeeze } from "../reshape.ts";
import {
  type AxisPadding,
  type ChannelOrder,
  channelsFirst,
  inOrder,
  type PerAxis,
  perAxis,
  placesOf,
  type Sides,
  sidesOf,
} from "./axes.ts";
import { padSides, slidingWindows } from "./sliding_windows.ts";

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

/** Options of `avgPool`. */
export interface AvgPoolOptions extends Omit<PoolOptions, "dilation"> {
  /** Whether padding counts as zeros in the mean; true by default, as in torch. */
  readonly countIncludePad?: boolean;
  /** What sums are divided by in place of the number of elements. */
  readonly divisor?: number;
}

/** The names of `AvgPoolOptions`. */
export const AVG_POOL_OPTIONS = {
  countIncludePad: true,
  divisor: true,
  strides: true,
  padding: true,
  layout: true,
  window: true,
  ceilMode: true,
} as const;

/** Input and sizes of a pooling, checked. */
interface Pooling {
  readonly input: Tensor;
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  /** The padding, with what hangs over the end. */
  readonly sides: Sides;
  /** The padding that was asked for. */
  readonly asked: Sides;
}

function prepare(operation: string, x: Tensor, options: PoolOptions): Pooling {
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
function isPlain({ window, sides, dilation }: Pooling): boolean {
  return dilation.every((one) => one === 1) &&
    sides.every(([before, after], i) => before >= 0 && after >= 0 && before < window[i] && after < window[i]);
}

/** What kernels for two axes take. */
interface Plain {
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
}

/**
 * A pooling of windows whose parts may be pooled first, over the last two axes and then over each one before them: of
 * equals in row-major order the first one stays the first.
 */
function byAxes(
  { input, window, strides, sides }: Pick<Pooling, "input" | "window" | "strides" | "sides">,
  pool: (images: Tensor, options: Plain) => Tensor,
): Tensor {
  if (window.length === 1) {
    const wide = {
      input: expandDims(input, 2),
      window: [1, ...window],
      strides: [1, ...strides],
      sides: [[0, 0] as const, ...sides],
    };
    return squeeze(byAxes(wide, pool), 2);
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

/**
 * The greatest element of each window over the spatial axes, as torch's max_pool1d, max_pool2d and max_pool3d; padding
 * counts as -Infinity. All of the gradient goes to the first of equals.
 *
 * @param x Input [n, c, ...].
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { maxPool, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(maxPool(tensor([[[1, 5, 2, 3]]]), { window: 2 }).toArray(), [[[5, 3]]]);
 * ```
 */
export function maxPool(x: Tensor, options: PoolOptions): Tensor {
  checkOptionNames("maxPool", options, POOL_OPTIONS);
  return inOrder(greatest(prepare("maxPool", x, options)), options.layout ?? "channelsFirst");
}

function greatest(pooling: Pooling): Tensor {
  if (isPlain(pooling)) return byAxes(pooling, maxPool2d);
  const { values, at } = chosen(pooling, -Infinity, argmax);
  return squeeze(takeAlongAxis(values, at, -1), -1);
}

/** Windows with their taps in one axis, and the place of the wanted one in each. */
function chosen(
  { input, window, strides, dilation, sides }: Pooling,
  value: number,
  find: (x: Tensor, options: { readonly axis: number }) => Tensor,
): { readonly values: Tensor; readonly at: Tensor } {
  const windows = slidingWindows(input, { window, strides, dilation, padding: sides, value });
  const values = reshape(windows, [...windows.shape.slice(0, input.rank), -1]);
  return { values, at: expandDims(find(values, { axis: -1 }), -1) };
}

/**
 * The least element of each window, as `flax.linen.pooling.min_pool`; padding counts as Infinity.
 *
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { minPool, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(minPool(tensor([[[1, 5, 2, 3]]]), { window: 2 }).toArray(), [[[1, 2]]]);
 * ```
 */
export function minPool(x: Tensor, options: PoolOptions): Tensor {
  checkOptionNames("minPool", options, POOL_OPTIONS);
  const pooling = prepare("minPool", x, options);
  // The kernels know the greatest alone.
  const opposite = greatest({ ...pooling, input: negative(pooling.input) });
  return inOrder(negative(opposite), options.layout ?? "channelsFirst");
}

/** What `maxPoolWithIndices` gives. */
export interface PoolIndices {
  /** The greatest elements. */
  readonly output: Tensor;
  /** Where they are, as int32 places in the flattened spatial axes of the input. */
  readonly indices: Tensor;
}

/**
 * `maxPool`, with the place of each greatest element in the flattened spatial axes of the input, as torch's
 * `return_indices`.
 *
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { maxPoolWithIndices, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(maxPoolWithIndices(tensor([[[1, 5, 2, 3]]]), { window: 2 }).indices.toArray(), [[[1, 3]]]);
 * ```
 */
export function maxPoolWithIndices(x: Tensor, options: PoolOptions): PoolIndices {
  checkOptionNames("maxPoolWithIndices", options, POOL_OPTIONS);
  const pooling = prepare("maxPoolWithIndices", x, options);
  const { values, at } = chosen(pooling, -Infinity, argmax);
  const places = placesOf(pooling.input.shape.slice(2));
  const all = broadcastTo(chosen({ ...pooling, input: places }, 0, argmax).values, values.shape);
  const layout = options.layout ?? "channelsFirst";
  return {
    output: inOrder(squeeze(takeAlongAxis(values, at, -1), -1), layout),
    indices: inOrder(squeeze(takeAlongAxis(all, at, -1), -1), layout),
  };
}

/**
 * The mean of each window over the spatial axes, as torch's avg_pool1d, avg_pool2d and avg_pool3d.
 *
 * @param x Input [n, c, ...].
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { avgPool, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(avgPool(tensor([[[1, 5, 2, 4]]]), { window: 2 }).toArray(), [[[3, 3]]]);
 * ```
 */
export function avgPool(x: Tensor, options: AvgPoolOptions): Tensor {
  checkOptionNames("avgPool", options, AVG_POOL_OPTIONS);
  const { countIncludePad = true, divisor } = options;
  const pooling = prepare("avgPool", x, options);
  if (divisor !== undefined && !(Math.abs(divisor) > 0)) {
    throw new RangeError(`avgPool expects a divisor other than 0 but got ${divisor}`);
  }
  const { input, window, strides, sides, asked } = pooling;
  const layout = options.layout ?? "channelsFirst";
  const hangs = sides.some(([, after], i) => after !== asked[i][1]);
  if (isPlain(pooling) && (divisor !== undefined || !hangs)) {
    const counted = divisor !== undefined || countIncludePad;
    const means = byAxes(
      pooling,
      (images, plain) => avgPool2d(images, { ...plain, countIncludePad: counted }),
    );
    const factor = divisor === undefined ? 1 : sizeOf(window) / divisor;
    return inOrder(factor === 1 ? means : multiply(means, factor), layout);
  }
  let total = padSides(input, sides, 0);
  // A sum over a box is a sum along each axis in turn.
  window.forEach((extent, i) => total = sumAlong(total, 2 + i, extent, strides[i]));
  if (divisor !== undefined) return inOrder(divide(total, divisor), layout);
  window.forEach((extent, i) => {
    const [before, after] = countIncludePad ? asked[i] : [0, 0];
    const counts = Float64Array.from({ length: total.shape[2 + i] }, (_, o) => {
      const start = o * strides[i] - asked[i][0];
      return Math.min(start + extent, input.shape[2 + i] + after) - Math.max(start, -before);
    });
    const shape = total.shape.map((size, axis) => axis === 2 + i ? size : 1);
    total = divide(total, tensor(counts, { shape, dtype: total.dtype }));
  });
  return inOrder(total, layout);
}

/** Sums of `extent` neighbours along an axis, each `stride` after the last. */
function sumAlong(x: Tensor, axis: number, extent: number, stride: number): Tensor {
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const inner = after.reduce((product, size) => product * size, 1);
  const outer = before.reduce((product, size) => product * size, 1);
  const images = reshape(x, [1, outer, x.shape[axis], inner]);
  const means = avgPool2d(images, { window: [extent, 1], strides: [stride, 1] });
  return reshape(multiply(means, extent), [...before, means.shape[2], ...after]);
}

/** Options of `lpPool`. */
export interface LpPoolOptions extends Omit<PoolOptions, "dilation" | "padding"> {
  /** The exponent p; 2 by default. */
  readonly order?: number;
}

/** The names of `LpPoolOptions`. */
export const LP_POOL_OPTIONS = {
  order: true,
  strides: true,
  layout: true,
  window: true,
  ceilMode: true,
} as const;

/**
 * The p-norm of each window, `(sum |x|^p)^(1/p)`, as torch's lp_pool1d and lp_pool2d.
 *
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { lpPool, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(lpPool(tensor([[[3, 4]]]), { window: 2 }).toArray(), [[[5]]]);
 * ```
 */
export function lpPool(x: Tensor, options: LpPoolOptions): Tensor {
  checkOptionNames("lpPool", options, LP_POOL_OPTIONS);
  const { order = 2, ...rest } = options;
  if (!(order > 0)) throw new RangeError(`lpPool expects an order above 0 but got ${order}`);
  const powers = power(order % 2 === 0 ? x : abs(x), order);
  const root = (sums: Tensor): Tensor =>
    order === 2 ? sqrt(sums) : order === 3 ? cbrt(sums) : power(sums, 1 / order);
  if (options.ceilMode !== true) return root(avgPool(powers, { ...rest, divisor: 1 }));
  // A window that hangs over the end counts as much as a whole one, as in torch.
  const taps = perAxis("lpPool", "window", options.window, x.rank - 2, 1).reduce((a, b) => a * b, 1);
  return root(multiply(avgPool(powers, rest), taps));
}

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
