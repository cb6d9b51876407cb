/**
 * Where elements are not zero.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { contiguousStrides } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { subtract } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { less, notEqual } from "./comparison.ts";
import { asTensor, numbers } from "./convert.ts";
import { cumsum } from "./cumulative.ts";
import { full } from "./full.ts";
import { floorDivide, remainder } from "./division.ts";
import { sequence } from "./positions.ts";
import { sum } from "./reduce.ts";
import { scattered } from "./scatter.ts";
import { where } from "./selection.ts";
import { ravel } from "./reshape.ts";
import { stack } from "./concatenate.ts";

/** Options of `nonzero`. */
export interface NonzeroOptions {
  /**
   * How many positions are given, which must be known inside of compile: further ones are left out, missing ones
   * filled. As many as there are by default.
   */
  readonly size?: number;
  /** The index that fills each axis of a missing position; 0 by default. */
  readonly fillValue?: number;
}

const NONZERO_OPTIONS = { size: true, fillValue: true } as const;

/** The positions of elements that are not 0 in the flattened tensor, -1 for a missing one. */
export function flatPositions(operation: string, x: Tensor, size: number | undefined): Tensor {
  const chosen = ravel(x.dtype === "bool" ? x : notEqual(x, 0));
  if (size === undefined && x.node !== null) {
    throw new TypeError(
      `${operation} expects a size for ${
        describe(x)
      }, whose elements are not known yet: their number would not be`,
    );
  }
  const found = cast(chosen, "int32");
  const count = size ?? sum(found).item();
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`${operation} expects a non-negative integer as size but got ${String(size)}`);
  }
  const none = full([count], -1, { dtype: "int32" });
  if (x.size === 0 || count === 0) return none;
  // Each chosen element goes to the place of its number, the others nowhere.
  const places = where(chosen, subtract(cumsum(found), 1), count);
  return scattered(none, places, sequence(x.size, 0, 1, 1, 0), { how: "set", axis: 0, unique: true });
}

/**
 * The positions of the elements that are not 0, in their row-major order: int32 indices for each axis.
 *
 * @throws {TypeError} Inside of `compile` or a gradient, where the elements are not known yet, without a size.
 * @throws {RangeError} If the size is not a non-negative integer.
 *
 * @example
 * ```ts
 * import { nonzero, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [rows, columns] = nonzero(tensor([[1, 0], [0, 2]]));
 * assertEquals([rows.toArray(), columns.toArray()], [[0, 1], [0, 1]]);
 * ```
 */
export function nonzero(x: TensorLike, options: NonzeroOptions = NO_OPTIONS): Tensor[] {
  checkOptionNames("nonzero", options, NONZERO_OPTIONS);
  return indicesFor("nonzero", x, options);
}

function indicesFor(operation: string, x: TensorLike, { size, fillValue = 0 }: NonzeroOptions): Tensor[] {
  const tensor = numbers(operation, x);
  const flat = flatPositions(operation, tensor, size);
  const missing = less(flat, 0);
  return contiguousStrides(tensor.shape).map((stride, axis) =>
    where(missing, fillValue, remainder(floorDivide(flat, stride), tensor.shape[axis]))
  );
}

/**
 * The positions of the elements that are not 0 as rows [count, rank], in their row-major order.
 *
 * @throws {TypeError} Inside of `compile` or a gradient, without a size.
 * @throws {RangeError} If the size is not a non-negative integer.
 *
 * @example
 * ```ts
 * import { argwhere, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(argwhere(tensor([[1, 0], [0, 2]])).toArray(), [[0, 0], [1, 1]]);
 * ```
 */
export function argwhere(x: TensorLike, options: NonzeroOptions = NO_OPTIONS): Tensor {
  checkOptionNames("argwhere", options, NONZERO_OPTIONS);
  const indices = indicesFor("argwhere", x, options);
  if (indices.length > 0) return stack(indices, 1);
  const flat = flatPositions("argwhere", numbers("argwhere", x), options.size);
  return full([flat.size, 0], 0, { dtype: "int32" });
}

/** The positions of the elements that are not 0 in the flattened tensor; see `nonzero`. */
export function flatNonzero(x: TensorLike, options: NonzeroOptions = NO_OPTIONS): Tensor {
  checkOptionNames("flatNonzero", options, NONZERO_OPTIONS);
  const flat = flatPositions("flatNonzero", asTensor("flatNonzero", x), options.size);
  return where(less(flat, 0), options.fillValue ?? 0, flat);
}
