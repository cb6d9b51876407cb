/**
 * Differences of neighbours, and the areas between them.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { normalizeAxis } from "../shape.ts";
import type { SliceRange, Tensor, TensorLike } from "../tensor.ts";
import { add, multiply, subtract } from "./arithmetic.ts";
import { notEqual } from "./comparison.ts";
import { floating, numbers } from "./convert.ts";
import { sum } from "./reduce.ts";
import { reshape } from "./reshape.ts";
import { slice } from "./slice.ts";

/** Options of `diff`. */
export interface DiffOptions {
  /** How many times differences are taken; 1 by default. */
  readonly order?: number;
  /** The axis, negative from the end; the last by default. */
  readonly axis?: number;
}

const DIFF_OPTIONS = { order: true, axis: true } as const;

/** The elements from `start` to `stop` along an axis. */
function part(x: Tensor, axis: number, start: number, stop: number | null): Tensor {
  return slice(x, x.shape.map((_, i): SliceRange => i === axis ? [start, stop] : null));
}

/**
 * The differences of neighbours along an axis, `x[i + 1] - x[i]`, taken so many times; of bools whether they differ.
 *
 * @throws {RangeError} If there is no such axis, or the order is not a non-negative integer.
 *
 * @example
 * ```ts
 * import { diff, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(diff(tensor([1, 4, 9])).toArray(), [3, 5]);
 * ```
 */
export function diff(x: TensorLike, options: DiffOptions = NO_OPTIONS): Tensor {
  checkOptionNames("diff", options, DIFF_OPTIONS);
  const { order = 1, axis = -1 } = options;
  let result = numbers("diff", x);
  const at = normalizeAxis("diff", axis, result.rank);
  if (!Number.isInteger(order) || order < 0) {
    throw new RangeError(`diff expects a non-negative integer as order but got ${String(order)}`);
  }
  for (let i = 0; i < order; i++) {
    const [behind, ahead] = [part(result, at, 0, -1), part(result, at, 1, null)];
    result = result.dtype === "bool" ? notEqual(ahead, behind) : subtract(ahead, behind);
  }
  return result;
}

/** Options of `trapezoid`. */
export interface TrapezoidOptions {
  /** The places of the values, in the shape of the axis or of y; evenly spaced by default. */
  readonly x?: Tensor;
  /** The distance of evenly spaced values; 1 by default. */
  readonly spacing?: number;
  /** The axis, negative from the end; the last by default. */
  readonly axis?: number;
}

const TRAPEZOID_OPTIONS = { x: true, spacing: true, axis: true } as const;

/**
 * The integral of values along an axis by the rule of trapezoids.
 *
 * @example
 * ```ts
 * import { tensor, trapezoid } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(trapezoid(tensor([1, 2, 3])).item(), 4);
 * ```
 */
export function trapezoid(y: TensorLike, options: TrapezoidOptions = NO_OPTIONS): Tensor {
  checkOptionNames("trapezoid", options, TRAPEZOID_OPTIONS);
  const values = floating("trapezoid", y);
  const at = normalizeAxis("trapezoid", options.axis ?? -1, values.rank);
  const both = add(part(values, at, 1, null), part(values, at, 0, -1));
  if (options.x === undefined) return multiply(sum(both, { axes: at }), (options.spacing ?? 1) / 2);
  const places = floating("trapezoid", options.x);
  const along = places.rank === 1
    ? reshape(places, values.shape.map((_, i) => i === at ? places.size : 1))
    : places;
  return multiply(sum(multiply(both, diff(along, { axis: at })), { axes: at }), 0.5);
}
