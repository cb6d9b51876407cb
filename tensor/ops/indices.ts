/**
 * Positions in tensors as indices: of diagonals, triangles and whole grids.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { checkShape, type Shape, sizeOf } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { add, multiply } from "./arithmetic.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { stack } from "./concatenate.ts";
import { numbers } from "./convert.ts";
import { arange } from "./ranges.ts";
import { tensor } from "./create.ts";
import { floorDivide, remainder } from "./division.ts";
import { type IndexMode, indicesOf, placed } from "./index_mode.ts";
import { reshape } from "./reshape.ts";
import { at } from "./at.ts";

/**
 * The indices (int32) of a grid: for each axis of a shape the position along it, `[rank, ...shape]`.
 *
 * @throws {RangeError} If the shape is none.
 *
 * @example
 * ```ts
 * import { indices } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(indices([2, 2]).toArray(), [[[0, 0], [1, 1]], [[0, 1], [0, 1]]]);
 * ```
 */
export function indices(shape: Shape): Tensor {
  checkShape("indices", shape);
  if (shape.length === 0) return tensor(new Int32Array(0));
  return stack(shape.map((extent, axis) =>
    broadcastTo(
      reshape(arange(extent, { dtype: "int32" }), shape.map((_, i) => i === axis ? extent : 1)),
      shape,
    )
  ));
}

function checkCount(operation: string, count: number): void {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`${operation} expects an extent of at least 0 but got ${String(count)}`);
  }
}

/**
 * The indices of the main diagonal of a tensor of the same extent along each axis.
 *
 * @throws {RangeError} If the extent is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { diagIndices } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(diagIndices(2).map((x) => x.toArray()), [[0, 1], [0, 1]]);
 * ```
 */
export function diagIndices(extent: number, rank = 2): Tensor[] {
  checkCount("diagIndices", extent);
  checkCount("diagIndices", rank);
  return Array.from({ length: rank }, () => arange(extent, { dtype: "int32" }));
}

/** A triangle of a matrix. */
export interface TriangleIndicesOptions {
  /** The diagonal, above the main one where positive; 0 by default. */
  readonly offset?: number;
  /** The columns of the matrix; as many as rows by default. */
  readonly columns?: number;
}

const TRIANGLE_INDICES_OPTIONS = { offset: true, columns: true } as const;

function triangle(
  operation: string,
  rows: number,
  { offset = 0, columns = rows }: TriangleIndicesOptions,
  lower: boolean,
): [rows: Tensor, columns: Tensor] {
  checkCount(operation, rows);
  checkCount(operation, columns);
  const places: [number, number][] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      if (lower ? j - i <= offset : j - i >= offset) places.push([i, j]);
    }
  }
  return [0, 1].map((axis) => tensor(Int32Array.from(places, (place) => place[axis]))) as [Tensor, Tensor];
}

/**
 * The indices of the elements at and below a diagonal.
 *
 * @throws {RangeError} If an extent is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { trilIndices } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(trilIndices(2).map((x) => x.toArray()), [[0, 1, 1], [0, 0, 1]]);
 * ```
 */
export function trilIndices(
  rows: number,
  options: TriangleIndicesOptions = NO_OPTIONS,
): [rows: Tensor, columns: Tensor] {
  checkOptionNames("trilIndices", options, TRIANGLE_INDICES_OPTIONS);
  return triangle("trilIndices", rows, options, true);
}

/**
 * The indices of the elements at and above a diagonal.
 *
 * @throws {RangeError} If an extent is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { triuIndices } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(triuIndices(2).map((x) => x.toArray()), [[0, 0, 1], [0, 1, 1]]);
 * ```
 */
export function triuIndices(
  rows: number,
  options: TriangleIndicesOptions = NO_OPTIONS,
): [rows: Tensor, columns: Tensor] {
  checkOptionNames("triuIndices", options, TRIANGLE_INDICES_OPTIONS);
  return triangle("triuIndices", rows, options, false);
}

/**
 * Positions in a flattened tensor as indices (int32) of each axis of a shape; those outside take the nearest end, as
 * `jnp.unravel_index`.
 *
 * @throws {TypeError} If positions are no integers.
 * @throws {RangeError} If the shape is none.
 *
 * @example
 * ```ts
 * import { unravelIndex } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(unravelIndex(5, [2, 3]).map((x) => x.item()), [1, 2]);
 * ```
 */
export function unravelIndex(positions: TensorLike, shape: Shape): Tensor[] {
  checkShape("unravelIndex", shape);
  let rest = placed("unravelIndex", indicesOf("unravelIndex", positions), sizeOf(shape), "clip");
  const result: Tensor[] = [];
  for (const extent of shape.toReversed()) {
    result.unshift(remainder(rest, extent).cast("int32"));
    rest = floorDivide(rest, extent);
  }
  return result;
}

const RAVEL_MULTI_INDEX_OPTIONS = { mode: true } as const;

/**
 * The positions (int32) in a flattened tensor of a shape of an index along each axis.
 *
 * @throws {TypeError} If indices are no integers.
 * @throws {RangeError} If there is not an index for each axis, or one is outside with the mode "error", the default.
 *
 * @example
 * ```ts
 * import { ravelMultiIndex } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ravelMultiIndex([1, 2], [2, 3]).item(), 5);
 * ```
 */
export function ravelMultiIndex(
  index: readonly TensorLike[],
  shape: Shape,
  options: {
    /** What becomes of an index outside; "error" by default. */
    readonly mode?: Extract<IndexMode, "error" | "clip" | "wrap">;
  } = NO_OPTIONS,
): Tensor {
  checkOptionNames("ravelMultiIndex", options, RAVEL_MULTI_INDEX_OPTIONS);
  checkShape("ravelMultiIndex", shape);
  if (!Array.isArray(index) || index.length !== shape.length || index.length === 0) {
    throw new RangeError(`ravelMultiIndex expects an index for each of ${shape.length} axes`);
  }
  const { mode = "error" } = options;
  return index.map((one: TensorLike, axis) =>
    placed("ravelMultiIndex", indicesOf("ravelMultiIndex", one), shape[axis], mode).cast("int32")
  ).reduce((flat, one, axis) => add(multiply(flat, shape[axis]), one));
}

/**
 * The tensor with a value along its main diagonal: that of equal indices along all axes.
 *
 * @throws {RangeError} If there are fewer than 2 axes, or more than 2 of unequal extents.
 *
 * @example
 * ```ts
 * import { fillDiagonal, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fillDiagonal(ones([2, 2]), 0).toArray(), [[0, 1], [1, 0]]);
 * ```
 */
export function fillDiagonal(x: Tensor, value: TensorLike): Tensor {
  const given = numbers("fillDiagonal", x);
  const extent = Math.min(...given.shape);
  if (given.rank < 2 || (given.rank > 2 && given.shape.some((one) => one !== extent))) {
    throw new RangeError(`fillDiagonal expects axes of one extent but got ${describe(given)}`);
  }
  return at(given, diagIndices(extent, given.rank)).set(value);
}
