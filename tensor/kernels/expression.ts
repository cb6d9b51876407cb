/**
 * The arithmetic of one element, written once: plain loops, vector loops and fused loops are made from it.
 *
 * @module
 */
import type { DType } from "../dtype.ts";

/** Operators of one operand. */
export type UnaryOperator =
  | "negative"
  | "abs"
  | "sqrt"
  | "floor"
  | "ceil"
  | "round"
  | "trunc"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "log2"
  | "log10"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "asinh"
  | "acosh"
  | "atanh"
  | "cbrt"
  | "erf"
  | "erfc"
  | "erfinv"
  | "sigmoid"
  | "lgamma"
  | "digamma"
  | "not"
  | "bitwiseNot";

/** Operators of two operands of one type. */
export type BinaryOperator =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "maximum"
  | "minimum"
  | "power"
  | "atan2"
  | "remainder"
  | "polygamma"
  | "nextAfterFloat32"
  | "nextAfterFloat64"
  | "gcd"
  | "integerPower"
  | "equal"
  | "less"
  | "lessEqual"
  | "and"
  | "or"
  | "xor"
  | "shiftLeft"
  | "shiftRight";

/** Special functions of one operand or more, of which vector loops have few. */
export type SpecialOperator =
  | "betainc"
  | "betaln"
  | "dawsn"
  | "erfcx"
  | "expi"
  | "expn"
  | "gammaFunction"
  | "gammainc"
  | "gammaincByA"
  | "gammaincc"
  | "i0"
  | "i0e"
  | "i1"
  | "i1e"
  | "logNdtr"
  | "ndtr"
  | "ndtri"
  | "spence"
  | "zeta";

/** A scalar expression over the inputs of an elementwise operation. Shared subexpressions are shared objects. */
export type Expression =
  | { readonly op: "input"; readonly index: number }
  | { readonly op: "constant"; readonly value: number; readonly dtype?: DType }
  | { readonly op: "cast"; readonly dtype: DType; readonly operands: readonly [Expression] }
  | { readonly op: "select"; readonly operands: readonly [Expression, Expression, Expression] }
  | { readonly op: SpecialOperator; readonly operands: readonly Expression[] }
  | { readonly op: UnaryOperator; readonly operands: readonly [Expression] }
  | { readonly op: BinaryOperator; readonly operands: readonly [Expression, Expression] };

/** An expression, or a number that stands for a constant of the type it meets. */
export type Term = Expression | number;

/** The input with this index. */
export function input(index: number): Expression {
  return { op: "input", index };
}

function expression(term: Term): Expression {
  return typeof term === "number" ? { op: "constant", value: term } : term;
}

/** Applies an operator of one operand. */
export function unary(op: UnaryOperator, x: Term): Expression {
  return { op, operands: [expression(x)] };
}

/** Applies an operator of two operands. */
export function binary(op: BinaryOperator, x: Term, y: Term): Expression {
  return { op, operands: [expression(x), expression(y)] };
}

/** Applies a special function. */
export function special(op: SpecialOperator, ...operands: readonly Term[]): Expression {
  return { op, operands: operands.map(expression) };
}

/** `condition ? x : y`. */
export function select(condition: Term, x: Term, y: Term): Expression {
  return { op: "select", operands: [expression(condition), expression(x), expression(y)] };
}

/** The value as another type: floats truncate and saturate into integers, NaN becomes 0. */
export function cast(x: Term, dtype: DType): Expression {
  return { op: "cast", dtype, operands: [expression(x)] };
}

const COMPARISONS: ReadonlySet<string> = new Set(["equal", "less", "lessEqual", "not"]);

const SPECIAL: Readonly<Record<SpecialOperator, true>> = {
  betainc: true,
  betaln: true,
  dawsn: true,
  erfcx: true,
  expi: true,
  expn: true,
  gammaFunction: true,
  gammainc: true,
  gammaincByA: true,
  gammaincc: true,
  i0: true,
  i0e: true,
  i1: true,
  i1e: true,
  logNdtr: true,
  ndtr: true,
  ndtri: true,
  spence: true,
  zeta: true,
};

