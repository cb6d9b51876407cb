/**
 * Distinct elements, and whether one is among others.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { constantTensor } from "../make_tensor.ts";
import { checkShape, normalizeAxis, type Shape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { subtract } from "./arithmetic.ts";
import { moveAxis } from "./axes.ts";
import { cast } from "./cast.ts";
import { equal, greaterEqual, isNaN, less, logicalAnd, logicalNot, logicalOr } from "./comparison.ts";
import { concatenate } from "./concatenate.ts";
import { promoted } from "./convert.ts";
import { cumsum } from "./cumulative.ts";
import { INSIDE } from "./index_mode.ts";
import { take } from "./indexing.ts";
import { flatPositions } from "./nonzero.ts";
import { lexsort, numbersOf } from "./order.ts";
import { all } from "./reduce.ts";
import { ravel, reshape } from "./reshape.ts";
import { scattered } from "./scatter.ts";
import { searchSorted } from "./search_sorted.ts";
import { clip, where } from "./selection.ts";
import { slice, unstack } from "./slice.ts";
import { argsort, sort } from "./sort.ts";

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
  return runsOf("unique", x, options).values;
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
  const { values, shape, order, starts, at } = runsOf("uniqueAll", x, options);
  const total = order.size;
  const missing = greaterEqual(at, total);
  const next = concatenate([slice(at, [[1, null]]), constantTensor("int32", [Math.min(1, at.size)], total)]);
  const numbers = subtract(cumsum(cast(starts, "int32")), 1);
  const inverse = scattered(constantTensor("int32", [total], 0), order, numbers, {
    how: "set",
    axis: 0,
    unique: true,
  });
  return {
    values,
    indices: where(missing, 0, take(order, clip(at, { max: Math.max(0, total - 1) }), INSIDE)),
    inverse: reshape(inverse, shape),
    counts: subtract(next, at),
  };
}

/** The order of slices along the first axis by their elements, the first of which counts most. */
function orderOfSlices(x: Tensor): Tensor {
  const columns = unstack(reshape(x, [x.shape[0], x.size / Math.max(1, x.shape[0])]), 1);
  return columns.length === 0
    ? argsort(constantTensor("int32", [x.shape[0]], 0))
    : lexsort(columns.toReversed());
}

/** Elements or slices in their order, in which equal ones follow each other. */
interface Runs {
  /** What each run has. */
  readonly values: Tensor;
  /** The shape of the inverse. */
  readonly shape: Shape;
  /** The order. */
  readonly order: Tensor;
  /** Whether a run starts at a place of the order. */
  readonly starts: Tensor;
  /** Where each run starts, behind the last place for a missing one. */
  readonly at: Tensor;
}

function runsOf(operation: string, x: Tensor, { size, fillValue, axis }: UniqueOptions): Runs {
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
  return {
    values: cast(along === null ? values : moveAxis(values, 0, along), tensor.dtype),
    shape: along === null ? tensor.shape : [total],
    order,
    starts,
    at,
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
