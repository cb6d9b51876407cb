/**
 * Orders of several keys, the greatest elements, and distinct ones.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { isFloating } from "../dtype.ts";
import { checkShape, equalShapes, normalizeAxis } from "../shape.ts";
import { constantTensor } from "../make_tensor.ts";
import { describe, type SliceRange, type Tensor, type TensorLike } from "../tensor.ts";
import { takeAlongAxis } from "./along_axis.ts";
import { subtract } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { equal, isNaN, less, logicalAnd, logicalNot, logicalOr } from "./comparison.ts";
import { asTensor, promoted } from "./convert.ts";
import { cumsum } from "./cumulative.ts";
import { signBit } from "./float_parts.ts";
import { take } from "./indexing.ts";
import { flatPositions } from "./nonzero.ts";
import { scattered } from "./scatter.ts";
import { searchSorted } from "./search_sorted.ts";
import { clip, where } from "./selection.ts";
import { argsort, sort, type SortOptions } from "./sort.ts";
import { concatenate } from "./concatenate.ts";
import { ravel, reshape } from "./reshape.ts";
import { moveAxis } from "./axes.ts";
import { all } from "./reduce.ts";
import { slice, unstack } from "./slice.ts";
import { SORT_OPTIONS } from "./option_names.ts";

const INSIDE = { mode: "fill" } as const;

const LEXSORT_OPTIONS = { axis: true } as const;

/**
 * The positions (int32) that put several keys of one shape into order, the last key first: elements that are equal in it
 * are ordered by the one before, and so on. Equal elements keep their order.
 *
 * @throws {RangeError} If there is no key, the shapes differ, or there is no such axis.
 *
 * @example
 * ```ts
 * import { lexsort, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const given = tensor([2, 1, 1]);
 * const family = tensor([0, 1, 0]);
 * assertEquals(lexsort([given, family]).toArray(), [2, 0, 1]);
 * ```
 */
export function lexsort(keys: readonly Tensor[], options: { readonly axis?: number } = NO_OPTIONS): Tensor {
  checkOptionNames("lexsort", options, LEXSORT_OPTIONS);
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new RangeError("lexsort expects at least one key but got none");
  }
  const list = keys.map((key) => numbersOf("lexsort", key));
  const [first] = list;
  const misfit = list.find((key) => !equalShapes(key.shape, first.shape));
  if (misfit !== undefined) {
    throw new RangeError(
      `lexsort expects keys of one shape but got ${describe(first)} and ${describe(misfit)}`,
    );
  }
  const axis = normalizeAxis("lexsort", options.axis ?? -1, first.rank);
  return list.slice(1).reduce((order, key) => {
    const next = argsort(takeAlongAxis(key, order, axis, INSIDE), { axis });
    return takeAlongAxis(order, next, axis, INSIDE);
  }, argsort(first, { axis }));
}

function numbersOf(operation: string, x: Tensor): Tensor {
  const tensor = asTensor(operation, x);
  if (tensor.dtype === "key") {
    throw new TypeError(`${operation} expects numbers but got random keys ${describe(tensor)}`);
  }
  return tensor;
}

/**
 * Keys in order along an axis, and values of the same shape moved as they were: `[keys, values]`, as
 * `jax.lax.sort_key_val`.
 *
 * @throws {RangeError} If the shapes differ, or there is no such axis.
 *
 * @example
 * ```ts
 * import { sortKeyVal, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [keys, values] = sortKeyVal(tensor([3, 1]), tensor([30, 10]));
 * assertEquals([keys.toArray(), values.toArray()], [[1, 3], [10, 30]]);
 * ```
 */
