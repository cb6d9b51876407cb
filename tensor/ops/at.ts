/**
 * Reading and changing parts of a tensor, in the manner of `x.at[index]` of JAX.
 *
 * @module
 */
import type { Scatter } from "../kernels/scatter.ts";
import { broadcastShapes, equalShapes } from "../shape.ts";
import { promote } from "../dtype.ts";
import { checkOptionNames } from "../check_option_names.ts";
import { checkTensor } from "../check_tensor.ts";
import { constantTensor } from "../make_tensor.ts";
import { describe, Tensor, type TensorLike } from "../tensor.ts";
import { add, divide, multiply, negative } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { asTensor } from "./convert.ts";
import { power } from "./power.ts";
import { asInt32, checkMode, type IndexMode, placed } from "./index_mode.ts";
import {
  type IndexExpression,
  positionsOf,
  type Resolved,
  resolveIndex,
  resultAxes,
} from "./index_expression.ts";
import { take } from "./indexing.ts";
import { scattered, scatterFlat, updatesOf } from "./scatter.ts";
import { maximum, minimum, where } from "./selection.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { ravel, reshape } from "./reshape.ts";
import { slice } from "./slice.ts";

/** Options of changing parts. */
export interface AtOptions {
  /** What becomes of an index outside of its axis; "error" by default. */
  readonly mode?: IndexMode;
}

/** Options of reading parts. */
export interface AtGetOptions extends AtOptions {
  /** What is read outside with the mode "fill"; the missing value of the dtype by default, as in `take`. */
  readonly fillValue?: TensorLike;
}

const AT_OPTIONS = { mode: true } as const;
const AT_GET_OPTIONS = { mode: true, fillValue: true } as const;

/** A part of a tensor; nothing is changed in place, every method returns a tensor of its own. */
export interface At {
  /** The part itself. */
  get(options?: AtGetOptions): Tensor;
  /** The tensor with the part replaced; of values at equal places the last one stays. */
  set(values: TensorLike, options?: AtOptions): Tensor;
  /** The tensor with values added; those at equal places add up. */
  add(values: TensorLike, options?: AtOptions): Tensor;
  /** The tensor with values subtracted. */
  subtract(values: TensorLike, options?: AtOptions): Tensor;
  /** The tensor with the part multiplied. */
  multiply(values: TensorLike, options?: AtOptions): Tensor;
  /** The tensor with the part divided. */
  divide(values: TensorLike, options?: AtOptions): Tensor;
  /** The tensor with the part raised to powers. */
  power(values: TensorLike, options?: AtOptions): Tensor;
  /** The tensor with the lesser of what is there and the values. */
  min(values: TensorLike, options?: AtOptions): Tensor;
  /** The tensor with the greater of what is there and the values. */
  max(values: TensorLike, options?: AtOptions): Tensor;
  /** The tensor with a function applied to the part. */
  apply(f: (part: Tensor) => Tensor, options?: AtOptions): Tensor;
}

/**
 * A part of a tensor by an index as NumPy writes it in brackets, to be read or changed without changing the tensor: see
 * `IndexItem`. Axes that tensors index stay in their place where they are side by side, and come first otherwise. A mask
 * of bools works inside of `compile` for values that do not depend on how much it chooses. Values of a wider dtype are
 * computed with in that dtype, and what comes of them is brought back to that of the tensor: of floats beside integers
 * the part before the point is left.
 *
 * @throws {TypeError} If an index is of another type, or random keys are mixed with numbers.
 * @throws {RangeError} If there are more indices than axes, an index is outside with the mode "error", or values do not
 * broadcast to the part.
 *
 * @example
 * ```ts
 * import { at, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * const rows = tensor([0, 0], { dtype: "int32" });
 * assertEquals(at(x, [rows, 1]).add(10).toArray(), [[1, 22, 3], [4, 5, 6]]);
 * assertEquals(at(x, [null, [0, 2]]).set(0).toArray(), [[0, 0, 3], [0, 0, 6]]);
 * assertEquals(at(x, ["...", -1]).get().toArray(), [3, 6]);
 * ```
 */
export function at(x: Tensor, index: IndexExpression): At {
  checkTensor("at", x);
  return {
    get: (options = {}) => read(x, index, options),
    set: (values, options = {}) => change(x, index, values, "set", options),
    add: (values, options = {}) => change(x, index, values, "add", options),
    subtract: (values, options = {}) => change(x, index, negative(asUpdates(x, values)), "add", options),
    multiply: (values, options = {}) => change(x, index, values, "multiply", options),
    divide: (values, options = {}) => divide(x, factors(x, index, values, options)),
    power: (values, options = {}) => power(x, factors(x, index, values, options)),
    min: (values, options = {}) => change(x, index, values, "min", options),
    max: (values, options = {}) => change(x, index, values, "max", options),
    apply: (f, options = {}) => change(x, index, f(read(x, index, options)), "set", options),
  };
}

/** Ones, multiplied by the values in the part. */
function factors(x: Tensor, index: IndexExpression, values: TensorLike, options: AtOptions): Tensor {
  return change(constantTensor(x.dtype, x.shape, 1), index, values, "multiply", options);
}

/** The one tensor that indexes whole parts along an axis, where nothing else is indexed; else null. */
function soleIndices(parts: readonly Resolved[]): Extract<Resolved, { kind: "indices" }> | null {
  const tensors = parts.filter((part) => part.kind === "indices");
  return tensors.length === 1 && parts.every((part) => part.kind !== "new") ? tensors[0] : null;
}

