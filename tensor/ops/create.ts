/**
 * Making tensors.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { type DType, dtypeOf, DTYPES, isFloating, roundTo, type TypedArray, typedArray } from "../dtype.ts";
import { checkShape, formatShape, type Shape, sizeOf } from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import { constantTensor, tensorFromData } from "../make_tensor.ts";
import { type NestedNumbers, Tensor, type TensorLike } from "../tensor.ts";
import { cast } from "./cast.ts";
import { asTensor } from "./convert.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { CREATE_OPTIONS, LINSPACE_OPTIONS } from "./option_names.ts";

/** The dtype of a new tensor. */
export interface CreateOptions {
  /** Type of the elements; float32 by default. */
  readonly dtype?: DType;
}

/** How `tensor` reads its values. */
export interface TensorOptions extends CreateOptions {
  /** The shape, for values that are flat; that of the nesting by default. */
  readonly shape?: Shape;
}

const TENSOR_OPTIONS = { shape: true, dtype: true } as const;

function checkDType(operation: string, dtype: DType): DType {
  if (!DTYPES.includes(dtype) || dtype === "key") {
    throw new TypeError(
      `${operation} expects a dtype out of ${DTYPES.slice(0, -1).join(", ")} but got ${String(dtype)}`,
    );
  }
  return dtype;
}

/**
 * A tensor of a number, of nested arrays of numbers or booleans, or of a typed array, whose elements it copies.
 * The dtype is that of a typed array, bool for booleans, and float32 otherwise, unless it is given.
 *
 * @throws {RangeError} If the arrays are ragged, or the values do not fill the shape.
 * @throws {TypeError} If a value is not a number.
 *
 * @example Nested arrays
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * assertEquals(x.shape, [2, 3]);
 * assertEquals(x.dtype, "float32");
 * ```
 *
 * @example A typed array with a shape
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(tensor(new Int32Array([1, 2, 3, 4]), { shape: [2, 2] }).toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function tensor(values: NestedNumbers | TypedArray, options: TensorOptions = NO_OPTIONS): Tensor {
  checkOptionNames("tensor", options, TENSOR_OPTIONS);
  const given = options.dtype === undefined ? undefined : checkDType("tensor", options.dtype);
  if (ArrayBuffer.isView(values)) {
    const dtype = given ?? typedDType(values);
    const shape = options.shape ?? [values.length];
    return filled(dtype, checkFill(shape, values.length), values, dtype === typedDType(values));
  }
  if (typeof values === "number") {
    const dtype = given ?? "float32";
    return constantTensor(dtype, checkFill(options.shape ?? [], 1), element("tensor", values, dtype));
  }
  if (typeof values === "boolean") {
    return constantTensor(given ?? "bool", checkFill(options.shape ?? [], 1), values ? 1 : 0);
  }
  if (!Array.isArray(values)) {
    throw new TypeError(`tensor expects numbers, nested arrays or a typed array but got ${kindOf(values)}`);
  }
  const shape = nestedShape(values);
  const flat = new Array<number | boolean>(sizeOf(shape));
  flatten(values, shape, 0, flat, { next: 0 });
  const dtype = given ??
    (flat.length > 0 && flat.every((value) => typeof value === "boolean") ? "bool" : "float32");
  return filled(dtype, checkFill(options.shape ?? shape, flat.length), flat.map(Number), false);
}

function typedDType(values: ArrayBufferView): DType {
  if (
    values instanceof Float32Array || values instanceof Float64Array || values instanceof Int32Array ||
    values instanceof Uint32Array || values instanceof Uint8Array
  ) return dtypeOf(values);
  throw new TypeError(
    `tensor expects a Float32Array, Float64Array, Int32Array, Uint32Array or Uint8Array but got ${values.constructor.name}`,
  );
}

function kindOf(value: unknown): string {
  if (value instanceof Tensor) return "a tensor: use cast or reshape";
  return value === null || value === undefined ? String(value) : `a ${typeof value}`;
}

function checkFill(shape: Shape, count: number): Shape {
  checkShape("tensor", shape);
  if (sizeOf(shape) !== count) {
    throw new RangeError(
      `tensor expects ${sizeOf(shape)} values for shape ${formatShape(shape)} but got ${count}`,
    );
  }
  return shape;
}

/** A number as an element; integers and keys do not take NaN or fractions silently. */
function element(operation: string, value: number, dtype: DType): number {
  if (!isFloating(dtype) && dtype !== "bool" && !Number.isInteger(value)) {
    throw new TypeError(`${operation} expects integers for ${dtype} but got ${value}`);
  }
  const rounded = roundTo(dtype, value);
  if (!isFloating(dtype) && dtype !== "bool" && rounded !== value) {
    throw new RangeError(`${operation} expects values within ${dtype} but got ${value}`);
  }
  return rounded;
}

