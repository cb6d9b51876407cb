/**
 * Windows of a tensor at many places: gather and scatter with the dimension numbers of XLA.
 *
 * @module
 */
import { checkOptionNames } from "../check_option_names.ts";
import type { Scatter } from "../kernels/scatter.ts";
import { checkShape, contiguousStrides, formatShape, type Shape, sizeOf } from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { add, multiply } from "./arithmetic.ts";
import { moveAxis } from "./axes.ts";
import { logicalAnd } from "./comparison.ts";
import { checkMode, type IndexMode, indicesOf, isInside, placed } from "./index_mode.ts";
import { take } from "./indexing.ts";
import { sequence, spread } from "./positions.ts";
import { scatterFlat, updatesOf } from "./scatter.ts";
import { clip, where } from "./selection.ts";
import { index } from "./slice.ts";
import { ravel } from "./reshape.ts";

/** Options of `gather`. */
export interface GatherOptions {
  /** The axes of the result that run through a window. */
  readonly offsetDims: readonly number[];
  /** The axes of the tensor, of window size 1, that no axis of the result runs along. */
  readonly collapsedSliceDims: readonly number[];
  /** The axis of the tensor that each element of an index vector is a start of. */
  readonly startIndexMap: readonly number[];
  /** The extents of a window. */
  readonly sliceSizes: Shape;
  /** What becomes of a window that reaches outside; "error" by default, "clip" moves it inside. */
  readonly mode?: IndexMode;
  /** What is read outside with the mode "fill"; the missing value of the dtype by default. */
  readonly fillValue?: TensorLike;
}

const GATHER_OPTIONS = {
  offsetDims: true,
  collapsedSliceDims: true,
  startIndexMap: true,
  sliceSizes: true,
  mode: true,
  fillValue: true,
} as const;

/** Options of `scatter`. */
export interface ScatterOptions {
  /** The axes of the updates that run through a window. */
  readonly updateWindowDims: readonly number[];
  /** The axes of the tensor, of window size 1, that no axis of the updates runs along. */
  readonly insertedWindowDims: readonly number[];
  /** The axis of the tensor that each element of an index vector is a start of. */
  readonly scatterDimsToOperandDims: readonly number[];
  /** What an update does: "set", "add", "multiply", "min" or "max"; "set" by default. */
  readonly operation?: "set" | "add" | "multiply" | "min" | "max";
  /** What becomes of a window that reaches outside; "error" by default, "clip" moves it inside. */
  readonly mode?: IndexMode;
}

const SCATTER_OPTIONS = {
  updateWindowDims: true,
  insertedWindowDims: true,
  scatterDimsToOperandDims: true,
  operation: true,
  mode: true,
} as const;

/** What gather and scatter share. */
interface Windows {
  readonly operation: string;
  readonly shape: Shape;
  readonly indices: Tensor;
  readonly sizes: Shape;
  /** Axes of the result, or of the updates, that run through a window. */
  readonly windowDims: readonly number[];
  readonly collapsed: readonly number[];
  readonly map: readonly number[];
  readonly mode: IndexMode;
}

/** The position in the flattened tensor of each element of the result; outside is negative. */
function windowPositions(windows: Windows): Tensor {
  const { operation, shape, indices, sizes, windowDims, collapsed, map, mode } = windows;
  checkMode(operation, mode);
  checkShape(operation, sizes);
  if (sizes.length !== shape.length || sizes.some((size, i) => size > shape[i])) {
    throw new RangeError(
      `${operation} expects window sizes within ${formatShape(shape)} but got ${formatShape(sizes)}`,
    );
  }
  if (indices.rank === 0 || indices.shape[indices.rank - 1] !== map.length) {
    throw new RangeError(
      `${operation} expects index vectors of ${map.length} elements in the last axis but got ${
        describe(indices)
      }`,
    );
  }
  const along = shape.map((_, i) => i).filter((axis) => !collapsed.includes(axis));
  if (along.length !== windowDims.length || collapsed.some((axis) => sizes[axis] !== 1)) {
    throw new RangeError(
      `${operation} expects one window axis for each of ${along.length} axes, the others of size 1, but got ${
        formatShape(windowDims)
      } and sizes ${formatShape(sizes)}`,
    );
  }
  const rank = indices.rank - 1 + windowDims.length;
  const batchDims = Array.from({ length: rank }, (_, i) => i).filter((axis) => !windowDims.includes(axis));
  const strides = contiguousStrides(shape);
  const vectors = moveAxis(indices, -1, 0);
  let total = sequence(1, 0, 0, rank, 0);
  let inside: Tensor | null = null;
  map.forEach((axis, i) => {
    // A start has this many places at which the window lies inside.
    const room = shape[axis] - sizes[axis] + 1;
    const start = index(vectors, i);
    const found = mode === "clip"
      ? clip(start, { min: 0, max: room - 1 })
      : placed(operation, start, room, mode);
    const fits = isInside(found, room);
    inside = inside === null ? fits : logicalAnd(inside, fits);
    total = add(total, spread(multiply(found, strides[axis]), batchDims, rank));
  });
  along.forEach((axis, i) =>
    total = add(total, sequence(sizes[axis], 0, strides[axis], rank, windowDims[i]))
  );
  if (inside === null) return total;
  return where(spread(inside, batchDims, rank), total, -2 * sizeOf(shape) - 1);
}

