/**
 * How special functions are declared.
 *
 * @module
 */
import { isFloating } from "../../dtype.ts";
import { defineElementwise, type ElementwiseRule, sameDType } from "../../elementwise.ts";
import { special, type SpecialOperator } from "../../kernels/expression.ts";
import type { Primitive } from "../../primitive.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { promotedFloats } from "../convert.ts";

type Rule = ElementwiseRule<object>;

/** A primitive of floats that a special function carries out, with a rule for the gradient of each operand. */
export function defineSpecial(name: SpecialOperator, pullback: readonly Rule[]): Primitive {
  return defineElementwise({
    name,
    arity: pullback.length,
    expression: (operands) => special(name, ...operands),
    dtype: sameDType(name, isFloating, "floats"),
    pullback,
  });
}

/** A rule for a derivative that there is no formula for: it is an error to ask for it. */
export function noGradient(name: string, operand: string): Rule {
  return (): never => {
    throw new TypeError(`${name} expects to be constant in ${operand}, by which it has no gradient`);
  };
}

/** Three operands as floats of the dtype that all promote to. */
export function threeFloats(
  operation: string,
  a: TensorLike,
  b: TensorLike,
  x: TensorLike,
): readonly [Tensor, Tensor, Tensor] {
  const [first, second] = promotedFloats(operation, a, b);
  const [left, third] = promotedFloats(operation, first, x);
  return [left, promotedFloats(operation, second, third)[0], third];
}
