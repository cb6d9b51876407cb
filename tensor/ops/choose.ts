/**
 * Choosing between several tensors, and parts by a condition.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { formatShape, normalizeAxis } from "../shape.ts";
import { describe, Tensor, type TensorLike } from "../tensor.ts";
import { cast } from "./cast.ts";
import { less } from "./comparison.ts";
import { asTensor, numbers, promoted } from "./convert.ts";
import { tensor as make } from "./create.ts";
import { takeAlongAxis } from "./along_axis.ts";
import { checkMode, type IndexMode, indicesOf, placed } from "./index_mode.ts";
import { take } from "./indexing.ts";
import { flatPositions } from "./nonzero.ts";
import { where } from "./selection.ts";
import { broadcastArrays } from "./broadcast.ts";
import { expandDims, ravel } from "./reshape.ts";
import { index } from "./slice.ts";
import { stack } from "./concatenate.ts";

const SELECT_OPTIONS = { otherwise: true } as const;

/**
 * For each element the one of the first tensor whose condition holds, or the default: `where` for several conditions. All
 * broadcast together.
 *
 * @throws {RangeError} If there is not one condition for each choice, or none at all.
 *
 * @example
 * ```ts
 * import { greater, less, select, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([-2, 0, 2]);
 * assertEquals(select([less(x, 0), greater(x, 0)], [-1, x], { otherwise: 7 }).toArray(), [-1, 7, 2]);
 * ```
 */
export function select(
  conditions: readonly TensorLike[],
  choices: readonly TensorLike[],
  options: { readonly otherwise?: TensorLike } = NO_OPTIONS,
): Tensor {
  checkOptionNames("select", options, SELECT_OPTIONS);
  if (!Array.isArray(conditions) || conditions.length !== choices.length || conditions.length === 0) {
    throw new RangeError(
      `select expects one condition for each choice but got ${conditions.length} and ${choices.length}`,
    );
  }
  for (const one of [...conditions, ...choices]) numbers("select", one);
  let result: TensorLike = options.otherwise ?? 0;
  for (let i = choices.length - 1; i >= 0; i--) result = where(conditions[i], choices[i], result);
  return result as Tensor;
}

const CHOOSE_OPTIONS = { mode: true } as const;

/**
 * For each element the one of the tensor whose number stands at its place: `choices[indices[i]][i]`. All broadcast
 * together.
 *
 * @throws {TypeError} If the indices are not integers.
 * @throws {RangeError} If there is no choice, or with the mode "error" a number is outside.
 *
 * @example
 * ```ts
 * import { choose, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const which = tensor([0, 1, 0], { dtype: "int32" });
 * assertEquals(choose(which, [tensor([1, 2, 3]), 9]).toArray(), [1, 9, 3]);
 * ```
 */
export function choose(
  indices: TensorLike,
  choices: readonly TensorLike[],
  options: { readonly mode?: IndexMode } = NO_OPTIONS,
): Tensor {
  checkOptionNames("choose", options, CHOOSE_OPTIONS);
  const { mode = "error" } = options;
  const list = indicesOf("choose", indices);
  checkMode("choose", mode);
  if (!Array.isArray(choices) || choices.length === 0) {
    throw new RangeError("choose expects at least one choice but got none");
  }
  const given = choices.map((choice) => numbers("choose", choice));
  const [which, ...parts] = broadcastArrays(list, ...given);
  const dtype = parts.reduce((all, part) => promoted("choose", all, part)[0]).dtype;
  const stacked = stack(parts.map((part) => cast(part, dtype)));
  const found = placed("choose", which, parts.length, mode);
  return index(takeAlongAxis(stacked, expandDims(found, 0), 0, { mode: "fill" }), 0);
}

/** Options of `compress`. */
export interface CompressOptions {
  /** The axis; the flattened tensor by default. */
  readonly axis?: number;
  /** How many parts are given, which must be known inside of compile; as many as are chosen by default. */
  readonly size?: number;
}

const COMPRESS_OPTIONS = { axis: true, size: true } as const;

/**
 * The parts along an axis where a condition of one axis, a list or a tensor of bools, holds. Missing ones, with a larger
 * size, are 0.
 *
 * @throws {TypeError} Inside of `compile` or a gradient, where the condition is not known yet, without a size.
 * @throws {RangeError} If the condition has not one axis, or is longer than that of the tensor.
 *
 * @example
 * ```ts
 * import { compress, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(compress(tensor([1, 2, 3]), [true, false, true]).toArray(), [1, 3]);
 * ```
 */
export function compress(
  x: Tensor,
  condition: Tensor | readonly boolean[],
  options: CompressOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("compress", options, COMPRESS_OPTIONS);
  const given = asTensor("compress", x);
  const tensor = options.axis === undefined ? ravel(given) : given;
  const axis = normalizeAxis("compress", options.axis ?? 0, tensor.rank);
  const chosen = condition instanceof Tensor
    ? numbers("compress", condition)
    : make([...condition], { dtype: "bool" });
  if (chosen.rank !== 1 || chosen.size > tensor.shape[axis]) {
    throw new RangeError(
      `compress expects a condition of one axis of at most ${tensor.shape[axis]} elements but got ${
        describe(chosen)
      }`,
    );
  }
  const places = flatPositions("compress", chosen, options.size);
  // A missing one is outside, not the last.
  const outside = where(less(places, 0), tensor.shape[axis], places);
  return take(tensor, outside, { axis, mode: "fill", fillValue: 0 });
}

const EXTRACT_OPTIONS = { size: true } as const;

/**
 * The elements of the flattened tensor where a condition of its shape holds.
 *
 * @throws {TypeError} Inside of `compile` or a gradient, where the condition is not known yet, without a size.
 * @throws {RangeError} If the shapes differ.
 *
 * @example
 * ```ts
 * import { extract, greater, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([[1, -2], [3, -4]]);
 * assertEquals(extract(greater(x, 0), x).toArray(), [1, 3]);
 * ```
 */
export function extract(
  condition: Tensor,
  x: Tensor,
  options: { readonly size?: number } = NO_OPTIONS,
): Tensor {
  checkOptionNames("extract", options, EXTRACT_OPTIONS);
  const [chosen, tensor] = [numbers("extract", condition), asTensor("extract", x)];
  if (formatShape(chosen.shape) !== formatShape(tensor.shape)) {
    throw new RangeError(
      `extract expects a condition of the shape of ${describe(tensor)} but got ${describe(chosen)}`,
    );
  }
  return compress(ravel(tensor), ravel(chosen), options);
}
