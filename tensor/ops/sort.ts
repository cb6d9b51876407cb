/**
 * Putting elements into order.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { normalizeAxis } from "../shape.ts";
import { describe, type Tensor } from "../tensor.ts";
import { asTensor } from "./convert.ts";
import { takeAlongAxis } from "./along_axis.ts";
import { firstPositions } from "./ordered_positions.ts";
import { flip } from "./slice.ts";
import { swapAxes } from "./transpose.ts";

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** The axis along which elements are put into order, negative from the end; the last by default. */
  readonly axis?: number;
  /** Whether the greatest comes first; false by default. */
  readonly descending?: boolean;
}

/** The names of `SortOptions`. */
export const SORT_OPTIONS = { axis: true, descending: true } as const;

/**
 * The positions (int32) of the elements along an axis in their order: `takeAlongAxis(x, argsort(x), -1)` is sorted.
 * Equal elements keep their order; NaN is the greatest, as in `jnp.argsort`.
 *
 * @throws {TypeError} If `x` holds random keys.
 * @throws {RangeError} If `x` has no such axis.
 *
 * @example
 * ```ts
 * import { argsort, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(argsort(tensor([3, 1, 2])).toArray(), [1, 2, 0]);
 * ```
 */
export function argsort(x: Tensor, options: SortOptions = NO_OPTIONS): Tensor {
  checkOptionNames("argsort", options, SORT_OPTIONS);
  return order("argsort", x, options);
}

/**
 * The elements along an axis in their order, NaN as the greatest, as `jnp.sort`: descending is the ascending
 * order backwards. A gradient goes to the element that came to its place.
 *
 * @throws {TypeError} If `x` holds random keys.
 * @throws {RangeError} If `x` has no such axis.
 *
 * @example
 * ```ts
 * import { sort, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sort(tensor([[3, 1, 2]])).toArray(), [[1, 2, 3]]);
 * assertEquals(sort(tensor([3, 1, 2]), { descending: true }).toArray(), [3, 2, 1]);
 * ```
 */
export function sort(x: Tensor, options: SortOptions = NO_OPTIONS): Tensor {
  checkOptionNames("sort", options, SORT_OPTIONS);
  const tensor = asTensor("sort", x);
  const { axis = -1, descending = false } = options;
  const sorted = takeAlongAxis(tensor, order("sort", tensor, { axis }), axis, { mode: "fill" });
  // The other way round, so that of equal elements the last one comes first, as in JAX.
  return descending ? flip(sorted, axis) : sorted;
}

function order(operation: string, x: Tensor, { axis = -1, descending = false }: SortOptions): Tensor {
  const tensor = asTensor(operation, x);
  if (tensor.dtype === "key") {
    throw new TypeError(`${operation} expects numbers but got random keys ${describe(tensor)}`);
  }
  const at = normalizeAxis(operation, axis, tensor.rank);
  const lines = swapAxes(tensor, at, -1);
  return swapAxes(firstPositions(lines, lines.shape[lines.rank - 1], descending, false), at, -1);
}
