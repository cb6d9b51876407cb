/**
 * Tensors of numbers, of nested arrays and of typed arrays.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { type DType, dtypeOf, DTYPES, isFloating, roundTo, type TypedArray, typedArray } from "../dtype.ts";
import { constantTensor, tensorFromData } from "../make_tensor.ts";
import type { NestedNumbers } from "../nested.ts";
import { checkShape, formatShape, type Shape, sizeOf } from "../shape.ts";
import { Tensor } from "../tensor.ts";

/** The dtype of a new tensor. */
export interface CreateOptions {
  /** Type of the elements; float32 by default. */
  readonly dtype?: DType;
}

/** The names of `CreateOptions`. */
export const CREATE_OPTIONS = { dtype: true } as const;

/** How `tensor` reads its values. */
export interface TensorOptions extends CreateOptions {
  /** The shape, for values that are flat; that of the nesting by default. */
  readonly shape?: Shape;
}

const TENSOR_OPTIONS = { shape: true, dtype: true } as const;

/** A dtype for new elements, checked. */
export function checkDType(operation: string, dtype: DType): DType {
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
  const flat = new Float64Array(sizeOf(shape));
  const booleans = flatten(values, shape, 0, flat, 0);
  const dtype = given ?? (flat.length > 0 && booleans === flat.length ? "bool" : "float32");
  return filled(dtype, checkFill(options.shape ?? shape, flat.length), flat, false);
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
export function element(operation: string, value: number, dtype: DType): number {
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
  // Setting them rounds as `element` does.
  const rounds = (dtype === "float32" || dtype === "float64") && shape.length > 0;
  if (exact || rounds) return tensorFromData(dtype, shape, values);
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

/** Writes the numbers, row-major, from place `start`; returns how many are booleans. */
function flatten(
  values: NestedNumbers,
  shape: Shape,
  axis: number,
  into: Float64Array,
  start: number,
): number {
  if (!Array.isArray(values)) throw ragged(shape, axis, kindOf(values));
  if (values.length !== shape[axis]) throw ragged(shape, axis, `an array of ${values.length}`);
  let booleans = 0;
  if (axis < shape.length - 1) {
    const step = sizeOf(shape.slice(axis + 1));
    for (let i = 0; i < values.length; i++) {
      booleans += flatten(values[i], shape, axis + 1, into, start + i * step);
    }
    return booleans;
  }
  for (let i = 0; i < values.length; i++) {
    const value: NestedNumbers = values[i];
    if (typeof value === "boolean") booleans++;
    else if (typeof value !== "number") {
      if (Array.isArray(value)) throw ragged(shape, axis + 1, `an array of ${value.length}`);
      throw new TypeError(`tensor expects numbers in its nested arrays but got ${kindOf(value)}`);
    }
    into[start + i] = Number(value);
  }
  return booleans;
}

function ragged(shape: Shape, axis: number, came: string): RangeError {
  const expected = axis === shape.length ? "a number" : `an array of ${shape[axis]}`;
  return new RangeError(
    `tensor expects nested arrays of even lengths but got ${came} beside ${expected} at depth ${axis}`,
  );
}
