/**
 * JavaScript source for scalar expressions. Every operation of a float32 value is rounded on its own
 * (`Math.fround`), so a fused loop gives the same bits as the loops it replaces.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { type Expression, isComparison, isSpecial, typeOf } from "./expression.ts";
import { toStored } from "./kernel.ts";

const MATH: Readonly<Record<string, string>> = {
  sqrt: "Math.sqrt",
  floor: "Math.floor",
  ceil: "Math.ceil",
  trunc: "Math.trunc",
  exp: "Math.exp",
  expm1: "Math.expm1",
  log: "Math.log",
  log1p: "Math.log1p",
  log2: "Math.log2",
  log10: "Math.log10",
  sin: "Math.sin",
  cos: "Math.cos",
  tan: "Math.tan",
  asin: "Math.asin",
  acos: "Math.acos",
  atan: "Math.atan",
  sinh: "Math.sinh",
  cosh: "Math.cosh",
  tanh: "Math.tanh",
  asinh: "Math.asinh",
  acosh: "Math.acosh",
  atanh: "Math.atanh",
  cbrt: "Math.cbrt",
  round: "lib.roundHalfEven",
  erf: "lib.erf",
  erfc: "lib.erfc",
  erfinv: "lib.erfinv",
  sigmoid: "lib.sigmoid",
  lgamma: "lib.lgamma",
  digamma: "lib.digamma",
};

const SYMBOLS: Readonly<Record<string, string>> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  equal: "===",
  less: "<",
  lessEqual: "<=",
  and: "&",
  or: "|",
  xor: "^",
};

/** The name of the view that holds elements of `dtype`. */
export function viewName(dtype: DType): string {
  switch (dtype) {
    case "bool":
      return "uint8";
    case "key":
      return "uint32";
    case "float16":
    case "bfloat16":
      return "uint16";
    default:
      return dtype;
  }
}

/** Wraps JavaScript arithmetic so that its value is one of `dtype`, wrapping around for integers. */
export function wrap(dtype: DType, source: string): string {
  switch (dtype) {
    case "float32":
      return `F(${source})`;
    case "int32":
      return `((${source}) | 0)`;
    case "uint32":
      return `((${source}) >>> 0)`;
    case "uint8":
      return `((${source}) & 255)`;
    default:
      return `(${source})`;
  }
}

function literal(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return value < 0 ? `(${value})` : String(value);
}

const HALVES: Readonly<Partial<Record<DType, string>>> = { float16: "Float16", bfloat16: "Bfloat16" };

function castSource(x: string, from: DType, to: DType): string {
  if (from === to) return x;
  // Their bits stand for float16 and bfloat16, which only casts read.
  const [half, other] = [HALVES[from], HALVES[to]];
  if (half !== undefined) return castSource(`lib.from${half}(${x})`, "float32", to);
  if (other !== undefined) return `lib.to${other}(${x})`;
  if (to === "bool") return `(${x} !== 0 ? 1 : 0)`;
  if (to === "float64") return x;
  if (to === "float32") return from === "float64" || from === "int32" || from === "uint32" ? `F(${x})` : x;
  if (from === "float32" || from === "float64") {
    const [low, high] = to === "int32"
      ? [-2147483648, 2147483647]
      : to === "uint32"
      ? [0, 4294967295]
      : [0, 255];
    return `(${x} !== ${x} ? 0 : (Math.trunc(Math.min(${high}, Math.max(${low}, ${x}))) + 0))`;
  }
  return wrap(to, x);
}

/** Source of a list of statements and of one value for each expression. */
export interface ExpressionSource {
  /** `const` statements that compute every shared or nested value. */
  readonly statements: readonly string[];
  /** The value of each expression, in order. */
  readonly values: readonly string[];
}

/**
 * Statements and values for `expressions` over named inputs; `outputs` are the types they are stored as. A value of type bool is the number 0 or 1.
 * `F` is `Math.fround` and `lib` the scalar library.
 */
