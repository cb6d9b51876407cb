/**
 * Orders of several keys, and the greatest elements.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { equalShapes, normalizeAxis } from "../shape.ts";
import { describe, type Tensor } from "../tensor.ts";
import { takeAlongAxis } from "./along_axis.ts";
import { asTensor } from "./convert.ts";
import { INSIDE } from "./index_mode.ts";
import { firstPositions } from "./ordered_positions.ts";
import { argsort, SORT_OPTIONS, type SortOptions } from "./sort.ts";
import { swapAxes } from "./transpose.ts";

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

/** An operand that may be put into order: anything but random keys. */
export function numbersOf(operation: string, x: Tensor): Tensor {
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
  const indices = swapAxes(firstPositions(swapAxes(tensor, axis, -1), k, true, true), axis, -1);
  return [takeAlongAxis(tensor, indices, axis, INSIDE), indices];
}
