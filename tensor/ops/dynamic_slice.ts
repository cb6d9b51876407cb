/**
 * Parts of a fixed size at places that are tensors.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { checkShape, contiguousStrides, formatShape, normalizeAxis, type Shape } from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { add, multiply } from "./arithmetic.ts";
import { fromStart, type IndexMode, indicesOf, placed } from "./index_mode.ts";
import { take } from "./indexing.ts";
import { sequence } from "./positions.ts";
import { scatterFlat, updatesOf } from "./scatter.ts";
import { clip } from "./selection.ts";
import { reshape } from "./reshape.ts";

/** Scalar starts, counted from the start of their axes and moved so that the part lies inside. */
function clamped(
  operation: string,
  shape: Shape,
  starts: readonly TensorLike[],
  sizes: Shape,
): readonly Tensor[] {
  checkShape(operation, sizes);
  if (!Array.isArray(starts) || starts.length !== shape.length || sizes.length !== shape.length) {
    throw new RangeError(
      `${operation} expects one start and one size for each axis of ${
        formatShape(shape)
      } but got ${starts.length} and ${sizes.length}`,
    );
  }
  return shape.map((extent, axis) => {
    if (sizes[axis] > extent) {
      throw new RangeError(
        `${operation} expects sizes of at most ${formatShape(shape)} but got ${formatShape(sizes)}`,
      );
    }
    const start = indicesOf(operation, starts[axis]);
    if (start.rank !== 0) {
      throw new RangeError(`${operation} expects scalars as starts but got ${describe(start)}`);
    }
    return clip(fromStart(start, extent), { min: 0, max: extent - sizes[axis] });
  });
}

/** The positions of the elements of a part in the flattened tensor. */
function places(shape: Shape, starts: readonly Tensor[], sizes: Shape): Tensor {
  const strides = contiguousStrides(shape);
  const along = sizes.map((size, axis) =>
    add(sequence(size, 0, strides[axis], shape.length, axis), multiply(starts[axis], strides[axis]))
  );
  return along.length === 0 ? sequence(1, 0, 0, 0, 0) : along.reduce((sum, part) => add(sum, part));
}

/**
 * The part of a tensor of the given sizes from starts on, which may be computed: scalars of integers, one for each axis.
 * Negative starts count from the end, and a start is moved so that the part lies inside, as in JAX.
 *
 * @throws {TypeError} If a start is not of integers.
 * @throws {RangeError} If there is not one start and one size for each axis, or a size is larger than its axis.
 *
 * @example
 * ```ts
 * import { dynamicSlice, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(dynamicSlice(tensor([1, 2, 3, 4]), [2], [2]).toArray(), [3, 4]);
 * ```
 */
export function dynamicSlice(x: Tensor, starts: readonly TensorLike[], sizes: Shape): Tensor {
  checkTensor("dynamicSlice", x);
  const from = clamped("dynamicSlice", x.shape, starts, sizes);
  // Axis by axis while they move whole rows; the axes that stay whole cost nothing.
  return sizes.reduce<Tensor>((part, size, axis) => {
    if (size === x.shape[axis]) return part;
    return take(part, add(sequence(size, 0, 1, 1, 0), from[axis]), { axis, mode: "fill" });
  }, x);
}

/**
 * A tensor with the part from starts on replaced by another tensor; starts are as in `dynamicSlice`.
 *
 * @throws {TypeError} If a start is not of integers, or the update does not fit the dtype.
 * @throws {RangeError} If there is not one start for each axis, or the update is larger than the tensor.
 *
 * @example
 * ```ts
 * import { dynamicUpdateSlice, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(dynamicUpdateSlice(tensor([1, 2, 3]), tensor([9]), [1]).toArray(), [1, 9, 3]);
 * ```
 */
export function dynamicUpdateSlice(x: Tensor, update: Tensor, starts: readonly TensorLike[]): Tensor {
  checkTensor("dynamicUpdateSlice", x);
  const values = updatesOf("dynamicUpdateSlice", x, update);
  const from = clamped("dynamicUpdateSlice", x.shape, starts, values.shape);
  return scatterFlat("dynamicUpdateSlice", x, places(x.shape, from, values.shape), values, "set", true);
}

/** Options of `dynamicIndex`. */
export interface DynamicIndexOptions {
  /** The axis, negative from the end; 0 by default. */
  readonly axis?: number;
  /** Keeps the axis with extent 1; true by default, as in JAX. */
  readonly keepDims?: boolean;
  /** What becomes of an index outside of the axis; "clip" by default, as in JAX. */
  readonly mode?: IndexMode;
}

const DYNAMIC_INDEX_OPTIONS = { axis: true, keepDims: true, mode: true } as const;

/**
 * The part at one position of an axis, which may be computed: a scalar of integers.
 *
 * @throws {TypeError} If the index is not of integers.
 * @throws {RangeError} If there is no such axis, or the index is no scalar.
 *
 * @example
 * ```ts
 * import { dynamicIndex, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(dynamicIndex(tensor([1, 2, 3]), 1, { keepDims: false }).item(), 2);
 * ```
 */
export function dynamicIndex(
  x: Tensor,
  index: TensorLike,
  options: DynamicIndexOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("dynamicIndex", options, DYNAMIC_INDEX_OPTIONS);
  checkTensor("dynamicIndex", x);
  const { keepDims = true, mode = "clip" } = options;
  const axis = normalizeAxis("dynamicIndex", options.axis ?? 0, x.rank);
  const position = indicesOf("dynamicIndex", index);
  if (position.rank !== 0) {
    throw new RangeError(`dynamicIndex expects a scalar as index but got ${describe(position)}`);
  }
  const part = take(x, placed("dynamicIndex", position, x.shape[axis], mode), { axis, mode: "fill" });
  return keepDims ? reshape(part, x.shape.map((extent, i) => i === axis ? 1 : extent)) : part;
}
