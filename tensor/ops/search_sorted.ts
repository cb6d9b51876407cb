/**
 * Searching in sorted numbers.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { vectorMode } from "../kernel_choice.ts";
import { searchSortedKernel } from "../kernels/simd/search_sorted.ts";
import { contiguousOperand } from "../operand.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { sizeOf } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { subtract } from "./arithmetic.ts";
import { lessEqual } from "./comparison.ts";
import { promoted } from "./convert.ts";
import { take } from "./indexing.ts";
import { where } from "./selection.ts";
import { flip, slice } from "./slice.ts";
import { ravel, reshape } from "./reshape.ts";

interface Side {
  readonly right: boolean;
}

const searchSortedPrimitive: Primitive<Side> = definePrimitive<Side>({
  name: "searchSorted",
  infer: ([_, values]) => [{ dtype: "int32", shape: values.shape }],
  execute([sorted, values], [output], { right }, machine) {
    const length = sorted.shape[sorted.shape.length - 1];
    machine.launch(
      searchSortedKernel(sorted.dtype, right, vectorMode() !== null),
      [contiguousOperand(sorted, machine), contiguousOperand(values, machine), output],
      [length, Math.max(1, values.shape[values.shape.length - 1])],
      sizeOf(values.shape),
      2048,
    );
  },
  pullback: null,
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
});

/** Options of `searchSorted`. */
export interface SearchSortedOptions {
  /** Whether a value belongs before the elements that equal it ("left") or behind them; "left" by default. */
  readonly side?: "left" | "right";
  /** The positions that put `sorted` into order, as `argsort` gives them; it is in order by default. */
  readonly sorter?: Tensor;
}

const SEARCH_SORTED_OPTIONS = { side: true, sorter: true } as const;

/**
 * The positions (int32) where values belong in a sorted tensor of one axis, by binary search; NaN is the greatest.
 * No gradient flows through them.
 *
 * @throws {RangeError} If `sorted` has not one axis, or the side is another.
 *
 * @example
 * ```ts
 * import { searchSorted, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(searchSorted(tensor([1, 3, 5]), tensor([0, 3, 9])).toArray(), [0, 1, 3]);
 * ```
 */
export function searchSorted(
  sorted: Tensor,
  values: TensorLike,
  options: SearchSortedOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("searchSorted", options, SEARCH_SORTED_OPTIONS);
  const { side = "left", sorter } = options;
  const [given, list] = promoted("searchSorted", sorted, values);
  if (given.rank !== 1) {
    throw new RangeError(`searchSorted expects sorted numbers of one axis but got ${describe(given)}`);
  }
  if (side !== "left" && side !== "right") {
    throw new RangeError(`searchSorted expects the side "left" or "right" but got ${String(side)}`);
  }
  const line = sorter === undefined ? given : take(given, sorter);
  return reshape(apply(searchSortedPrimitive, [line, ravel(list)], { right: side === "right" }), list.shape);
}

/** Options of `digitize`. */
export interface DigitizeOptions {
  /** Whether the upper edge of a bin belongs to it, instead of the lower one; false by default. */
  readonly right?: boolean;
}

const DIGITIZE_OPTIONS = { right: true } as const;

/**
 * The number (int32) of the bin that each value lies in: 0 below the first edge, their count from the last on. The edges
 * ascend or descend.
 *
 * @throws {RangeError} If the edges have not one axis.
 *
 * @example
 * ```ts
 * import { digitize, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(digitize(tensor([0.5, 1, 7]), tensor([0, 1, 2])).toArray(), [1, 2, 3]);
 * ```
 */
export function digitize(x: TensorLike, edges: Tensor, options: DigitizeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("digitize", options, DIGITIZE_OPTIONS);
  const [list, values] = promoted("digitize", edges, x);
  if (list.rank !== 1) throw new RangeError(`digitize expects edges of one axis but got ${describe(list)}`);
  const side = options.right === true ? "left" : "right";
  const upwards = searchSorted(list, values, { side });
  if (list.size < 2) return upwards;
  const downwards = subtract(list.size, searchSorted(flip(list), values, { side }));
  return where(lessEqual(slice(list, [[0, 1]]), slice(list, [[-1, null]])).reshape([]), upwards, downwards);
}
