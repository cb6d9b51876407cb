/**
 * Arithmetic on scalars whose values are known, without a kernel.
 *
 * @module
 */
import type { Expression } from "./kernels/expression.ts";
import type { Primitive } from "./primitive.ts";
import type { Tensor } from "./tensor.ts";

/** Operators whose float32 results, rounded from double precision, have the bits of every kernel. */
const EXACT: { readonly [op in Expression["op"]]?: (x: number, y: number) => number } = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  negative: (x) => -x,
};

/**
 * The value of an elementwise primitive of one operator on constant float32 scalars; null where it takes a kernel.
 */
export function foldScalars<A extends object>(
  primitive: Primitive<A>,
  inputs: readonly Tensor[],
  attributes: A,
): number | null {
  if (primitive.expression === undefined) return null;
  for (const { storage, dtype } of inputs) if (storage !== null || dtype !== "float32") return null;
  const expression = primitive.expression(attributes, inputs.map((x) => x.dtype));
  const operator = EXACT[expression.op];
  if (operator === undefined || !("operands" in expression)) return null;
  const values: number[] = [];
  for (const operand of expression.operands) {
    if (operand.op !== "input") return null;
    values.push(inputs[operand.index].constant);
  }
  return Math.fround(operator(values[0], values[1]));
}
