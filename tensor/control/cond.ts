/**
 * Choosing between functions by a value that a program computes.
 *
 * @module
 */
import { applyAll } from "../apply.ts";
import { close, type Closed, share } from "../body.ts";
import { isInteger } from "../dtype.ts";
import { takeApart } from "../inlined.ts";
import { cast } from "../ops/cast.ts";
import { asTensor } from "../ops/convert.ts";
import { logicalNot } from "../ops/comparison.ts";
import { constantTensor } from "../make_tensor.ts";
import { describe, type Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";
import { condPrimitive } from "./cond_primitive.ts";
import { type Carry, carryOf, withNumbers } from "./trees.ts";

/**
 * `onTrue(...operands)` where the condition holds and `onFalse(...operands)` elsewhere, as `jax.lax.cond`: only one of
 * them runs. Both are recorded, on the shapes of the operands, and have to return trees of one structure, with the same
 * shapes and dtypes; plain numbers stay numbers where all return one. Compiled into a program, the choice is made when it runs. Gradients flow
 * to the operands and to what the functions take from outside.
 *
 * Under `vmap` with a condition for each example, both run and each example takes its own result.
 *
 * @param condition A scalar, true where it is not zero, or a boolean.
 * @throws {TypeError} If the condition is no scalar, or the functions return different structures, shapes or dtypes.
 *
 * @example
 * ```ts
 * import { cond, greater, grad, negative, square, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const f = (x: Tensor) => cond(greater(x, 0), square, negative, x);
 * assertEquals([f(tensor(3)).item(), f(tensor(-3)).item()], [9, 3]);
 * assertEquals(grad(f)(tensor(3)).item(), 6);
 * ```
 */
export function cond<A extends unknown[], R>(
  condition: Tensor | boolean | number,
  onTrue: (...operands: A) => R,
  onFalse: (...operands: A) => R,
  ...operands: A
): R {
  const given = typeof condition === "boolean"
    ? constantTensor("bool", [], Number(condition))
    : asTensor("cond", condition);
  if (given.rank !== 0 || given.dtype === "key") {
    throw new TypeError(`cond expects a scalar as its condition but got ${describe(given)}`);
  }
  // The first branch is that of a true condition.
  return choose("cond", cast(logicalNot(given), "int32"), [onTrue, onFalse], operands);
}

/**
 * `branches[index](...operands)`, with the index brought into the range of the branches, as `jax.lax.switch`. What
 * `cond` says of its two functions holds for all branches.
 *
 * @param index An integer scalar, or a whole number.
 * @throws {TypeError} If the index is not an integer scalar, or the branches return different structures, shapes or
 * dtypes.
 * @throws {RangeError} If there is no branch.
 *
 * @example
 * ```ts
 * import { cos, sin, switchCase, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const f = (index: Tensor, x: Tensor) => switchCase(index, [sin, cos], x);
 * assertEquals(f(tensor(1, { dtype: "int32" }), tensor(0)).item(), 1);
 * assertEquals(f(tensor(-5, { dtype: "int32" }), tensor(0)).item(), 0);
 * ```
 */
export function switchCase<A extends unknown[], R>(
  index: Tensor | number,
  branches: readonly ((...operands: A) => R)[],
  ...operands: A
): R {
  if (!Array.isArray(branches)) {
    throw new TypeError(`switchCase expects a list of functions but got ${tree.describe(branches)}`);
  }
  if (branches.length === 0) throw new RangeError("switchCase expects at least one branch but got none");
  const given = asTensor("switchCase", index, "int32");
  if (given.rank !== 0 || !isInteger(given.dtype)) {
    throw new TypeError(`switchCase expects an integer scalar as its index but got ${describe(given)}`);
  }
  return choose("switchCase", cast(given, "int32"), branches, operands);
}

function choose<A extends unknown[], R>(
  operation: string,
  index: Tensor,
  branches: readonly ((...operands: A) => R)[],
  operands: A,
): R {
  const given = takeApart(operands);
  return withNumbers((asTensors) => {
    // Shapes and dtypes of the first branch are all that the other branches are compared with.
    let first: Carry<R> | null = null;
    const closed = branches.map((branch): Closed => {
      if (typeof branch !== "function") {
        throw new TypeError(`${operation} expects functions but got ${tree.describe(branch)}`);
      }
      return close(branch.name || operation, given.tensors, (inputs) => {
        const returned = branch(...given.build(inputs) as A);
        if (first !== null) return first.close("the results of all branches", returned);
        first = carryOf(operation, "results", returned, asTensors);
        return first.tensors;
      });
    });
    const { bodies, captured } = share(closed);
    const results = applyAll(condPrimitive, [index, ...captured, ...given.tensors], { branches: bodies });
    return first!.open(results);
  });
}
