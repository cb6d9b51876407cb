/**
 * Putting elements into order.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { sortKernel } from "../kernels/merge_sort.ts";
import { contiguousOperand } from "../operand.ts";
import { batchInFront } from "../rules.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { normalizeAxis, sizeOf } from "../shape.ts";
import { describe, type Tensor } from "../tensor.ts";
import { asTensor } from "./convert.ts";
import { takeAlongAxis } from "./along_axis.ts";
import { flip } from "./slice.ts";
import { swapAxes } from "./transpose.ts";

/** Work of a chunk, in elements. */
const CHUNK = 4096;

const argsortPrimitive: Primitive<{ readonly descending: boolean }> = definePrimitive<
  { readonly descending: boolean }
>({
  name: "argsort",
  infer: ([x]) => [{ dtype: "int32", shape: x.shape }],
  execute([x], [order], { descending }, machine) {
    const length = x.shape[x.shape.length - 1];
    const lines = length === 0 ? 0 : sizeOf(x.shape.slice(0, -1));
    machine.launch(
      sortKernel(x.dtype, descending),
      [contiguousOperand(x, machine), order, machine.temporary("int32", x.shape)],
      [length],
      lines,
      Math.max(1, Math.round(CHUNK / Math.max(1, length))),
    );
  },
  pullback: null,
  batch: batchInFront,
});

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
  return swapAxes(apply(argsortPrimitive, [swapAxes(tensor, at, -1)], { descending }), at, -1);
}