export function sortKeyVal(
  keys: Tensor,
  values: Tensor,
  options: SortOptions = NO_OPTIONS,
): [keys: Tensor, values: Tensor] {
  checkOptionNames("sortKeyVal", options, SORT_OPTIONS);
  const [list, moved] = [numbersOf("sortKeyVal", keys), numbersOf("sortKeyVal", values)];
  if (!equalShapes(list.shape, moved.shape)) {
    throw new RangeError(
      `sortKeyVal expects values of the shape of ${describe(list)} but got ${describe(moved)}`,
    );
  }
  const axis = normalizeAxis("sortKeyVal", options.axis ?? -1, list.rank);
  const order = argsort(list, { ...options, axis });
  return [takeAlongAxis(list, order, axis, INSIDE), takeAlongAxis(moved, order, axis, INSIDE)];
}

/**
 * The k greatest elements along an axis, the greatest first, and their positions (int32): `[values, indices]`, as
 * `jax.lax.top_k`. NaN is the greatest, 0 is greater than -0, and of equal elements the first comes first.
 *
 * @throws {RangeError} If there is no such axis, or k is not an integer from 0 to its extent.
 *
 * @example
 * ```ts
 * import { tensor, topK } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [values, indices] = topK(tensor([3, 9, 5]), 2);
 * assertEquals([values.toArray(), indices.toArray()], [[9, 5], [1, 2]]);
 * ```
 */
export function topK(
  x: Tensor,
  k: number,
  options: { readonly axis?: number } = NO_OPTIONS,
): [values: Tensor, indices: Tensor] {
  checkOptionNames("topK", options, LEXSORT_OPTIONS);
  const tensor = numbersOf("topK", x);
  const axis = normalizeAxis("topK", options.axis ?? -1, tensor.rank);
  if (!Number.isInteger(k) || k < 0 || k > tensor.shape[axis]) {
    throw new RangeError(`topK expects k from 0 to ${tensor.shape[axis]} but got ${String(k)}`);
  }
  let order = argsort(tensor, { axis, descending: true });
  if (isFloating(tensor.dtype)) {
    // Zeros equal each other in the order, so those below 0 are put behind by a second key.
    const zeros = logicalAnd(equal(tensor, 0), signBit(tensor));
    const first = argsort(cast(zeros, "int32"), { axis });
    const then = argsort(takeAlongAxis(tensor, first, axis, INSIDE), { axis, descending: true });
    order = takeAlongAxis(first, then, axis, INSIDE);
  }
  const range = tensor.shape.map((_, i): SliceRange => i === axis ? [0, k] : null);
  const indices = slice(order, range);
  return [takeAlongAxis(tensor, indices, axis, INSIDE), indices];
}

/** Options of `unique`. */
export interface UniqueOptions {
  /** How many elements are given, which must be known inside of compile; as many as there are by default. */
  readonly size?: number;
  /** What fills missing ones; the least element by default. */
  readonly fillValue?: TensorLike;
  /** The axis of whose slices each is given once, in the order of their elements; the elements themselves by default. */
  readonly axis?: number;
}

const UNIQUE_OPTIONS = { size: true, fillValue: true, axis: true } as const;

/** What `uniqueAll` gives. */
export interface Unique {
  /** The distinct elements in their order. */
  readonly values: Tensor;
  /** Where each of them is first, in the flattened tensor (int32). */
  readonly indices: Tensor;
  /** The place among the distinct ones of each element, in the shape of the tensor, or of each slice (int32). */
  readonly inverse: Tensor;
  /** How often each of them is there (int32). */
  readonly counts: Tensor;
}

/**
 * The distinct elements of a tensor in their order, NaN once at the end.
 *
 * @throws {TypeError} Inside of `compile` or a gradient, where their number is not known, without a size.
 *
 * @example
 * ```ts
 * import { tensor, unique } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(unique(tensor([3, 1, 3])).toArray(), [1, 3]);
 * ```
 */
export function unique(x: Tensor, options: UniqueOptions = NO_OPTIONS): Tensor {
  checkOptionNames("unique", options, UNIQUE_OPTIONS);
  return distinct("unique", x, options).values;
}

/**
 * `unique` with the positions, the inverse and the counts.
 *
 * @throws {TypeError} Inside of `compile` or a gradient, where their number is not known, without a size.
 *
 * @example
 * ```ts
 * import { tensor, uniqueAll } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { inverse, counts } = uniqueAll(tensor([3, 1, 3]));
 * assertEquals([inverse.toArray(), counts.toArray()], [[1, 0, 1], [1, 2]]);
 * ```
 */