/** Whether the operator is a special function. */
export function isSpecial(op: Expression["op"]): op is SpecialOperator {
  return Object.hasOwn(SPECIAL, op);
}

/** Whether the operator makes a bool of whatever it compares. */
export function isComparison(op: Expression["op"]): boolean {
  return COMPARISONS.has(op);
}

/**
 * The type of an expression's value when its inputs have the types `inputs`. Constants take the type of what
 * they meet; a lone constant is float32.
 */
export function typeOf(expression: Expression, inputs: readonly DType[]): DType {
  return inferType(expression, inputs) ?? "float32";
}

function inferType(expression: Expression, inputs: readonly DType[]): DType | null {
  switch (expression.op) {
    case "input":
      return inputs[expression.index];
    case "constant":
      return expression.dtype ?? null;
    case "cast":
      return expression.dtype;
    case "select":
      return inferType(expression.operands[1], inputs) ?? inferType(expression.operands[2], inputs);
    default:
      if (isComparison(expression.op)) return "bool";
      for (const operand of expression.operands) {
        const dtype = inferType(operand, inputs);
        if (dtype !== null) return dtype;
      }
      return null;
  }
}

const COSTS: Readonly<Partial<Record<Expression["op"], number>>> = {
  input: 0,
  constant: 0,
  divide: 3,
  sqrt: 3,
  power: 40,
  atan2: 30,
  remainder: 8,
  exp: 10,
  expm1: 15,
  log: 12,
  log1p: 15,
  log2: 13,
  log10: 13,
  sin: 15,
  cos: 15,
  tan: 20,
  tanh: 20,
  erf: 20,
  erfinv: 20,
  sigmoid: 15,
  lgamma: 60,
  digamma: 60,
  polygamma: 80,
  nextAfterFloat32: 10,
  nextAfterFloat64: 20,
  gcd: 60,
  integerPower: 60,
};

/** A rough number of plain operations that an element costs, for cutting work into chunks; shared parts count once. */
export function costOf(expression: Expression): number {
  const known = costs.get(expression);
  if (known !== undefined) return known;
  let cost = 0;
  const counted = new Set<Expression>();
  const visit = (node: Expression): void => {
    cost += COSTS[node.op] ?? (isSpecial(node.op) ? 80 : 1);
    if (!("operands" in node)) return;
    for (const operand of node.operands) {
      if (!("operands" in operand) || counted.has(operand)) continue;
      counted.add(operand);
      visit(operand);
    }
  };
  visit(expression);
  costs.set(expression, cost);
  return cost;
}

// The same few expressions are asked about again and again.
const costs = new WeakMap<Expression, number>();

/** The expression with other expressions in place of its inputs; what was shared stays shared. */
export function substitute(expression: Expression, inputs: readonly Expression[]): Expression {
  return substituteAll([expression], inputs)[0];
}

/** The same for several expressions, which go on sharing what they share. */
export function substituteAll(
  expressions: readonly Expression[],
  inputs: readonly Expression[],
): readonly Expression[] {
  const done = new Map<Expression, Expression>();
  const visit = (node: Expression): Expression => {
    if (node.op === "input") return inputs[node.index];
    if (node.op === "constant") return node;
    let result = done.get(node);
    if (result === undefined) {
      result = { ...node, operands: node.operands.map(visit) } as unknown as Expression;
      done.set(node, result);
    }
    return result;
  };
  return expressions.map(visit);
}

/** A text that is the same for the same expressions, shared parts named once. */
export function formatExpressions(expressions: readonly Expression[]): string {
  const names = new Map<Expression, string>();
  const lines: string[] = [];
  const visit = (node: Expression): string => {
    if (node.op === "input") return `x${node.index}`;
    if (node.op === "constant") return `${Object.is(node.value, -0) ? "-0" : node.value}${node.dtype ?? ""}`;
    let name = names.get(node);
    if (name === undefined) {
      const operands = node.operands.map(visit);
      name = `t${lines.length}`;
      lines.push(`${name}=${node.op}${node.op === "cast" ? `.${node.dtype}` : ""}(${operands})`);
      names.set(node, name);
    }
    return name;
  };
  const results = expressions.map(visit);
  return `${lines.join(";")};${results}`;
}