export function expressionSource(
  expressions: readonly Expression[],
  names: readonly string[],
  dtypes: readonly DType[],
  outputs: readonly DType[],
): ExpressionSource {
  const statements: string[] = [];
  const known = new Map<Expression, string>();
  const visit = (node: Expression, hint: DType): string => {
    if (node.op === "input") return names[node.index];
    if (node.op === "constant") {
      const dtype = node.dtype ?? hint;
      return literal(dtype === "float32" ? Math.fround(node.value) : toStored(dtype, node.value));
    }
    const before = known.get(node);
    if (before !== undefined) return before;
    const source = sourceOf(node, hint, visit, dtypes);
    const name = `t${statements.length}`;
    statements.push(`const ${name} = ${source};`);
    known.set(node, name);
    return name;
  };
  const values = expressions.map((expression, i) => visit(expression, outputs[i]));
  return { statements, values };
}

type Visit = (node: Expression, hint: DType) => string;

function sourceOf(node: Expression, hint: DType, visit: Visit, dtypes: readonly DType[]): string {
  switch (node.op) {
    case "input":
    case "constant":
      return visit(node, hint);
    case "cast": {
      const from = typeOf(node.operands[0], dtypes);
      return castSource(visit(node.operands[0], from), from, node.dtype);
    }
    case "select": {
      const [condition, x, y] = node.operands;
      const dtype = typeOf(node, dtypes);
      return `(${visit(condition, "bool")} !== 0 ? ${visit(x, dtype)} : ${visit(y, dtype)})`;
    }
    case "not":
      return `(${visit(node.operands[0], "bool")} !== 0 ? 0 : 1)`;
    default:
  }
  const dtype = isComparison(node.op) ? operandType(node, dtypes) : typeOf(node, dtypes) ?? hint;
  const operands = node.operands.map((operand) => visit(operand, dtype));
  const [x, y] = operands;
  if (isSpecial(node.op)) return wrap(dtype, `lib.${node.op}(${operands.join(", ")})`);
  if (isComparison(node.op)) return `(${x} ${SYMBOLS[node.op]} ${y} ? 1 : 0)`;
  switch (node.op) {
    case "negative":
      return wrap(dtype, `-${x}`);
    case "abs":
      return wrap(dtype, `Math.abs(${x})`);
    case "bitwiseNot":
      return wrap(dtype, `~${x}`);
    case "maximum":
      return `Math.max(${x}, ${y})`;
    case "minimum":
      return `Math.min(${x}, ${y})`;
    case "multiply":
      return dtype === "int32" || dtype === "uint32"
        ? wrap(dtype, `Math.imul(${x}, ${y})`)
        : wrap(dtype, `${x} * ${y}`);
    case "power":
      return wrap(dtype, `lib.power(${x}, ${y})`);
    case "atan2":
      return wrap(dtype, `Math.atan2(${x}, ${y})`);
    case "polygamma":
    case "nextAfterFloat32":
    case "nextAfterFloat64":
    case "gcd":
    case "integerPower":
      return wrap(dtype, `lib.${node.op}(${x}, ${y})`);
    case "remainder":
      return wrap(dtype, `${x} % ${y}`);
    case "shiftLeft":
      return wrap(dtype, `(${y} >>> 0) > 31 ? 0 : ${x} << ${y}`);
    case "shiftRight":
      return dtype === "int32"
        ? `(${x} >> ((${y} >>> 0) > 31 ? 31 : ${y}))`
        : wrap(dtype, `(${y} >>> 0) > 31 ? 0 : ${x} >>> ${y}`);
    default: {
      const symbol = SYMBOLS[node.op];
      if (symbol !== undefined) return wrap(dtype, `${x} ${symbol} ${y}`);
      return wrap(dtype, `${MATH[node.op]}(${x})`);
    }
  }
}

function operandType(node: Extract<Expression, { operands: unknown }>, dtypes: readonly DType[]): DType {
  const typed = node.operands.find((operand) => operand.op !== "constant") ?? node.operands[0];
  return typeOf(typed, dtypes);
}
