/**
 * Tensors joined side by side.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { normalizeAxis } from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import { describe, type Tensor } from "../tensor.ts";
import { atLeast1d, atLeast2d, atLeast3d } from "./broadcast.ts";
import { concatenate } from "./concatenate.ts";
import { ravel } from "./reshape.ts";
import { transpose } from "./transpose.ts";

/** Throws unless there is an array of at least one tensor. */
function checkList(operation: string, tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new RangeError(`${operation} expects at least one tensor but got none`);
  }
  for (const x of tensors) checkTensor(operation, x);
}

/** Tensors joined along an axis; that they do not fit is said of this operation. */
function joined(operation: string, tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors;
  const misfit = tensors.find((x) =>
    x.rank !== first.rank || x.shape.some((extent, i) => i !== axis && extent !== first.shape[i])
  );
  if (misfit !== undefined) {
    throw new RangeError(
      `${operation} expects shapes that fit together but got ${describe(first)} and ${describe(misfit)}`,
    );
  }
  return concatenate(tensors, axis);
}

/**
 * Tensors joined along the first axis, vectors as rows.
 *
 * @throws {RangeError} If there is no tensor, or the shapes do not fit.
 *
 * @example
 * ```ts
 * import { tensor, vstack } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(vstack([tensor([1, 2]), tensor([3, 4])]).toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function vstack(tensors: readonly Tensor[]): Tensor {
  checkList("vstack", tensors);
  return joined("vstack", tensors.map(atLeast2d), 0);
}

/**
 * Tensors joined along the second axis, vectors along their only one.
 *
 * @throws {RangeError} If there is no tensor, or the shapes do not fit.
 *
 * @example
 * ```ts
 * import { hstack, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(hstack([tensor([1, 2]), tensor([3])]).toArray(), [1, 2, 3]);
 * ```
 */
export function hstack(tensors: readonly Tensor[]): Tensor {
  checkList("hstack", tensors);
  const list = tensors.map(atLeast1d);
  return joined("hstack", list, list[0].rank === 1 ? 0 : 1);
}

/** Tensors joined along the third axis, which matrices and vectors get. */
export function dstack(tensors: readonly Tensor[]): Tensor {
  checkList("dstack", tensors);
  return joined("dstack", tensors.map(atLeast3d), 2);
}

/** Tensors joined along the second axis, vectors as columns. */
export function columnStack(tensors: readonly Tensor[]): Tensor {
  checkList("columnStack", tensors);
  return joined("columnStack", tensors.map((x) => x.rank < 2 ? transpose(atLeast2d(x)) : x), 1);
}

const APPEND_OPTIONS = { axis: true } as const;

/**
 * A tensor behind another one along an axis; both flattened without one.
 *
 * @throws {RangeError} If there is no such axis, or the shapes do not fit.
 *
 * @example
 * ```ts
 * import { append, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(append(tensor([1, 2]), tensor([3])).toArray(), [1, 2, 3]);
 * ```
 */
export function append(x: Tensor, values: Tensor, options: { readonly axis?: number } = NO_OPTIONS): Tensor {
  checkOptionNames("append", options, APPEND_OPTIONS);
  checkList("append", [x, values]);
  if (options.axis === undefined) return concatenate([ravel(x), ravel(values)]);
  return joined("append", [x, values], normalizeAxis("append", options.axis, x.rank));
}
