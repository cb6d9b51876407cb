/**
 * Functions chosen by conditions, tensors made of blocks, and tensors compared as wholes.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { equalShapes, normalizeAxis } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { select } from "./choose.ts";
import { equal, isNaN, logicalAnd, logicalOr } from "./comparison.ts";
import { concatenate } from "./concatenate.ts";
import { asTensor, numbers, promoted } from "./convert.ts";
import { tensor } from "./create.ts";
import { all } from "./reduce.ts";
import { reshape } from "./reshape.ts";
import { argsort, sort } from "./sort.ts";

/**
 * For each element the function of the first condition that holds, or one more function where none does (0 by default),
 * as `jnp.piecewise` where conditions do not overlap. All functions are applied to all of x.
 *
 * @param functions A function or a number for each condition, and perhaps one more.
 * @throws {RangeError} If there are fewer functions than conditions, or more than one more.
 *
 * @example
 * ```ts
 * import { less, negative, piecewise, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([-2, 3]);
 * assertEquals(piecewise(x, [less(x, 0)], [negative, (y: Tensor) => y]).toArray(), [2, 3]);
 * ```
 */
export function piecewise(
  x: Tensor,
  conditions: readonly Tensor[],
  functions: readonly (TensorLike | ((x: Tensor) => Tensor))[],
): Tensor {
  const given = numbers("piecewise", x);
  const more = Array.isArray(functions) && Array.isArray(conditions)
    ? functions.length - conditions.length
    : -1;
  if (conditions.length === 0 || more < 0 || more > 1) {
    throw new RangeError(
      `piecewise expects a function for each condition and perhaps one more but got ${functions.length} for ${conditions.length}`,
    );
  }
  const values = functions.map((f) =>
    typeof f === "function" ? f(given) : asTensor("piecewise", f, given.dtype)
  );
  const otherwise = more === 1 ? { otherwise: values[values.length - 1] } : {};
  return select(conditions, values.slice(0, conditions.length), otherwise);
}

/** Tensors nested in lists. */
export type Blocks = TensorLike | readonly Blocks[];

/**
 * A tensor made of blocks: the innermost lists are put together along the last axis, those around them along the one
 * before, as `jnp.block`.
 *
 * @throws {RangeError} If a list is empty, lists are nested unevenly, or blocks do not fit.
 *
 * @example
 * ```ts
 * import { block, eye, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(block([[eye(2), ones([2, 1])]]).toArray(), [[1, 0, 1], [0, 1, 1]]);
 * ```
 */
export function block(blocks: Blocks): Tensor {
  const depth = depthOf(blocks);
  const rank = rankOf(blocks, depth);
  return join(blocks, depth, Math.max(rank, depth));
}

function isList(blocks: Blocks): blocks is readonly Blocks[] {
  return Array.isArray(blocks);
}

function depthOf(blocks: Blocks): number {
  if (!isList(blocks)) return 0;
  if (blocks.length === 0) throw new RangeError("block expects lists of at least one block but got none");
  const depths = blocks.map(depthOf);
  if (depths.some((depth) => depth !== depths[0])) {
    throw new RangeError("block expects lists nested to one depth");
  }
  return depths[0] + 1;
}

function rankOf(blocks: Blocks, depth: number): number {
  return isList(blocks)
    ? Math.max(...blocks.map((one) => rankOf(one, depth)))
    : asTensor("block", blocks).rank;
}

function join(blocks: Blocks, depth: number, rank: number): Tensor {
  if (!isList(blocks)) {
    const x = numbers("block", blocks);
    return reshape(x, [...new Array<number>(rank - x.rank).fill(1), ...x.shape]);
  }
  return blocks.map((one) => join(one, depth - 1, rank)).reduce((a, b) =>
    concatenate([...promoted("block", a, b)], rank - depth)
  );
}

const ARRAY_EQUAL_OPTIONS = { equalNan: true } as const;

/**
 * Whether two tensors have the same shape and elements, as a scalar bool.
 *
 * @example
 * ```ts
 * import { arrayEqual, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(arrayEqual(tensor([1, 2]), tensor([1, 2])).item(), 1);
 * ```
 */
export function arrayEqual(
  x: TensorLike,
  y: TensorLike,
  options: {
    /** Whether NaN equals NaN; false by default. */
    readonly equalNan?: boolean;
  } = NO_OPTIONS,
): Tensor {
  checkOptionNames("arrayEqual", options, ARRAY_EQUAL_OPTIONS);
  const [a, b] = promoted("arrayEqual", x, y);
  if (!equalShapes(a.shape, b.shape)) return tensor(false);
  const same = equal(a, b);
  return all(options.equalNan === true ? logicalOr(same, logicalAnd(isNaN(a), isNaN(b))) : same);
}

/** Options of `partition`. */
export interface PartitionOptions {
  /** The axis; the last by default. */
  readonly axis?: number;
}

const PARTITION_OPTIONS = { axis: true } as const;

function checkPlace(operation: string, x: Tensor, k: number, axis: number): void {
  const extent = x.shape[normalizeAxis(operation, axis, x.rank)];
  if (!Number.isInteger(k) || k < -extent || k >= extent) {
    throw new RangeError(`${operation} expects a place of an axis of extent ${extent} but got ${String(k)}`);
  }
}

/**
 * Lines in an order with the element of place k where it is when sorted, lesser ones before and greater ones after. They
 * are in fact sorted.
 *
 * @throws {RangeError} If there is no such axis or place.
 *
 * @example
 * ```ts
 * import { partition, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(partition(tensor([3, 1, 2]), 1).at(1).item(), 2);
 * ```
 */
export function partition(x: Tensor, k: number, options: PartitionOptions = NO_OPTIONS): Tensor {
  checkOptionNames("partition", options, PARTITION_OPTIONS);
  const { axis = -1 } = options;
  const given = numbers("partition", x);
  checkPlace("partition", given, k, axis);
  return sort(given, { axis });
}

/**
 * The indices (int32) that bring lines in an order as `partition` does.
 *
 * @throws {RangeError} If there is no such axis or place.
 *
 * @example
 * ```ts
 * import { argpartition, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(argpartition(tensor([3, 1, 2]), 1).at(1).item(), 2);
 * ```
 */
export function argpartition(x: Tensor, k: number, options: PartitionOptions = NO_OPTIONS): Tensor {
  checkOptionNames("argpartition", options, PARTITION_OPTIONS);
  const { axis = -1 } = options;
  const given = numbers("argpartition", x);
  checkPlace("argpartition", given, k, axis);
  return argsort(given, { axis });
}