export function uniqueAll(x: Tensor, options: UniqueOptions = NO_OPTIONS): Unique {
  checkOptionNames("uniqueAll", options, UNIQUE_OPTIONS);
  return distinct("uniqueAll", x, options);
}

/** The order of slices along the first axis by their elements, the first of which counts most. */
function orderOfSlices(x: Tensor): Tensor {
  const columns = unstack(reshape(x, [x.shape[0], x.size / Math.max(1, x.shape[0])]), 1);
  return columns.length === 0
    ? argsort(constantTensor("int32", [x.shape[0]], 0))
    : lexsort(columns.toReversed());
}

function distinct(operation: string, x: Tensor, { size, fillValue, axis }: UniqueOptions): Unique {
  const tensor = numbersOf(operation, x);
  if (size !== undefined) checkShape(operation, [size]);
  const along = axis === undefined ? null : normalizeAxis(operation, axis, tensor.rank);
  const flat = along === null ? ravel(tensor) : moveAxis(tensor, along, 0);
  const total = flat.shape[0];
  const order = flat.rank === 1 ? argsort(flat) : orderOfSlices(flat);
  const sorted = take(flat, order, INSIDE);
  // The first of each run of equal elements; NaN equals NaN here.
  const [behind, ahead] = [slice(sorted, [[0, -1]]), slice(sorted, [[1, null]])];
  const equals = logicalOr(equal(behind, ahead), logicalAnd(isNaN(behind), isNaN(ahead)));
  const same = equals.rank === 1 ? equals : all(equals, { axes: equals.shape.slice(1).map((_, i) => i + 1) });
  const starts = total === 0
    ? constantTensor("bool", [0], 0)
    : concatenate([constantTensor("bool", [1], 1), logicalNot(same)]);
  const places = flatPositions(operation, starts, size);
  const missing = less(places, 0);
  const at = where(missing, total, places);
  const least = total === 0 ? 0 : slice(sorted, [[0, 1]]);
  const values = where(
    reshape(missing, [missing.size, ...flat.shape.slice(1).map(() => 1)]),
    fillValue ?? least,
    take(sorted, clip(at, { max: Math.max(0, total - 1) }), INSIDE),
  );
  const next = concatenate([slice(at, [[1, null]]), constantTensor("int32", [Math.min(1, at.size)], total)]);
  const numbers = subtract(cumsum(cast(starts, "int32")), 1);
  const inverse = scattered(constantTensor("int32", [total], 0), order, numbers, {
    how: "set",
    axis: 0,
    unique: true,
  });
  return {
    values: cast(along === null ? values : moveAxis(values, 0, along), tensor.dtype),
    indices: where(missing, 0, take(order, clip(at, { max: Math.max(0, total - 1) }), INSIDE)),
    inverse: along === null ? reshape(inverse, tensor.shape) : inverse,
    counts: subtract(next, at),
  };
}

const IS_IN_OPTIONS = { invert: true } as const;

/**
 * Whether each element of x is among those of another tensor; NaN is never.
 *
 * @example
 * ```ts
 * import { isIn, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(isIn(tensor([1, 2, 3]), tensor([3, 1])).toArray(), [true, false, true]);
 * ```
 */
export function isIn(
  x: TensorLike,
  elements: TensorLike,
  options: { readonly invert?: boolean } = NO_OPTIONS,
): Tensor {
  checkOptionNames("isIn", options, IS_IN_OPTIONS);
  const [a, b] = promoted("isIn", x, elements);
  const line = sort(ravel(b));
  const place = clip(searchSorted(line, a), { max: Math.max(0, line.size - 1) });
  const found = line.size === 0 ? constantTensor("bool", a.shape, 0) : equal(take(line, place, INSIDE), a);
  return options.invert === true ? logicalNot(found) : found;
}
