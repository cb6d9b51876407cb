/**
 * Classes as vectors of ones and zeros.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import type { DType } from "../dtype.ts";
import { normalizeAxis } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { cast } from "./cast.ts";
import { equal } from "./comparison.ts";
import type { CreateOptions } from "./create.ts";
import { indicesOf } from "./index_mode.ts";
import { sequence } from "./positions.ts";
import { expandDims } from "./reshape.ts";

/** Options of `oneHot`. */
export interface OneHotOptions extends CreateOptions {
  /** Where the new axis stands in the result, negative from the end; the last by default. */
  readonly axis?: number;
}

const ONE_HOT_OPTIONS = { axis: true, dtype: true } as const;

/**
 * A new axis of extent `classes`, the last by default, with 1 at each index and 0 elsewhere; an index outside, a negative one too,
 * gives zeros. float32 unless a dtype is given.
 *
 * @throws {TypeError} If the indices are not integers.
 * @throws {RangeError} If `classes` is not a positive integer.
 *
 * @example
 * ```ts
 * import { oneHot, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = tensor([1, 0], { dtype: "int32" });
 * assertEquals(oneHot(labels, 3).toArray(), [[0, 1, 0], [1, 0, 0]]);
 * ```
 */
export function oneHot(indices: TensorLike, classes: number, options: OneHotOptions = NO_OPTIONS): Tensor {
  checkOptionNames("oneHot", options, ONE_HOT_OPTIONS);
  const list = indicesOf("oneHot", indices);
  if (!Number.isInteger(classes) || classes < 1) {
    throw new RangeError(
      `oneHot expects the number of classes to be a positive integer but got ${String(classes)}`,
    );
  }
  const dtype: DType = options.dtype ?? "float32";
  const axis = normalizeAxis("oneHot", options.axis ?? -1, list.rank + 1);
  const along = sequence(classes, 0, 1, list.rank + 1, axis);
  return cast(equal(expandDims(list, axis), along), dtype);
}
