/**
 * Making tensors of numbers, and bringing operands to one dtype.
 *
 * @module
 */
import { type DType, isFloating, isInteger, promote, roundTo } from "../dtype.ts";
import { broadcastShapes, equalShapes } from "../shape.ts";
import { isTracedNumber } from "../host.ts";
import { constantTensor } from "../make_tensor.ts";
import { describe, nameOf, Tensor, type TensorLike } from "../tensor.ts";
import { cast } from "./cast.ts";

/** The dtype that a JavaScript number takes beside elements of `dtype`: a number never widens beyond its kind. */
function scalarDType(value: number, dtype: DType): DType {
  if (isFloating(dtype)) return dtype;
  if (!Number.isInteger(value)) return "float32";
  return isInteger(dtype) ? dtype : "int32";
}

function wrapTo(dtype: DType, value: number): number {
  switch (dtype) {
    case "int32":
      return value | 0;
    case "uint32":
      return value >>> 0;
    case "uint8":
      return value & 255;
    default:
      return roundTo(dtype, value);
  }
}

/** A number as a scalar tensor of the dtype that it takes beside `dtype`; a tensor as it is. */
export function asTensor(operation: string, value: TensorLike, dtype: DType = "float32"): Tensor {
  if (value instanceof Tensor) return value;
  // What is typed as a number may be a traced one inside of compile.
  const traced: unknown = value;
  if (isTracedNumber(traced)) {
    return traced.recorder.recordScalar(traced, isFloating(dtype) ? dtype : "float32");
  }
  if (typeof value === "number") {
    const taken = scalarDType(value, dtype);
    return constantTensor(taken, [], wrapTo(taken, value));
  }
  throw new TypeError(`${operation} expects a tensor or a number but got ${nameOf(value)}`);
}

/** Throws unless an operand holds numbers: random keys take no part in arithmetic. */
function checkNumbers(operation: string, x: Tensor): void {
  if (x.dtype === "key") {
    throw new TypeError(
      `${operation} expects numbers but got a random key ${describe(x)}: draw from it first`,
    );
  }
}

/** Two operands as tensors of the dtype that both promote to. */
export function promoted(operation: string, x: TensorLike, y: TensorLike): readonly [Tensor, Tensor] {
  if (x instanceof Tensor && y instanceof Tensor && x.dtype === y.dtype) {
    if (x.dtype === "key") checkNumbers(operation, x);
    return [x, y];
  }
  const like = x instanceof Tensor ? x.dtype : y instanceof Tensor ? y.dtype : "float32";
  const a = asTensor(operation, x, like);
  const b = asTensor(operation, y, like);
  checkNumbers(operation, a);
  checkNumbers(operation, b);
  const dtype = promote(a.dtype, b.dtype);
  return [cast(a, dtype), cast(b, dtype)];
}

/** Two operands as floats of the dtype that both promote to; float32 where both are integers or bools. */
export function promotedFloats(operation: string, x: TensorLike, y: TensorLike): readonly [Tensor, Tensor] {
  const like = x instanceof Tensor ? x.dtype : y instanceof Tensor ? y.dtype : "float32";
  const a = asTensor(operation, x, like);
  const b = asTensor(operation, y, like);
  checkNumbers(operation, a);
  checkNumbers(operation, b);
  const dtype = promote(a.dtype, b.dtype);
  // Integers go to float at once: a uint32 beside an int32 keeps its value.
  const float = isFloating(dtype) ? dtype : "float32";
  return [cast(a, float), cast(b, float)];
}

/** Operands as they are, of shapes that broadcast together: else the error names this operation. */
export function together(
  operation: string,
  operands: readonly [Tensor, Tensor],
): readonly [Tensor, Tensor] {
  const [a, b] = operands;
  if (!equalShapes(a.shape, b.shape)) broadcastShapes(operation, a.shape, b.shape);
  return operands;
}

/** An operand of numbers or bools. */
export function numbers(operation: string, x: TensorLike): Tensor {
  const tensor = asTensor(operation, x);
  checkNumbers(operation, tensor);
  return tensor;
}

/** An operand of floating point; integers and bools become float32. */
export function floating(operation: string, x: TensorLike): Tensor {
  const tensor = asTensor(operation, x);
  checkNumbers(operation, tensor);
  return isFloating(tensor.dtype) ? tensor : cast(tensor, "float32");
}

/** An operand of floating point, where JAX takes no integers either. */
export function floatsOnly(operation: string, x: TensorLike): Tensor {
  const tensor = asTensor(operation, x);
  if (isFloating(tensor.dtype)) return tensor;
  throw new TypeError(`${operation} expects floats but got ${describe(tensor)}: cast it first`);
}

/** An operand of numbers; bool becomes int32. */
export function numeric(operation: string, x: TensorLike): Tensor {
  const tensor = asTensor(operation, x);
  checkNumbers(operation, tensor);
  return tensor.dtype === "bool" ? cast(tensor, "int32") : tensor;
}

/** An operand of numbers: bools have no sign and no opposite. */
export function signed(operation: string, x: TensorLike): Tensor {
  const tensor = numbers(operation, x);
  if (tensor.dtype === "bool") {
    throw new TypeError(`${operation} expects numbers but got ${describe(tensor)}`);
  }
  return tensor;
}
