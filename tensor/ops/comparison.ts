/**
 * Comparison and logic; results are bool, and no gradient flows through them.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { defineElementwise } from "../elementwise.ts";
import { binary, type Expression, unary } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import { broadcastShapes, equalShapes } from "../shape.ts";
import { constantTensor } from "../make_tensor.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { numbers, promoted } from "./convert.ts";

const NONE = {};

function comparison(name: string, expression: (x: Expression, y: Expression) => Expression): Primitive {
  return defineElementwise({
    name,
    arity: 2,
    expression: ([x, y]) => expression(x, y),
    dtype: () => "bool",
    pullback: null,
  });
}

const equalPrimitive: Primitive = comparison("equal", (x, y) => binary("equal", x, y));
const notEqualPrimitive: Primitive = comparison("notEqual", (x, y) => unary("not", binary("equal", x, y)));
const lessPrimitive: Primitive = comparison("less", (x, y) => binary("less", x, y));
const lessEqualPrimitive: Primitive = comparison("lessEqual", (x, y) => binary("lessEqual", x, y));

/**
 * Whether `x = y`, elementwise with broadcasting; NaN equals nothing.
 *
 * @example
 * ```ts
 * import { equal, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(equal(tensor([1, 2]), 2).toArray(), [false, true]);
 * ```
 */
export function equal(x: TensorLike, y: TensorLike): Tensor {
  return apply(equalPrimitive, promoted("equal", x, y), NONE);
}

/** Whether `x` and `y` differ, elementwise with broadcasting; NaN differs from all. */
export function notEqual(x: TensorLike, y: TensorLike): Tensor {
  return apply(notEqualPrimitive, promoted("notEqual", x, y), NONE);
}

/** Whether `x < y`, elementwise with broadcasting. */
export function less(x: TensorLike, y: TensorLike): Tensor {
  return apply(lessPrimitive, promoted("less", x, y), NONE);
}

/** Whether `x <= y`, elementwise with broadcasting. */
export function lessEqual(x: TensorLike, y: TensorLike): Tensor {
  return apply(lessEqualPrimitive, promoted("lessEqual", x, y), NONE);
}

/** The operands in the other order; that they do not broadcast is said of this operation. */
function swapped(operation: string, x: TensorLike, y: TensorLike): readonly [Tensor, Tensor] {
  const [a, b] = promoted(operation, x, y);
  if (!equalShapes(a.shape, b.shape)) broadcastShapes(operation, a.shape, b.shape);
  return [b, a];
}

/** Whether `x > y`, elementwise with broadcasting. */
export function greater(x: TensorLike, y: TensorLike): Tensor {
  return apply(lessPrimitive, swapped("greater", x, y), NONE);
}

/** Whether `x >= y`, elementwise with broadcasting. */
export function greaterEqual(x: TensorLike, y: TensorLike): Tensor {
  return apply(lessEqualPrimitive, swapped("greaterEqual", x, y), NONE);
}

/** Elements as bools: whether they are non-zero. */
function truth(operation: string, x: TensorLike): Tensor {
  const tensor = numbers(operation, x);
  return tensor.dtype === "bool" ? tensor : notEqual(tensor, constantTensor(tensor.dtype, [], 0));
}

const logicalAndPrimitive: Primitive = comparison("logicalAnd", (x, y) => binary("and", x, y));
const logicalOrPrimitive: Primitive = comparison("logicalOr", (x, y) => binary("or", x, y));
const logicalXorPrimitive: Primitive = comparison("logicalXor", (x, y) => binary("xor", x, y));

/** Whether both are true (non-zero), elementwise with broadcasting. */
export function logicalAnd(x: TensorLike, y: TensorLike): Tensor {
  return apply(logicalAndPrimitive, [truth("logicalAnd", x), truth("logicalAnd", y)], NONE);
}

/** Whether either is true (non-zero), elementwise with broadcasting. */
export function logicalOr(x: TensorLike, y: TensorLike): Tensor {
  return apply(logicalOrPrimitive, [truth("logicalOr", x), truth("logicalOr", y)], NONE);
}

/** Whether exactly one is true (non-zero), elementwise with broadcasting. */
export function logicalXor(x: TensorLike, y: TensorLike): Tensor {
  return apply(logicalXorPrimitive, [truth("logicalXor", x), truth("logicalXor", y)], NONE);
}

const logicalNotPrimitive: Primitive = defineElementwise({
  name: "logicalNot",
  arity: 1,
  expression: ([x]) => unary("not", x),
  dtype: () => "bool",
  pullback: null,
});

/** Whether elements are false (zero), elementwise. */
export function logicalNot(x: TensorLike): Tensor {
  return apply(logicalNotPrimitive, [truth("logicalNot", x)], NONE);
}

/** Whether elements are NaN. */
export function isNaN(x: TensorLike): Tensor {
  const tensor = numbers("isNaN", x);
  return notEqual(tensor, tensor);
}

/** Whether elements are neither infinite nor NaN. */
export function isFinite(x: TensorLike): Tensor {
  const tensor = numbers("isFinite", x);
  if (!isFloating(tensor.dtype)) return equal(tensor, tensor);
  return apply(isFinitePrimitive, [tensor], NONE);
}

const isFinitePrimitive: Primitive = defineElementwise({
  name: "isFinite",
  arity: 1,
  expression: ([x]) => binary("equal", binary("subtract", x, x), 0),
  dtype: () => "bool",
  pullback: null,
});
