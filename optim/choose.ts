/**
 * One of two results, by a condition that may be known only inside of a program.
 *
 * @module
 */

import {
  greater,
  host,
  hostValue,
  logicalAnd,
  logicalNot,
  logicalOr,
  Tensor,
  tree,
  where,
} from "../tensor/mod.ts";
import { isTracedNumber } from "../tensor/host.ts";
import { knownValue } from "../tensor/tensor.ts";

/** A number, 0 for false and 1 for true, or a scalar of dtype bool. */
export type Condition = number | Tensor;

/**
 * The result of one of two functions. Where the condition is known only the function that is meant runs, which is
 * a branch like any other; inside of `compile` both run, and each leaf is taken from the one that is meant, numbers
 * too. Both results have one structure.
 *
 * @throws {TypeError} If the results differ in structure.
 */
export function choose<T>(
  operation: string,
  condition: Condition,
  whenTrue: () => T,
  whenFalse: () => T,
): T {
  if (condition instanceof Tensor) {
    if (knownValue(condition) !== null) return condition.item() !== 0 ? whenTrue() : whenFalse();
  } else if (!isTracedNumber(condition)) return condition !== 0 ? whenTrue() : whenFalse();
  const asNumber = conditionNumber(condition);
  const asTensor = truth(condition);
  return tree.zip(operation, [whenTrue(), whenFalse()], ([yes, no], path) => {
    if (yes === no) return yes;
    if (yes instanceof Tensor && no instanceof Tensor) return where(asTensor, yes, no);
    if (isNumber(yes) && isNumber(no)) return host((c, a, b) => c !== 0 ? a : b, asNumber, yes, no);
    throw new TypeError(
      `${operation} expects results of one structure but got ${tree.describe(yes)} and ${
        tree.describe(no)
      } at ${path || "the root"}`,
    );
  });
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" || isTracedNumber(value);
}

/** Whether both of two conditions hold. */
export function both(a: Condition, b: Condition): Condition {
  if (a instanceof Tensor || b instanceof Tensor) return logicalAnd(truth(a), truth(b));
  return host((a, b) => a !== 0 && b !== 0 ? 1 : 0, a, b);
}

/** Whether at least one of two conditions holds. */
export function either(a: Condition, b: Condition): Condition {
  if (a instanceof Tensor || b instanceof Tensor) return logicalOr(truth(a), truth(b));
  return host((a, b) => a !== 0 || b !== 0 ? 1 : 0, a, b);
}

/** Whether a condition does not hold. */
export function not(condition: Condition): Condition {
  return condition instanceof Tensor ? logicalNot(condition) : host((c) => c !== 0 ? 0 : 1, condition);
}

/** A condition as a number, which inside of `compile` may be one that the program has yet to compute. */
export function conditionNumber(condition: Condition): number {
  return condition instanceof Tensor ? hostValue(condition) : condition;
}

/** A condition as a tensor. */
export function truth(condition: Condition): Tensor {
  return condition instanceof Tensor ? condition : greater(condition, 0);
}