function read(x: Tensor, index: IndexExpression, options: AtGetOptions): Tensor {
  checkOptionNames("at", options, AT_GET_OPTIONS);
  const { mode = "error", fillValue } = options;
  checkMode("at", mode);
  const { parts, squeezed } = resolveIndex("at", x.shape, index, mode);
  const view = slice(
    x,
    x.shape.map((_, axis) => {
      const part = parts.find((one) => one.kind === "range" && one.axis === axis);
      return part === undefined ? null : rangeOf(part as Extract<Resolved, { kind: "range" }>);
    }),
  );
  if (parts.every((part) => part.kind !== "indices")) return reshape(view, shapeOf(parts, squeezed));
  const fill = fillValue === undefined ? {} : { fillValue };
  const sole = soleIndices(parts);
  if (sole !== null) {
    const found = placed("at", sole.indices, x.shape[sole.axis], mode);
    return take(view, found, { axis: sole.axis, mode: "fill", ...fill });
  }
  return take(ravel(x), positionsOf("at", x.shape, parts, mode), { mode: "fill", ...fill });
}

/** The range that `slice` reads for a start, a step and a count. */
function rangeOf(
  { range: [start, step, count] }: Extract<Resolved, { kind: "range" }>,
): [number, number | null, number] {
  if (count === 0) return [0, 0, 1];
  const stop = start + count * step;
  return [start, stop < 0 ? null : stop, step];
}

/** The shape of parts that are ranges and new axes. */
function shapeOf(parts: readonly Resolved[], squeezed: readonly number[]): number[] {
  return parts.flatMap((part) =>
    part.kind === "new" ? [1] : part.kind === "range" && !squeezed.includes(part.axis) ? [part.range[2]] : []
  );
}

function change(
  x: Tensor,
  index: IndexExpression,
  values: TensorLike,
  how: Scatter,
  options: AtOptions,
): Tensor {
  checkOptionNames("at", options, AT_OPTIONS);
  const { mode = "error" } = options;
  checkMode("at", mode);
  if (x.dtype === "bool" && how === "add") {
    throw new TypeError(`at expects numbers to add to but got ${describe(x)}`);
  }
  const given = asUpdates(x, values);
  const wide = x.dtype === "key" ? x.dtype : promote(x.dtype, given.dtype);
  if (wide !== x.dtype) return cast(change(cast(x, wide), index, given, how, options), x.dtype);
  const updates = updatesOf("at", x, given);
  const masked = throughMask(x, index, updates, how);
  if (masked !== null) return masked;
  const { parts, squeezed } = resolveIndex("at", x.shape, index, mode);
  const whole = parts.every((part) => part.kind !== "range" || isWhole(part, x.shape[part.axis]));
  const sole = whole ? soleIndices(parts) : null;
  if (sole !== null) {
    const { shared } = resultAxes("at", parts);
    const shape = x.shape.toSpliced(sole.axis, 1, ...shared);
    const indices = asInt32(placed("at", sole.indices, x.shape[sole.axis], mode));
    return scattered(x, indices, spreadTo(updates, shape), { how, axis: sole.axis, unique: false });
  }
  const places = positionsOf("at", x.shape, parts, mode);
  const unique = parts.every((part) => part.kind !== "indices");
  const shape = squeezed.length === 0 ? places.shape : shapeOf(parts, squeezed);
  return scatterFlat("at", x, reshape(places, shape), updates, how, unique);
}

/** Values as a tensor; a number takes the dtype of `x` where it can. */
function asUpdates(x: Tensor, values: TensorLike): Tensor {
  return asTensor("at", values, x.dtype);
}

function isWhole(
  { range: [start, step, count] }: Extract<Resolved, { kind: "range" }>,
  extent: number,
): boolean {
  return start === 0 && step === 1 && count === extent;
}

function spreadTo(updates: Tensor, shape: readonly number[]): Tensor {
  if (!equalShapes(broadcastShapes("at", updates.shape, shape), shape)) {
    throw new RangeError(
      `at expects values that broadcast to shape [${shape.join(", ")}] but got ${describe(updates)}`,
    );
  }
  return broadcastTo(updates, shape);
}

/** A change where a mask alone chooses, with values that are the same wherever it does; null otherwise. */
function throughMask(x: Tensor, index: IndexExpression, updates: Tensor, how: Scatter): Tensor | null {
  const mask = Array.isArray(index) ? index.length === 1 ? index[0] : null : index;
  if (!(mask instanceof Tensor) || mask.dtype !== "bool") return null;
  const rest = x.rank - mask.rank;
  if (updates.rank > rest && updates.size !== 1) return null;
  if (!equalShapes(mask.shape, x.shape.slice(0, mask.rank))) return null;
  const value = updates.size === 1 ? reshape(updates, []) : updates;
  const chosen = reshape(mask, [...mask.shape, ...x.shape.slice(mask.rank).map(() => 1)]);
  return where(chosen, combine(x, value, how), x);
}

function combine(x: Tensor, value: Tensor, how: Scatter): Tensor {
  switch (how) {
    case "set":
      return value;
    case "add":
      return add(x, value);
    case "multiply":
      return multiply(x, value);
    case "min":
      return minimum(x, value);
    case "max":
      return maximum(x, value);
  }
}