function filled(dtype: DType, shape: Shape, values: ArrayLike<number>, exact: boolean): Tensor {
  if (exact) return tensorFromData(dtype, shape, values);
  const data = typedArray(dtype, values.length);
  for (let i = 0; i < values.length; i++) data[i] = element("tensor", values[i], dtype);
  return tensorFromData(dtype, shape, data);
}

function nestedShape(values: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let level = values; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

function flatten(
  values: NestedNumbers,
  shape: Shape,
  axis: number,
  into: (number | boolean)[],
  cursor: { next: number },
): void {
  if (axis === shape.length) {
    if (Array.isArray(values)) throw ragged(shape, axis, `an array of ${values.length}`);
    if (typeof values !== "number" && typeof values !== "boolean") {
      throw new TypeError(`tensor expects numbers in its nested arrays but got ${kindOf(values)}`);
    }
    into[cursor.next++] = values;
    return;
  }
  if (!Array.isArray(values)) throw ragged(shape, axis, kindOf(values));
  if (values.length !== shape[axis]) throw ragged(shape, axis, `an array of ${values.length}`);
  for (const value of values) flatten(value, shape, axis + 1, into, cursor);
}

function ragged(shape: Shape, axis: number, came: string): RangeError {
  const expected = axis === shape.length ? "a number" : `an array of ${shape[axis]}`;
  return new RangeError(
    `tensor expects nested arrays of even lengths but got ${came} beside ${expected} at depth ${axis}`,
  );
}

/**
 * A tensor filled with one value, which takes no memory until it is changed.
 *
 * @example
 * ```ts
 * import { full } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(full([2], 7).toArray(), [7, 7]);
 * ```
 */
export function full(shape: Shape, value: TensorLike, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("full", options, CREATE_OPTIONS);
  return filledWith("full", shape, value, options);
}

function filledWith(operation: string, shape: Shape, value: TensorLike, options: CreateOptions): Tensor {
  checkShape(operation, shape);
  const dtype = checkDType(operation, options.dtype ?? (value instanceof Tensor ? value.dtype : "float32"));
  if (typeof value === "number") {
    return constantTensor(dtype, [...shape], element(operation, value, dtype));
  }
  return broadcastTo(cast(asTensor(operation, value, dtype), dtype), shape);
}

/** A tensor of zeros, which takes no memory until it is changed. */
export function zeros(shape: Shape, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("zeros", options, CREATE_OPTIONS);
  return filledWith("zeros", shape, 0, options);
}

/** A tensor of ones, which takes no memory until it is changed. */
export function ones(shape: Shape, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("ones", options, CREATE_OPTIONS);
  return filledWith("ones", shape, 1, options);
}

/** Zeros of another tensor's shape and dtype. */
export function zerosLike(x: Tensor): Tensor {
  checkTensor("zerosLike", x);
  return constantTensor(checkDType("zerosLike", x.dtype), x.shape, 0);
}

/** Ones of another tensor's shape and dtype. */
export function onesLike(x: Tensor): Tensor {
  checkTensor("onesLike", x);
  return constantTensor(checkDType("onesLike", x.dtype), x.shape, 1);
}

/** Options of `arange`. */
export interface ArangeOptions extends CreateOptions {
  /** The first value; 0 by default. */
  readonly start?: number;
  /** The distance between values; 1 by default. */
  readonly step?: number;
}

const ARANGE_OPTIONS = { start: true, step: true, dtype: true } as const;

/**
 * The numbers `start`, `start + step`, ... before `stop`. The dtype is float32 unless it is given.
 *
 * @throws {RangeError} If a number is not finite or the step is 0.
 *
 * @example
 * ```ts
 * import { arange } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(arange(7, { start: 1, step: 2 }).toArray(), [1, 3, 5]);
 * ```
 */
export function arange(stop: number, options: ArangeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("arange", options, ARANGE_OPTIONS);
  const { start = 0, step = 1 } = options;
  const dtype = checkDType("arange", options.dtype ?? "float32");
  if (![start, stop, step].every(Number.isFinite) || step === 0) {
    throw new RangeError(
      `arange expects finite numbers and a step other than 0 but got ${start}, ${stop}, ${step}`,
    );
  }
  const count = Math.max(0, Math.ceil((stop - start) / step));
  const data = typedArray(dtype, count);
  const round = dtype === "float32" ? Math.fround : (value: number): number => value;
  for (let i = 0; i < count; i++) {
    data[i] = isFloating(dtype)
      ? round(start) + round(i * round(step))
      : element("arange", Math.trunc(start + i * step), dtype);
  }
  return tensorFromData(dtype, [count], data);
}

/** Options of `linspace`. */
export interface LinspaceOptions extends CreateOptions {
  /** Number of values; 50 by default. */
  readonly count?: number;
  /** Whether `stop` is the last value, or the one that would follow; true by default. */
  readonly endpoint?: boolean;
}

/**
 * Evenly spaced numbers from `start` to `stop`, both included unless `endpoint` is false.
 *
 * @throws {RangeError} If the count is not a non-negative integer.
 *
 * @example
 * ```ts
 * import { linspace } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(linspace(0, 1, { count: 3 }).toArray(), [0, 0.5, 1]);
 * ```
 */
export function linspace(start: number, stop: number, options: LinspaceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("linspace", options, LINSPACE_OPTIONS);
  const { count = 50, endpoint = true } = options;
  const dtype = checkDType("linspace", options.dtype ?? "float32");
  checkShape("linspace", [count]);
  if (!Number.isFinite(start) || !Number.isFinite(stop)) {
    throw new RangeError(`linspace expects finite ends but got ${start} and ${stop}`);
  }
  const data = typedArray(dtype, count);
  for (let i = 0; i < count; i++) {
    const share = count === 1 ? 0 : i / (endpoint ? count - 1 : count);
    data[i] = endpoint && i === count - 1 && count > 1 ? stop : start * (1 - share) + stop * share;
  }
  return tensorFromData(dtype, [count], data);
}

/** Options of `eye`. */
export interface EyeOptions extends CreateOptions {
  /** The number of columns; that of the rows by default. */
  readonly columns?: number;
  /** The diagonal of the ones: 0 the main one, above it positive, below it negative; 0 by default. */
  readonly offset?: number;
}

const EYE_OPTIONS = { columns: true, offset: true, dtype: true } as const;

/**
 * Ones on a diagonal and zeros elsewhere.
 *
 * @throws {RangeError} If an extent is not a non-negative integer.
 * @throws {TypeError} If the offset is not an integer.
 *
 * @example
 * ```ts
 * import { eye } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(eye(2).toArray(), [[1, 0], [0, 1]]);
 * ```
 */
export function eye(rows: number, options: EyeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("eye", options, EYE_OPTIONS);
  const { columns = rows, offset = 0 } = options;
  checkShape("eye", [rows, columns]);
  const dtype = checkDType("eye", options.dtype ?? "float32");
  if (!Number.isInteger(offset)) {
    throw new TypeError(`eye expects an integer offset but got ${String(offset)}`);
  }
  const data = typedArray(dtype, rows * columns);
  for (let i = Math.max(0, -offset); i < Math.min(rows, columns - offset); i++) {
    data[i * columns + i + offset] = 1;
  }
  return tensorFromData(dtype, [rows, columns], data);
}