/**
 * Windows of `x` at starts that index vectors hold, as `jax.lax.gather` with its dimension numbers: `indices` has the shape
 * `[...batch, startIndexMap.length]`, and the result the axes of the batch with those of a window at `offsetDims`. Negative
 * starts do not count from the end, except with the mode "error".
 *
 * @throws {TypeError} If the indices are not integers.
 * @throws {RangeError} If the dimension numbers or sizes do not fit, or with the mode "error" a window reaches outside.
 *
 * @example
 * ```ts
 * import { gather, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * const starts = tensor([[0, 1], [1, 0]], { dtype: "int32" });
 * const windows = gather(x, starts, {
 *   offsetDims: [1],
 *   collapsedSliceDims: [0],
 *   startIndexMap: [0, 1],
 *   sliceSizes: [1, 2],
 * });
 * assertEquals(windows.toArray(), [[2, 3], [4, 5]]);
 * ```
 */
export function gather(x: Tensor, indices: Tensor, options: GatherOptions): Tensor {
  checkOptionNames("gather", options, GATHER_OPTIONS);
  checkTensor("gather", x);
  const { mode = "error", fillValue } = options;
  const places = windowPositions({
    operation: "gather",
    shape: x.shape,
    indices: indicesOf("gather", indices),
    sizes: options.sliceSizes,
    windowDims: options.offsetDims,
    collapsed: options.collapsedSliceDims,
    map: options.startIndexMap,
    mode,
  });
  return take(ravel(x), places, { mode: "fill", ...(fillValue === undefined ? {} : { fillValue }) });
}

/**
 * `x` with windows written at starts that index vectors hold, as `jax.lax.scatter`, `scatter_add` and so on with their
 * dimension numbers: the transpose of `gather`. Windows at equal places are written in their order.
 *
 * @throws {TypeError} If the indices are not integers, or the updates do not fit the dtype.
 * @throws {RangeError} If the dimension numbers or shapes do not fit, or with the mode "error" a window reaches outside.
 *
 * @example
 * ```ts
 * import { scatter, tensor, zeros } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const starts = tensor([[0], [2]], { dtype: "int32" });
 * const updates = tensor([[1, 2], [3, 4]]);
 * const dims = { updateWindowDims: [1], insertedWindowDims: [0], scatterDimsToOperandDims: [0] };
 * assertEquals(scatter(zeros([3, 2]), starts, updates, dims).toArray(), [[1, 2], [0, 0], [3, 4]]);
 * ```
 */
export function scatter(x: Tensor, indices: Tensor, updates: Tensor, options: ScatterOptions): Tensor {
  checkOptionNames("scatter", options, SCATTER_OPTIONS);
  checkTensor("scatter", x);
  const { updateWindowDims, insertedWindowDims, operation = "set", mode = "error" } = options;
  const values = updatesOf("scatter", x, updates);
  const kinds: readonly Scatter[] = ["set", "add", "multiply", "min", "max"];
  if (!kinds.includes(operation)) {
    throw new RangeError(
      `scatter expects an operation out of ${kinds.join(", ")} but got ${String(operation)}`,
    );
  }
  const sizes = x.shape.map(() => 1);
  const along = sizes.map((_, i) => i).filter((axis) => !insertedWindowDims.includes(axis));
  along.forEach((axis, i) => sizes[axis] = values.shape[updateWindowDims[i]] ?? 1);
  const places = windowPositions({
    operation: "scatter",
    shape: x.shape,
    indices: indicesOf("scatter", indices),
    sizes,
    windowDims: updateWindowDims,
    collapsed: insertedWindowDims,
    map: options.scatterDimsToOperandDims,
    mode,
  });
  return scatterFlat("scatter", x, places, values, operation, false);
}
