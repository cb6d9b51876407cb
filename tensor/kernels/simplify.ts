/**
 * Expressions without repeats, and without arithmetic that changes nothing.
 *
 * @module
 */
import type { Expression } from "./expression.ts";

type Applied = Exclude<Expression, { op: "input" | "constant" }>;

/** The same expressions, equal parts of which are one object, without what leaves every number as it is. */
export function simplifyExpressions(expressions: readonly Expression[]): Expression[] {
  const known = new Map<string, Expression>();
  const done = new Map<Expression, Expression>();
  const numbers = new Map<Expression, number>();
  /** The one object for a node whose operands are such objects. */
  const shared = (node: Expression): Expression => {
    const key = keyOf(node, numbers);
    const before = known.get(key);
    if (before !== undefined) return before;
    known.set(key, node);
    numbers.set(node, numbers.size);
    return node;
  };
  const visit = (node: Expression): Expression => {
    let result = done.get(node);
    if (result === undefined) {
      const applied = "operands" in node
        ? { ...node, operands: node.operands.map(visit) } as unknown as Applied
        : node;
      result = "operands" in applied ? unchanged(applied) ?? shared(applied) : shared(applied);
      done.set(node, result);
    }
    return result;
  };
  return expressions.map(visit);
}

function keyOf(node: Expression, numbers: ReadonlyMap<Expression, number>): string {
  if (node.op === "input") return `x${node.index}`;
  if (node.op === "constant") return `${Object.is(node.value, -0) ? "-0" : node.value}${node.dtype ?? ""}`;
  const operands = node.operands.map((operand) => numbers.get(operand));
  return `${node.op}${node.op === "cast" ? node.dtype : ""}(${operands})`;
}

/** The operand that the result always equals, signs of zeros included; null where there is none. */
function unchanged({ op, operands }: Applied): Expression | null {
  const [x, y] = operands;
  const is = (node: Expression | undefined, value: number): boolean =>
    node !== undefined && node.op === "constant" && Object.is(node.value, value);
  if (y === undefined || (x.op === "constant" && y.op === "constant")) return null;
  switch (op) {
    case "multiply":
      return is(y, 1) ? x : is(x, 1) ? y : null;
    case "divide":
      return is(y, 1) ? x : null;
    case "subtract":
      return is(y, 0) ? x : null;
    case "add":
      return is(y, -0) ? x : is(x, -0) ? y : null;
    default:
      return null;
  }
}
