/**
 * Slices put into a tensor or taken out of it.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { normalizeAxis } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { concatenate } from "./concatenate.ts";
import { asTensor, numbers, promoted } from "./convert.ts";
import { tensor } from "./create.ts";
import { take } from "./indexing.ts";
import { ravel, reshape } from "./reshape.ts";
import { moveAxis } from "./axes.ts";

/** Where slices are put in or taken out. */
export interface InsertOptions {
  /** The axis; the tensor is flattened by default. */
  readonly axis?: number;
}

const INSERT_OPTIONS = { axis: true } as const;

/** The tensor with the axis in front, or flattened, and what brings it back. */
function inFront(
  operation: string,
  x: Tensor,
  { axis }: InsertOptions,
): readonly [front: Tensor, back: (x: Tensor) => Tensor] {
  if (axis === undefined) return [ravel(x), (y) => y];
  const at = normalizeAxis(operation, axis, x.rank);
  return [moveAxis(x, at, 0), (y) => moveAxis(y, 0, at)];
}

function placesOf(
  operation: string,
  places: number | readonly number[],
  extent: number,
  most: number,
): number[] {
  const list = typeof places === "number" ? [places] : places;
  if (!Array.isArray(list)) throw new TypeError(`${operation} expects positions as numbers`);
  return list.map((place: number) => {
    if (!Number.isInteger(place) || place < -extent || place > most) {
      throw new RangeError(
        `${operation} expects positions from ${-extent} to ${most} but got ${String(place)}`,
      );
    }
    return place < 0 ? place + extent : place;
  });
}

function rowsOf(x: Tensor, places: readonly number[]): Tensor {
  return take(x, tensor(Int32Array.from(places)));
}

/**
 * The tensor with values put in before positions of an axis, as `jnp.insert`. At one position the values may be several
 * slices; else there is one slice for each position.
 *
 * @throws {RangeError} If a position is outside of the axis, or the values do not fit.
 *
 * @example
 * ```ts
 * import { insert, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(insert(tensor([1, 2, 3]), 1, 9).toArray(), [1, 9, 2, 3]);
 * assertEquals(insert(tensor([[1, 2], [3, 4]]), [0, 2], 0, { axis: 1 }).toArray(), [[0, 1, 2, 0], [0, 3, 4, 0]]);
 * ```
 */
export function insert(
  x: Tensor,
  positions: number | readonly number[],
  values: TensorLike,
  options: InsertOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("insert", options, INSERT_OPTIONS);
  const given = numbers("insert", x);
  const taken = promoted("insert", given, asTensor("insert", values, given.dtype))[1].cast(given.dtype);
  const [front, back] = inFront("insert", given, options);
  const extent = front.shape[0];
  const places = placesOf("insert", positions, extent, extent);
  const rest = front.shape.slice(1);
  // In a slice of its own, the axis of the values stands as in the tensor.
  const moved = options.axis !== undefined && taken.rank === given.rank
    ? moveAxis(taken, options.axis, 0)
    : options.axis === undefined
    ? ravel(taken)
    : reshape(taken, [1, ...taken.shape]);
  const count = typeof positions === "number"
    ? Math.max(1, moved.rank === front.rank ? moved.shape[0] : 1)
    : places.length;
  if (moved.shape[0] !== 1 && moved.shape[0] !== count) {
    throw new RangeError(`insert expects a slice for each of ${count} positions but got ${describe(taken)}`);
  }
  const slices = broadcastTo(moved, [count, ...rest]);
  const where = typeof positions === "number" ? new Array<number>(count).fill(places[0]) : places;
  const order = where.map((place, i) => ({ place, i })).sort((a, b) => a.place - b.place || a.i - b.i);
  // Of the tensor with the slices behind it, each row in its turn.
  const rows: number[] = [];
  let next = 0;
  for (let i = 0; i <= extent; i++) {
    for (; next < count && order[next].place === i; next++) rows.push(extent + order[next].i);
    if (i < extent) rows.push(i);
  }
  return back(rowsOf(concatenate([front, slices]), rows));
}

/**
 * The tensor without the slices at positions of an axis, as `jnp.delete`.
 *
 * @throws {RangeError} If a position is outside of the axis.
 *
 * @example
 * ```ts
 * import { deleteAt, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(deleteAt(tensor([1, 2, 3]), [0, -1]).toArray(), [2]);
 * ```
 */
export function deleteAt(
  x: Tensor,
  positions: number | readonly number[],
  options: InsertOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("deleteAt", options, INSERT_OPTIONS);
  const [front, back] = inFront("deleteAt", numbers("deleteAt", x), options);
  const extent = front.shape[0];
  const gone = placesOf("deleteAt", positions, extent, extent - 1);
  const isGone = new Set(gone);
  const rows: number[] = [];
  for (let i = 0; i < extent; i++) if (!isGone.has(i)) rows.push(i);
  return back(rowsOf(front, rows));
}
