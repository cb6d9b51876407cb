/**
 * Interpolation, numerical derivatives and differences along axes.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { normalizeAxis } from "../../shape.ts";
import { describe, type Tensor, type TensorLike } from "../../tensor.ts";
import { add, divide, multiply, subtract } from "../arithmetic.ts";
import { equal, greater, less, logicalAnd } from "../comparison.ts";
import { concatenate } from "../concatenate.ts";
import { asTensor, floating, numbers, promoted, promotedFloats } from "../convert.ts";
import { cumsum } from "../cumulative.ts";
import { remainder } from "../division.ts";
import { take } from "../indexing.ts";
import { ravel } from "../reshape.ts";
import { searchSorted } from "../search_sorted.ts";
import { clip, where } from "../selection.ts";
import { abs } from "../sign.ts";
import { slice } from "../slice.ts";
import { diff } from "../differences.ts";

/** Options of `interp`. */
export interface InterpOptions {
  /** The value left of the points; that of the first by default. */
  readonly left?: TensorLike;
  /** The value right of the points; that of the last by default. */
  readonly right?: TensorLike;
}

const INTERP_OPTIONS = { left: true, right: true } as const;

/**
 * Values at x on the lines between points, elementwise, as `jnp.interp`.
 *
 * @param xp Where the points are [n], increasing.
 * @param fp Their values [n].
 * @throws {RangeError} If there are no points, or not a value for each.
 *
 * @example
 * ```ts
 * import { interp, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(interp(tensor([0.5, 3]), tensor([0, 1]), tensor([10, 20])).toArray(), [15, 20]);
 * ```
 */
export function interp(x: TensorLike, xp: Tensor, fp: Tensor, options: InterpOptions = NO_OPTIONS): Tensor {
  checkOptionNames("interp", options, INTERP_OPTIONS);
  const [at, places] = promotedFloats("interp", x, xp);
  const values = promotedFloats("interp", at, fp)[1];
  if (places.rank !== 1 || places.size === 0 || values.rank !== 1 || values.size !== places.size) {
    throw new RangeError(
      `interp expects points and a value for each but got ${describe(places)} and ${describe(values)}`,
    );
  }
  const last = places.size - 1;
  const next = clip(searchSorted(places, at, { side: "right" }), { min: Math.min(1, last), max: last });
  const before = clip(subtract(next, 1), { min: 0 });
  const inside = { mode: "clip" } as const;
  const [low, high] = [take(values, before, inside), take(values, next, inside)];
  const [from, to] = [take(places, before, inside), take(places, next, inside)];
  const width = subtract(to, from);
  const flat = equal(width, 0);
  const slope = divide(subtract(high, low), where(flat, 1, width));
  const between = where(flat, low, add(low, multiply(slope, subtract(at, from))));
  const [first, final] = [slice(values, [[0, 1]]), slice(values, [[last, null]])];
  const leftOf = where(less(at, slice(places, [[0, 1]])), options.left ?? first, between);
  return where(greater(at, slice(places, [[last, null]])), options.right ?? final, leftOf);
}

/** A part of an axis. */
function part(x: Tensor, axis: number, range: readonly [number, number | null]): Tensor {
  return slice(x, x.shape.map((_, i) => i === axis ? range : null));
}

/** Options of `gradient`. */
export interface GradientOptions {
  /** The axis; the last by default. */
  readonly axis?: number;
  /** The distance between points; 1 by default. */
  readonly spacing?: number;
}

const GRADIENT_OPTIONS = { axis: true, spacing: true } as const;

/**
 * The derivative along an axis of values at even distances: central differences, and one-sided ones at the ends, as
 * `jnp.gradient`.
 *
 * @throws {RangeError} If there is no such axis, or it has fewer than 2 points.
 *
 * @example
 * ```ts
 * import { gradient, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(gradient(tensor([1, 4, 9])).toArray(), [3, 4, 5]);
 * ```
 */
export function gradient(y: Tensor, options: GradientOptions = NO_OPTIONS): Tensor {
  checkOptionNames("gradient", options, GRADIENT_OPTIONS);
  const { axis = -1, spacing = 1 } = options;
  const values = floating("gradient", y);
  const along = normalizeAxis("gradient", axis, values.rank);
  const extent = values.shape[along];
  if (extent < 2) {
    throw new RangeError(
      `gradient expects at least 2 points along axis ${along} but got ${describe(values)}`,
    );
  }
  const steps = diff(values, { axis: along });
  const inner = multiply(add(part(steps, along, [0, -1]), part(steps, along, [1, null])), 0.5);
  const all = concatenate([part(steps, along, [0, 1]), inner, part(steps, along, [-1, null])], along);
  return divide(all, spacing);
}

/** Options of `unwrap`. */
export interface UnwrapOptions {
  /** The axis; the last by default. */
  readonly axis?: number;
  /** The period; a full circle by default. */
  readonly period?: number;
  /** From which jump on whole periods are taken away; half a period by default. */
  readonly discontinuity?: number;
}

const UNWRAP_OPTIONS = { axis: true, period: true, discontinuity: true } as const;

/**
 * Angles without jumps: whole periods are added so that neighbours are at most half a period apart, as `jnp.unwrap`.
 *
 * @throws {RangeError} If there is no such axis, or the period is not above 0.
 *
 * @example
 * ```ts
 * import { tensor, unwrap } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(unwrap(tensor([0, 3, 1]), { period: 4 }).toArray(), [0, -1, -3]);
 * ```
 */
export function unwrap(x: Tensor, options: UnwrapOptions = NO_OPTIONS): Tensor {
  checkOptionNames("unwrap", options, UNWRAP_OPTIONS);
  const { axis = -1, period = 2 * Math.PI, discontinuity = period / 2 } = options;
  if (!(period > 0)) throw new RangeError(`unwrap expects a period above 0 but got ${String(period)}`);
  const values = floating("unwrap", x);
  const along = normalizeAxis("unwrap", axis, values.rank);
  const half = period / 2;
  const steps = diff(values, { axis: along });
  const least = subtract(remainder(add(steps, half), period), half);
  const kept = where(logicalAnd(equal(least, -half), greater(steps, 0)), half, least);
  const change = where(less(abs(steps), discontinuity), 0, subtract(kept, steps));
  const moved = add(part(values, along, [1, null]), cumsum(change, { axis: along }));
  return concatenate([part(values, along, [0, 1]), moved], along);
}

const EDIFF1D_OPTIONS = { before: true, after: true } as const;

/**
 * The differences of neighbours in the flattened tensor, with numbers before and after them.
 *
 * @example
 * ```ts
 * import { ediff1d, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ediff1d(tensor([1, 4, 9]), { after: tensor([0]) }).toArray(), [3, 5, 0]);
 * ```
 */
export function ediff1d(
  x: TensorLike,
  options: {
    /** What stands before the differences; nothing by default. */
    readonly before?: TensorLike;
    /** What stands after them; nothing by default. */
    readonly after?: TensorLike;
  } = NO_OPTIONS,
): Tensor {
  checkOptionNames("ediff1d", options, EDIFF1D_OPTIONS);
  const steps = diff(ravel(numbers("ediff1d", x)));
  const line = (value: TensorLike): Tensor =>
    ravel(promoted("ediff1d", steps, asTensor("ediff1d", value))[1]);
  return concatenate([
    ...options.before === undefined ? [] : [line(options.before)],
    steps,
    ...options.after === undefined ? [] : [line(options.after)],
  ]);
}
