/**
 * Elements turned around and repeated.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { axesInOrder, normalizeAxis, type Shape } from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import { describe, type Tensor } from "../tensor.ts";
import { tensorFromData } from "../make_tensor.ts";
import { take } from "./indexing.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { repeatEach } from "./repeat_each.ts";
import { concatenate } from "./concatenate.ts";
import { ravel, reshape } from "./reshape.ts";
import { flip, slice } from "./slice.ts";
import { swapAxes } from "./transpose.ts";

/**
 * The elements moved along axes, those beyond the end to the start: by one shift along the flattened tensor, or by one for
 * each axis.
 *
 * @throws {RangeError} If there is no such axis, or there are not as many shifts as axes.
 * @throws {TypeError} If a shift is not an integer.
 *
 * @example
 * ```ts
 * import { roll, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(roll(tensor([1, 2, 3]), 1).toArray(), [3, 1, 2]);
 * assertEquals(roll(tensor([[1, 2], [3, 4]]), 1, 0).toArray(), [[3, 4], [1, 2]]);
 * ```
 */
export function roll(
  x: Tensor,
  shift: number | readonly number[],
  axes?: number | readonly number[],
): Tensor {
  checkTensor("roll", x);
  const shifts = typeof shift === "number" ? [shift] : shift;
  if (!Array.isArray(shifts) || !shifts.every(Number.isInteger)) {
    throw new TypeError(`roll expects integers as shifts but got ${shift}`);
  }
  if (axes === undefined) {
    const total = shifts.reduce((sum, one) => sum + one, 0);
    return reshape(rolled(ravel(x), total, 0), x.shape);
  }
  const list = axesInOrder("roll", axes, x.rank);
  if (shifts.length !== 1 && shifts.length !== list.length) {
    throw new RangeError(`roll expects one shift for each of ${list.length} axes but got ${shifts.length}`);
  }
  return list.reduce((result, axis, i) => rolled(result, shifts[shifts.length === 1 ? 0 : i], axis), x);
}

function rolled(x: Tensor, shift: number, axis: number): Tensor {
  const extent = x.shape[axis];
  const by = extent === 0 ? 0 : ((shift % extent) + extent) % extent;
  if (by === 0) return x;
  const part = (from: number, to: number): Tensor =>
    slice(x, x.shape.map((_, i) => i === axis ? [from, to] : null));
  return concatenate([part(extent - by, extent), part(0, extent - by)], axis);
}

/**
 * A quarter turn of the plane of two axes from the first towards the second, `times` times.
 *
 * @throws {RangeError} If the axes are not two.
 *
 * @example
 * ```ts
 * import { rot90, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(rot90(tensor([[1, 2], [3, 4]])).toArray(), [[2, 4], [1, 3]]);
 * ```
 */
export function rot90(x: Tensor, times = 1, axes: readonly [number, number] = [0, 1]): Tensor {
  checkTensor("rot90", x);
  if (!Number.isInteger(times)) throw new TypeError(`rot90 expects an integer of turns but got ${times}`);
  const [from, to] = axes.map((axis) => normalizeAxis("rot90", axis, x.rank));
  if (axes.length !== 2 || from === to) {
    throw new RangeError(`rot90 expects two distinct axes but got [${axes}]`);
  }
  switch (((times % 4) + 4) % 4) {
    case 1:
      return swapAxes(flip(x, to), from, to);
    case 2:
      return flip(x, [from, to]);
    case 3:
      return flip(swapAxes(x, from, to), to);
    default:
      return x;
  }
}

/** The order of the second axis reversed. A view. */
export function fliplr(x: Tensor): Tensor {
  checkTensor("fliplr", x);
  if (x.rank < 2) throw new RangeError(`fliplr expects at least 2 axes but got ${describe(x)}`);
  return flip(x, 1);
}

/** The order of the first axis reversed. A view. */
export function flipud(x: Tensor): Tensor {
  checkTensor("flipud", x);
  if (x.rank < 1) throw new RangeError(`flipud expects at least 1 axis but got ${describe(x)}`);
  return flip(x, 0);
}

/**
 * The tensor laid side by side, so many times along each axis; missing axes come first.
 *
 * @throws {RangeError} If a number is not a non-negative integer.
 *
 * @example
 * ```ts
 * import { tensor, tile } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(tile(tensor([1, 2]), 2).toArray(), [1, 2, 1, 2]);
 * assertEquals(tile(tensor([1, 2]), [2, 1]).toArray(), [[1, 2], [1, 2]]);
 * ```
 */
export function tile(x: Tensor, times: number | Shape): Tensor {
  checkTensor("tile", x);
  const given = typeof times === "number" ? [times] : times;
  if (!given.every((n) => Number.isInteger(n) && n >= 0)) {
    throw new RangeError(`tile expects non-negative integers but got ${given}`);
  }
  const rank = Math.max(given.length, x.rank);
  const counts = [...new Array<number>(rank - given.length).fill(1), ...given];
  const shape = [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
  // Each axis beside one of its repetitions, which is a view until they become one.
  const pairs = shape.flatMap((extent) => [1, extent]);
  const spread = broadcastTo(reshape(x, pairs), shape.flatMap((extent, i) => [counts[i], extent]));
  return reshape(spread, shape.map((extent, i) => extent * counts[i]));
}

/** Options of `repeat`. */
export interface RepeatOptions {
  /** The axis; the flattened tensor by default. */
  readonly axis?: number;
}

const REPEAT_OPTIONS = { axis: true } as const;

/**
 * Each element so many times after itself along an axis: one number for all, or one for each.
 *
 * @throws {RangeError} If a number is not a non-negative integer, or there is not one for each element.
 *
 * @example
 * ```ts
 * import { repeat, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(repeat(tensor([1, 2]), 2).toArray(), [1, 1, 2, 2]);
 * assertEquals(repeat(tensor([1, 2]), [0, 3]).toArray(), [2, 2, 2]);
 * ```
 */
export function repeat(
  x: Tensor,
  times: number | readonly number[],
  options: RepeatOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("repeat", options, REPEAT_OPTIONS);
  checkTensor("repeat", x);
  const given = options.axis === undefined ? ravel(x) : x;
  const axis = normalizeAxis("repeat", options.axis ?? 0, given.rank);
  const extent = given.shape[axis];
  const counts = typeof times === "number" ? [times] : times;
  if (!Array.isArray(counts)) {
    throw new TypeError(`repeat expects a number or an array of numbers but got ${typeof times}`);
  }
  if (!counts.every((n) => Number.isInteger(n) && n >= 0)) {
    throw new RangeError(`repeat expects non-negative integers but got ${counts}`);
  }
  if (counts.length === 1) {
    return repeatEach(given, given.shape.map((_, i) => i === axis ? counts[0] : 1));
  }
  if (counts.length !== extent) {
    throw new RangeError(`repeat expects one number for each of ${extent} elements but got ${counts.length}`);
  }
  const places = Int32Array.from(counts.flatMap((count, i) => new Array<number>(count).fill(i)));
  return take(given, tensorFromData("int32", [places.length], places), { axis, mode: "fill" });
}
